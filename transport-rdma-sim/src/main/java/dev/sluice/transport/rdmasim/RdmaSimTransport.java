package dev.sluice.transport.rdmasim;

import com.google.auto.service.AutoService;
import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.transport.rdmasim.shm.SharedMemoryEndpoints;
import dev.sluice.transport.rdmasim.shm.SharedMemoryOptions;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Provides {@code rdma-sim:NAME}: a stream, and memory that is written in place, between two
 * processes of one user on one machine.
 *
 * <h2>Threading</h2>
 *
 * Stateless, safe for any thread. {@link #connect} and {@link #listen} end within 1 s of an
 * interrupt of their caller.
 *
 * <h2>Errors</h2>
 *
 * {@link dev.sluice.api.TransportException} as {@link TransportProvider} says; {@code LIMIT} where
 * there is no room for the shared memory.
 */
@AutoService(TransportProvider.class)
public final class RdmaSimTransport implements TransportProvider {
  private static final Scheme SCHEME =
      Scheme.named("rdma-sim")
          .target("NAME")
          .doc(
              "Simulated RDMA between two processes of one user on this machine, over shared"
                  + " memory: the fastest way between them. NAME is 1 to 64 letters, digits and . _"
                  + " -, and begins with a letter or digit. Both sides meet under a private folder"
                  + " in /dev/shm; nothing stays there when they end, and what one leaves who is"
                  + " killed goes with the next who listens. 'sluice simulate'"
                  + " plans a transfer over any of the presets of links, which link= takes too, in"
                  + " virtual time:"
                  + presets())
          .mayHave(
              ChannelFeature.SHUTDOWN,
              ChannelFeature.DUPLEX,
              ChannelFeature.RESET,
              ChannelFeature.NON_BLOCKING,
              ChannelFeature.REMOTE_MEMORY)
          .options(
              SharedMemoryOptions.DIR,
              SharedMemoryOptions.WINDOW,
              SharedMemoryOptions.LINK,
              SharedMemoryOptions.CONNECT_TIMEOUT,
              SharedMemoryOptions.LINGER,
              SharedMemoryOptions.BACKLOG)
          .loopback("rdma-sim:loopback,dir={dir}")
          .build();

  /** For {@link java.util.ServiceLoader}. */
  public RdmaSimTransport() {}

  private static String presets() {
    return LinkProfile.presets().stream()
        .map(preset -> "\n" + preset.name() + ": " + preset.doc())
        .collect(Collectors.joining());
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public List<Scheme> schemes() {
    return List.of(SCHEME);
  }

  @Override
  public TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    return SharedMemoryEndpoints.connect(address, context);
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    return SharedMemoryEndpoints.listen(address, context);
  }
}
