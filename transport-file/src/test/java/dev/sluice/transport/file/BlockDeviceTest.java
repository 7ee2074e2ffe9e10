package dev.sluice.transport.file;

import static dev.sluice.transport.file.Endpoints.accept;
import static dev.sluice.transport.file.Endpoints.assertFails;
import static dev.sluice.transport.file.Endpoints.assertTells;
import static dev.sluice.transport.file.Endpoints.connect;
import static dev.sluice.transport.file.Endpoints.listen;
import static dev.sluice.transport.file.Endpoints.run;
import static dev.sluice.transport.file.Endpoints.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A block device over a file, which only root may set up. */
@Timeout(10)
final class BlockDeviceTest {
  private static final int DEVICE_BYTES = 1 << 20;

  @TempDir private Path folder;
  private Path image;
  private String device = "";

  @BeforeEach
  void setUp() throws IOException, InterruptedException {
    image = folder.resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(DEVICE_BYTES);
    }
    Process losetup =
        new ProcessBuilder("losetup", "--find", "--show", image.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(losetup.getInputStream().readAllBytes(), UTF_8).strip();
    Assumptions.assumeTrue(losetup.waitFor() == 0, () -> "no loop device: " + output);
    device = output;
  }

  @AfterEach
  void takeDown() throws IOException, InterruptedException {
    if (!device.isEmpty()) {
      run("losetup", "--detach", device);
    }
  }

  @Test
  void isWrittenInPlace_syncedAtTheEnd_andReadBack() throws IOException {
    try (TransportChannel out = connect("file:" + device + ",offset=512")) {
      assertEquals(Set.of(), out.features());
      write(out, "abc");
    }
    assertEquals("abc", Files.readString(image).substring(512, 515));
    try (TransportChannel in = accept("file:" + device + ",offset=513")) {
      ByteBuffer two = ByteBuffer.allocate(2);
      in.read(two);
      assertEquals("bc", UTF_8.decode(two.flip()).toString());
    }
  }

  @Test
  void offset_pastTheEnd_isTold() throws IOException {
    String address = "file:" + device + ",offset=" + (DEVICE_BYTES + 1);
    assertTells(
        assertFails(Kind.IO, () -> connect(address)), device, DEVICE_BYTES + " bytes", "offset=");
    try (var listener = listen(address)) {
      assertFails(Kind.IO, listener::accept);
    }
  }
}
