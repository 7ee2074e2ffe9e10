package dev.sluice.transport.file;

import com.google.auto.service.AutoService;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.SingleChannelListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import java.io.IOException;
import java.util.List;

/**
 * The transports {@code file:}, {@code stdio:} and {@code null:}.
 *
 * <h2>Threading</h2>
 *
 * Keeps no state. Files are opened in the caller's thread; only a FIFO or a device, whose opening
 * may block, is opened on a thread that the caller waits for.
 */
@AutoService(TransportProvider.class)
public final class FileTransport implements TransportProvider {
  /** For the service loader. */
  public FileTransport() {}

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public List<Scheme> schemes() {
    return List.of(FileScheme.SCHEME, StandardStreams.SCHEME, NullChannel.SCHEME);
  }

  @Override
  public TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    return switch (address.scheme()) {
      case "file" -> OutgoingFile.open(FileTarget.of(address), context.connectTimeout());
      case "stdio" -> StandardStreams.out(withoutTarget(address));
      case "null" -> NullChannel.writing(withoutTarget(address), context.logger());
      default -> throw foreign(address);
    };
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    return switch (address.scheme()) {
      case "file" -> IncomingFile.listen(FileTarget.of(address));
      case "stdio" ->
          new SingleChannelListener(withoutTarget(address), () -> StandardStreams.in(address));
      case "null" ->
          new SingleChannelListener(
              withoutTarget(address), () -> NullChannel.reading(address, context.logger()));
      default -> throw foreign(address);
    };
  }

  private static TransportAddress withoutTarget(TransportAddress address)
      throws TransportException {
    if (!address.target().isEmpty()) {
      throw new TransportException(
          Kind.ADDRESS,
          "'" + address + "': " + address.scheme() + ": takes no target",
          "write " + address.scheme() + ": or, for a file, file:" + address.target(),
          null);
    }
    return address;
  }

  private static TransportException foreign(TransportAddress address) {
    return new TransportException(
        Kind.ADDRESS, "'" + address + "' is for another transport than file, stdio and null");
  }
}
