package dev.sluice.example.ucx;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Provides {@code ucx:HOST:PORT}.
 *
 * <h2>Threading</h2>
 *
 * Stateless, safe for any thread. Each channel has a thread of its own, see {@link ProgressThread}.
 *
 * <h2>Errors</h2>
 *
 * {@link TransportException} as {@link TransportProvider} says.
 */
public final class UcxTransport implements TransportProvider {
  static final String SCHEME = "ucx";

  /** For {@link java.util.ServiceLoader}. */
  public UcxTransport() {}

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public List<Scheme> schemes() {
    Scheme.Builder scheme =
        Scheme.named(SCHEME)
            .target("HOST:PORT")
            .doc(
                "A stream and memory over what UCX finds between two hosts: InfiniBand, RoCE,"
                    + " shared memory, TCP. HOST:PORT is that of a TCP socket through which the two"
                    + " find each other. Without a host, as in ucx::4444, listening takes"
                    + " connections on every address. Listening on port 0 takes a free port. UCX"
                    + " trusts its peers: only for networks in which every host may be trusted.")
            .mayHave(UcxChannel.FEATURES.toArray(ChannelFeature[]::new))
            .options(UcxOptions.WINDOW, UcxOptions.PEER_TIMEOUT, UcxOptions.LINGER)
            .loopback("ucx:127.0.0.1:0");
    UcxLibrary.unavailability().ifPresent(scheme::unavailable);
    return List.of(scheme.build());
  }

  @Override
  public TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    requireAvailable();
    return UcxConnector.connect(address, context);
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    requireAvailable();
    return UcxListener.listen(address, context);
  }

  private static void requireAvailable() throws TransportException {
    Optional<String> missing = UcxLibrary.unavailability();
    if (missing.isPresent()) {
      throw new TransportException(Kind.IO, "ucx: cannot be used here: " + missing.get());
    }
  }
}
