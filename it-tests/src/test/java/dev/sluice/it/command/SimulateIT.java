package dev.sluice.it.command;

import static dev.sluice.it.support.Command.sluice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice simulate}, a tool that the command finds at run time. */
class SimulateIT {
  private static final int USAGE = 2;
  private static final int WRITE_FAILED = 6;

  @TempDir private Path folder = Path.of("");

  @Test
  void tebibyteAcrossAContinent_isPlotted_andRepeats() throws Exception {
    Path picture = folder.resolve("goodput.png");
    String[] words = {"simulate", "--link", "wan100-continent", "--message", "8MiB", "--plot"};
    Outcome outcome = sluice(words).plus(picture.toString()).run().succeeded();

    assertTrue(outcome.out().contains("1.0 TiB by write"), outcome::toString);
    assertEquals(1000, ImageIO.read(picture.toFile()).getWidth());
    assertEquals("", outcome.err());
    Matcher repeat = Pattern.compile("repeat +sluice (.*)").matcher(outcome.out());
    assertTrue(repeat.find(), outcome::toString);
    Outcome again = sluice(repeat.group(1).split(" ", -1)).run().succeeded();
    assertEquals(outcome.out(), again.out());
  }

  @Test
  void vectorPlot_isWritten() throws Exception {
    Path picture = folder.resolve("sweep.svg");
    sluice("simulate", "--link", "metro100", "--size", "1GiB", "--sweep", "loss=1e-5..1e-3:3")
        .plus("--plot", picture.toString())
        .run()
        .succeeded();
    assertTrue(Files.readString(picture).contains("</svg>"));
  }

  @Test
  void json_isOneLine() throws Exception {
    Map<String, @Nullable Object> summary =
        sluice("simulate", "--link", "metro100", "--mode", "stream", "--size", "1GiB", "--json")
            .run()
            .succeeded()
            .lastEvent();
    assertEquals("summary", summary.get("type"));
    assertEquals(1L << 30, summary.get("bytes"));
  }

  @Test
  void failures_haveTheStatusOfOthers() throws Exception {
    sluice("simulate", "--link", "nope").run().failed(Mode.PLAIN, USAGE, "nope", "metro100");
    sluice("simulate", "--sede", "1").run().failed(Mode.PLAIN, USAGE, "--sede", "--seed");
    sluice("simulate", "--link", "metro100", "--plot", folder + "/none/a.svg")
        .run()
        .failed(Mode.PLAIN, WRITE_FAILED, "a.svg");
    sluice("simulate", "--link", "metro100", "--seed", "7", "--fault", "partition:from=1ms,to=9s")
        .run()
        .failed(
            Mode.PLAIN,
            WRITE_FAILED,
            "retry counter exceeded",
            "seed 7",
            "version " + Project.version(),
            "repeat with sluice simulate --link metro100 --seed 7");
  }

  @Test
  void resultThatNobodyGets_isNoSuccess() throws Exception {
    sluice("simulate", "--link", "metro100", "--size", "1MiB")
        .inScript("exec \"$@\" >/dev/full")
        .run()
        .failed(Mode.PLAIN, WRITE_FAILED, "standard output");
  }
}
