package dev.sluice.engine.transfer;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What must be true of the two ends of a transfer before a byte is moved. */
final class Endpoints {
  private static final Set<ChannelFeature> BOTH_WAYS =
      EnumSet.of(ChannelFeature.DUPLEX, ChannelFeature.SHUTDOWN);

  private Endpoints() {}

  /** Reading from what one writes to never ends, or destroys it. */
  static void requireTwo(TransportAddress incoming, TransportAddress outgoing)
      throws TransportException {
    if (!incoming.target().isEmpty()
        && incoming.scheme().equals(outgoing.scheme())
        && incoming.target().equals(outgoing.target())) {
      throw new TransportException(
          Kind.ADDRESS, "both sides are " + incoming, "name two different endpoints", null);
    }
  }

  /**
   * A relay passes on bytes both ways, and each end on its own.
   *
   * @param features those of a channel, or those that the channels of a scheme may have
   * @param name of that channel or scheme
   */
  static void requireBothWays(Set<ChannelFeature> features, String name) throws TransportException {
    Set<ChannelFeature> missing = EnumSet.copyOf(BOTH_WAYS);
    missing.removeAll(features);
    if (!missing.isEmpty()) {
      throw new TransportException(
          Kind.ADDRESS,
          name
              + " cannot be relayed: it has no "
              + missing.stream()
                  .map(feature -> feature.name().toLowerCase(Locale.ROOT))
                  .collect(Collectors.joining(" and no ")),
          "a stream that goes one way is moved by copy",
          null);
    }
  }
}
