package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.util.Optional;

/** Says why a stream broke, from how the peer left. */
final class PeerEnd {
  private final String channelName;
  private final SharedFabric fabric;

  PeerEnd(String channelName, SharedFabric fabric) {
    this.channelName = channelName;
    this.fabric = fabric;
  }

  /** Returns whether the peer has given the connection up. */
  boolean isAborted() {
    return fabric.peerDeparture() == Departure.ABORTED;
  }

  /** Returns whether the peer has closed the connection in good order. */
  boolean isClosed() {
    return fabric.peerDeparture() == Departure.CLOSED;
  }

  /**
   * Returns a failure in words of this channel.
   *
   * @param doing such as {@code reading}
   * @param failure what the stream told
   */
  TransportException explain(String doing, TransportException failure) {
    Optional<TransportException> violation = fabric.failure();
    if (violation.isPresent()) {
      TransportException first = violation.get();
      TransportException explained =
          new TransportException(
              first.kind(),
              doing + " " + channelName + ": " + first.getMessage(),
              first.hint().orElse(null),
              first);
      explained.addSuppressed(failure);
      return explained;
    }
    if (failure.kind() != Kind.RESET) {
      return new TransportException(
          failure.kind(),
          doing + " " + channelName + ": " + failure.getMessage(),
          failure.hint().orElse(null),
          failure);
    }
    return switch (fabric.peerDeparture()) {
      case ABORTED ->
          new TransportException(
              Kind.RESET,
              doing + " " + channelName + ": the peer abandoned the stream",
              "see what the other side says",
              failure);
      case CLOSED ->
          new TransportException(
              Kind.RESET,
              doing + " " + channelName + ": the peer closed the connection and reads no more",
              "see what the other side says",
              failure);
      case NONE ->
          fabric.isPeerGone()
              ? new TransportException(
                  Kind.RESET,
                  doing
                      + " "
                      + channelName
                      + ": the peer's process is gone, it was killed or crashed",
                  "start both sides again",
                  failure)
              : new TransportException(
                  Kind.RESET, doing + " " + channelName + ": " + failure.getMessage(), failure);
    };
  }
}
