package dev.sluice.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * The bundled stream, unpacked; where it comes from is told beside it.
 *
 * @param file where it was unpacked to
 * @param sum its length and digest
 */
record DemoStream(Path file, Sum sum) {
  static final String NAME = "heartbeat-pc-7.2.qemu";

  private static final int BUFFER_BYTES = 64 << 10;

  /** Unpacks the stream into a folder. */
  static DemoStream unpack(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    Sum.Builder sum = new Sum.Builder();
    try (InputStream packed =
            Objects.requireNonNull(DemoStream.class.getResourceAsStream(NAME + ".gz"), NAME);
        InputStream unpacked = new GZIPInputStream(packed, BUFFER_BYTES);
        OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      int byteCount;
      while ((byteCount = unpacked.read(buffer)) >= 0) {
        out.write(buffer, 0, byteCount);
        sum.add(buffer, byteCount);
      }
    }
    return new DemoStream(file, sum.build());
  }
}
