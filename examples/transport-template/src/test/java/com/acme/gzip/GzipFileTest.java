package com.acme.gzip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is special about this transport; the rest is the kit's affair. */
class GzipFileTest {
  private static final byte[] CONTENT = "memory ".repeat(10_000).getBytes(UTF_8);

  private final GzipTransport transport = new GzipTransport();
  @TempDir Path folder;
  private Path file;
  private TransportAddress address;

  @BeforeEach
  void chooseFile() {
    file = folder.resolve("vm.mig.gz");
    address = TransportAddress.of("acme.gzip", file.toString());
  }

  @Test
  void file_isAnOrdinaryGzipFile_andSmall() throws IOException {
    write("1");
    long fast = Files.size(file);
    write("9");

    assertTrue(Files.size(file) < fast, () -> "level 1: " + fast + " bytes");
    byte[] compressed = Files.readAllBytes(file);
    try (GZIPInputStream gunzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      assertArrayEquals(CONTENT, gunzip.readAllBytes());
    }
    assertFalse(Files.exists(GzipWriter.part(file)));
  }

  @Test
  void fileThatWasCutOff_isAFailure_notAnEnd() throws IOException {
    write("6");
    byte[] compressed = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(compressed, compressed.length - 9));

    assertReadFails("is not complete");
  }

  @Test
  void otherFile_isRefused() throws IOException {
    Files.writeString(file, "not compressed at all");

    assertReadFails("not a gzip file");
  }

  private void write(String level) throws IOException {
    try (TransportChannel channel =
        transport.connect(address.withOption("level", level), TransportContext.defaults())) {
      ByteBuffer source = ByteBuffer.wrap(CONTENT);
      while (source.hasRemaining()) {
        channel.write(source);
      }
    }
  }

  private void assertReadFails(String message) {
    TransportException failure = assertThrows(TransportException.class, this::readToTheEnd);
    assertEquals(Kind.IO, failure.kind());
    assertTrue(failure.getMessage().contains(message), failure::getMessage);
  }

  private void readToTheEnd() throws IOException {
    try (TransportListener listener = transport.listen(address, TransportContext.defaults());
        TransportChannel channel = listener.accept().orElseThrow()) {
      ByteBuffer target = ByteBuffer.allocate(8192);
      while (channel.read(target) >= 0) {
        target.clear();
      }
    }
  }
}
