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
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The memory transport, whose channels are made worse. */
public final class BrokenTransport implements TransportProvider {
  private final MemoryTransport sound = new MemoryTransport();
  private final UnaryOperator<TransportChannel> defect;

  /** Creates a transport without a defect. */
  public BrokenTransport() {
    this(UnaryOperator.identity());
  }

  BrokenTransport(UnaryOperator<TransportChannel> defect) {
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
    return defect.apply(sound.connect(address, context));
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    TransportListener listener = sound.listen(address, context);
    return new TransportListener() {
      @Override
      public TransportAddress address() {
        return listener.address();
      }

      @Override
      public Optional<TransportChannel> accept() throws IOException {
        return listener.accept().map(defect);
      }

      @Override
      public void close() throws IOException {
        listener.close();
      }
    };
  }
}
