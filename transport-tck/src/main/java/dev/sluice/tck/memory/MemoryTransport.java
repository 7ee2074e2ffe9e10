package dev.sluice.tck.memory;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A transport inside this process: {@code sluice.memory:NAME}, with the channels of {@link
 * MemoryChannels}.
 *
 * <pre>{@code
 * var transport = new MemoryTransport();
 * try (TransportListener listener = transport.listen(address, context);
 *     TransportChannel outgoing = transport.connect(address, context);
 *     TransportChannel incoming = listener.accept().orElseThrow()) { ... }
 * }</pre>
 *
 * <p>Each instance has names of its own, so tests do not meet. {@code connect} returns without
 * waiting for {@code accept}, as with a socket, and bytes may be written before it. It is not
 * registered as a service: name it where a registry is made.
 */
public final class MemoryTransport implements TransportProvider {
  /** The scheme of its addresses. */
  public static final String SCHEME = "sluice.memory";

  private static final Option<Integer> CAPACITY =
      Option.number(
              "capacity",
              1,
              1 << 30,
              MemoryChannels.DEFAULT_CAPACITY,
              "How many bytes can wait in each direction.")
          .whenConnecting();

  private final ConcurrentMap<String, MemoryListener> listeners = new ConcurrentHashMap<>();

  /** Creates a transport on which nobody listens. */
  public MemoryTransport() {}

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public List<Scheme> schemes() {
    return List.of(
        Scheme.named(SCHEME)
            .target("NAME")
            .doc("Channels inside one process, for tests.")
            .mayHave(
                ChannelFeature.SHUTDOWN,
                ChannelFeature.DUPLEX,
                ChannelFeature.RESET,
                ChannelFeature.NON_BLOCKING)
            .options(CAPACITY)
            .loopback(SCHEME + ":loopback")
            .build());
  }

  @Override
  public TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    requireName(address);
    int capacity = CAPACITY.in(address);
    MemoryListener listener = listeners.get(address.target());
    if (listener == null) {
      throw new TransportException(
          Kind.UNREACHABLE, "nobody listens on " + address, "start the incoming side first", null);
    }
    return listener.connect(address, capacity);
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    requireName(address);
    MemoryListener listener =
        new MemoryListener(address, gone -> listeners.remove(address.target(), gone));
    if (listeners.putIfAbsent(address.target(), listener) != null) {
      throw new TransportException(
          Kind.UNREACHABLE, address + " is taken", "close its listener or choose a name", null);
    }
    return listener;
  }

  private static void requireName(TransportAddress address) throws TransportException {
    if (address.target().isEmpty()) {
      throw new TransportException(
          Kind.ADDRESS, "'" + address + "' names no target", "write " + SCHEME + ":NAME", null);
    }
  }
}
