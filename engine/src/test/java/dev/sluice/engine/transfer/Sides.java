package dev.sluice.engine.transfer;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.SingleChannelListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.OpenEnds.Opener;
import dev.sluice.tck.memory.MemoryFile;
import java.io.IOException;
import java.util.List;

/**
 * The two sides of a copy, as a test writes them.
 *
 * @param listen opens the incoming one
 * @param connect opens the outgoing one
 */
record Sides(Opener<TransportListener> listen, Opener<TransportChannel> connect)
    implements TransportProvider {
  static final TransportAddress IN = TransportAddress.of("sides", "in");
  static final TransportAddress OUT = TransportAddress.of("sides", "out");

  /** From a channel that is simply opened, as a file is. */
  static Sides of(TransportChannel source, TransportChannel target) {
    return new Sides(() -> new SingleChannelListener(IN, () -> source), () -> target);
  }

  /** From a file that holds some bytes. */
  static Sides of(byte[] content, TransportChannel target) {
    return of(new MemoryFile(content).open(Direction.READ), target);
  }

  Copy copy(CopyOptions options) {
    return copy(options, CopyListener.NONE);
  }

  Copy copy(CopyOptions options, CopyListener listener) {
    return new Copy(TransportRegistry.of(this), IN, OUT, options, listener);
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public List<Scheme> schemes() {
    return List.of(Scheme.named("sides").target("SIDE").mayHave(ChannelFeature.values()).build());
  }

  @Override
  public TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    return connect.open();
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    return listen.open();
  }
}
