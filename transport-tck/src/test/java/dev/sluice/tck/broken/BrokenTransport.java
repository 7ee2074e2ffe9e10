package dev.sluice.tck.broken;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.tck.memory.MemoryTransport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The memory transport, whose channels are made worse. */
public final class BrokenTransport implements TransportProvider {
  private final MemoryTransport sound = new MemoryTransport();
  private final Defect defect;

  /** The ends that the next connection to a listening name gets. */
  private final Map<String, End> next = new ConcurrentHashMap<>();

  /** Creates a transport without a defect. */
  public BrokenTransport() {
    this(Defect.NONE);
  }

  BrokenTransport(Defect defect) {
    this.defect = defect;
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public List<Scheme> schemes() {
    return sound.schemes();
  }

  @Override
  public TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    defect.beforeConnecting();
    TransportChannel outgoing = sound.connect(address, context);
    return defect.in(outgoing, end(address));
  }

  /** The kit opens a listener for each pair; where it does not, no two channels are a pair. */
  private End end(TransportAddress address) {
    return Objects.requireNonNull(next.get(address.target()), "nobody listens");
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    TransportListener listener = sound.listen(address, context);
    next.put(address.target(), End.connected());
    return defect.at(
        new ForwardingListener(listener) {
          @Override
          public Optional<TransportChannel> accept() throws IOException {
            return super.accept().map(channel -> defect.in(channel, end(address).peer()));
          }
        });
  }
}
