package com.acme.gzip;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.SingleChannelListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code acme.gzip:FILE}: a stream that is stored compressed, and read back as it was. Other
 * programs read the file as well ({@code zcat FILE}).
 */
public final class GzipTransport implements TransportProvider {
  private static final Option<Integer> LEVEL =
      Option.number("level", 0, 9, 6, "How hard to compress: 0 not at all, 9 takes long.")
          .whenConnecting();

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public List<Scheme> schemes() {
    return List.of(
        Scheme.named("acme.gzip")
            .target("FILE")
            .doc("A gzip file; it appears under its name when it is complete.")
            .options(LEVEL)
            .loopback("acme.gzip:{dir}/loopback.gz")
            .build());
  }

  @Override
  public TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    Path file = file(address);
    try {
      return GzipWriter.create(address, file, LEVEL.in(address));
    } catch (IOException refused) {
      throw new TransportException(
          Kind.UNREACHABLE,
          "cannot write " + file + ": " + refused,
          "look at the folder and its permissions; " + GzipWriter.part(file) + " must not be there",
          refused);
    }
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    Path file = file(address);
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new TransportException(
          Kind.UNREACHABLE,
          file + " is not a file that can be read",
          "look at the name, and at the permissions",
          null);
    }
    return new SingleChannelListener(address, () -> GzipReader.open(address, file));
  }

  private static Path file(TransportAddress address) throws TransportException {
    try {
      if (!address.target().isEmpty()) {
        return Path.of(address.target()).toAbsolutePath();
      }
    } catch (InvalidPathException malformed) {
      throw noFile(address, malformed);
    }
    throw noFile(address, null);
  }

  private static TransportException noFile(TransportAddress address, Throwable cause) {
    return new TransportException(
        Kind.ADDRESS, "'" + address + "' names no file", "write acme.gzip:/var/vm.mig.gz", cause);
  }
}
