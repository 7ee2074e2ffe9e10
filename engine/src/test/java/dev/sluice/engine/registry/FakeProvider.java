package dev.sluice.engine.registry;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.AbstractTransportChannel;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.SingleChannelListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A provider that logs what it is asked for and opens channels that are at their end. */
class FakeProvider implements TransportProvider {
  final List<String> log = new CopyOnWriteArrayList<>();
  private final List<Scheme> schemes;

  FakeProvider(Scheme... schemes) {
    this.schemes = List.of(schemes);
  }

  static FakeProvider of(String... schemes) {
    return new FakeProvider(
        Arrays.stream(schemes).map(name -> Scheme.named(name).build()).toArray(Scheme[]::new));
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public List<Scheme> schemes() {
    log.add("schemes");
    return schemes;
  }

  @Override
  public TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    log.add("connect " + address);
    return new EmptyChannel(address);
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    log.add("listen " + address);
    return new SingleChannelListener(address, () -> new EmptyChannel(address));
  }

  private static final class EmptyChannel extends AbstractTransportChannel {
    EmptyChannel(TransportAddress address) {
      super(ChannelInfo.named(address.toString()), Direction.BOTH, Set.of());
    }

    @Override
    protected long readInto(ByteBuffer[] targets, int offset, int length) {
      return -1;
    }

    @Override
    protected long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
      throw new IOException("takes nothing");
    }

    @Override
    protected void release(boolean completed) {}
  }
}
