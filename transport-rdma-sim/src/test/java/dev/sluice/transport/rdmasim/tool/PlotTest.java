package dev.sluice.transport.rdmasim.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Plots are pictures that show the curves; what cannot be written is told before the run. */
@Timeout(60)
class PlotTest {
  private static final int CURVE = 0x1f5fa8;
  private static final String CURVE_STYLE = "stroke:rgb(31,95,168)";

  @TempDir private Path folder = Path.of("");

  private Path plot(String line, String name) {
    Path file = folder.resolve(name);
    ToolRun.of(line + " --seed 3 --plot " + file).succeeded();
    return file;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--link metro100,loss=1e-4 --size 2GiB",
        "--link metro100 --size 1",
        "--link roce100-dc-lossy --sweep loss=1e-4..1e-2:4 --size 1GiB",
        "--link metro100 --sweep window=256KiB..32MiB --size 1GiB"
      })
  void png_showsTheCurve(String line) throws IOException {
    BufferedImage image = ImageIO.read(plot(line, "curve.png").toFile());
    assertEquals(1000, image.getWidth());
    long blue =
        IntStream.range(0, image.getWidth() * image.getHeight())
            .filter(i -> (image.getRGB(i % 1000, i / 1000) & 0xffffff) == CURVE)
            .count();
    assertTrue(blue > 20, blue + " pixels of the curve's colour");
  }

  @Test
  void svg_isXmlWithTheCurve() throws Exception {
    Path file = plot("--link metro100,loss=1e-4 --size 2GiB", "curve.SVG");
    // The document type names a place on the network.
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    Document document = factory.newDocumentBuilder().parse(file.toFile());
    assertEquals("svg", document.getDocumentElement().getTagName());
    assertEquals("1000px", document.getDocumentElement().getAttribute("width"));
    NodeList shapes = document.getElementsByTagName("*");
    long curves =
        IntStream.range(0, shapes.getLength())
            .filter(i -> ((Element) shapes.item(i)).getAttribute("style").contains(CURVE_STYLE))
            .count();
    assertTrue(curves > 0, () -> "no curve among " + shapes.getLength() + " shapes");
  }

  @Test
  void transferThatTakesNoTime_cannotBeDrawn() {
    Path file = folder.resolve("ideal.svg");
    ToolRun.of("--link ideal --size 1GiB --plot " + file).failed(2, "takes no time");
    assertTrue(Files.notExists(file));
  }

  @Test
  void sameSeed_samePicture() throws IOException {
    String line = "--link metro100,loss=1e-4 --size 1GiB";
    assertEquals(-1, Files.mismatch(plot(line, "one.png"), plot(line, "other.png")));
  }

  @Test
  void fileThatCannotBeWritten_isToldBeforeTheRun() throws IOException {
    ToolRun nowhere = ToolRun.of("--link metro100 --plot " + folder + "/none/curve.svg");
    nowhere.failed(6, "none/curve.svg", "no folder");
    assertEquals("", nowhere.out());
    Path taken = Files.createDirectory(folder.resolve("taken.png"));
    ToolRun.of("--link metro100 --plot " + taken).failed(6, "taken.png", "folder");
  }
}
