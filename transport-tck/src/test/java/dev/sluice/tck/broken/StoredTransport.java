package dev.sluice.tck.broken;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.SingleChannelListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.tck.fault.ForwardingChannel;
import dev.sluice.tck.memory.MemoryFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Files in memory, whose channels are made worse. */
public final class StoredTransport implements TransportProvider {
  /** The scheme of its addresses. */
  public static final String SCHEME = "sluice.stored";

  private final Defect defect;
  private final Map<String, MemoryFile> files = new ConcurrentHashMap<>();

  /** Creates a transport without a defect. */
  public StoredTransport() {
    this(Defect.NONE);
  }

  StoredTransport(Defect defect) {
    this.defect = defect;
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public List<Scheme> schemes() {
    return List.of(
        Scheme.named(SCHEME)
            .target("NAME")
            .doc("Files in memory, for tests.")
            .mayHave(ChannelFeature.SEEKABLE)
            .build());
  }

  /** A file is under its name once it is complete. */
  @Override
  public TransportChannel connect(TransportAddress address, TransportContext context) {
    MemoryFile file = new MemoryFile();
    TransportChannel complete =
        new ForwardingChannel(file.open(Direction.WRITE)) {
          private boolean ended;

          @Override
          public void close() throws IOException {
            boolean first = !ended;
            ended = true;
            super.close();
            if (first) {
              files.put(address.target(), file);
            }
          }

          @Override
          public void abort() {
            ended = true;
            super.abort();
          }
        };
    return defect.in(complete, End.connected());
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws TransportException {
    MemoryFile file = files.get(address.target());
    if (file == null) {
      throw new TransportException(
          Kind.UNREACHABLE, "no file " + address, "write it before it is read", null);
    }
    return new SingleChannelListener(
        address, () -> defect.in(file.open(Direction.READ), End.connected()));
  }
}
