package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.Timer;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import org.jspecify.annotations.Nullable;

/** A message that is sent again until it is answered, or was sent often enough. */
final class Repetition {
  private static final int TRIES = 8;

  /** 67 ms, or what the link suggests if that is more. */
  private static final int LEAST_TIMEOUT_CODE = 14;

  private final VirtualConnector connector;
  private final Way way;
  private final ConnectionMessage message;
  private final Runnable givenUp;
  private final long timeoutNanos;
  private int tries;
  private @Nullable Timer timer;

  Repetition(VirtualConnector connector, Way way, ConnectionMessage message, Runnable givenUp) {
    this.connector = connector;
    this.way = way;
    this.message = message;
    this.givenUp = givenUp;
    int code = Math.max(LEAST_TIMEOUT_CODE, way.out().profile().suggestedTimeoutCode());
    timeoutNanos = QueuePairAttributes.timeoutNanos(code);
  }

  Repetition start() {
    send();
    return this;
  }

  private void send() {
    tries++;
    connector.send(way, message);
    timer = connector.host().simulation().schedule(timeoutNanos, this::expired);
  }

  private void expired() {
    timer = null;
    VirtualHost host = connector.host();
    if (host.isCrashed()) {
      return;
    }
    if (!host.isRunning()) {
      timer = host.whenThawed(this::expired);
      return;
    }
    if (tries < TRIES) {
      send();
    } else {
      givenUp.run();
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
