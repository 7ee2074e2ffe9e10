package dev.sluice.cli.relay;

import dev.sluice.cli.console.Quantities;
import dev.sluice.engine.transfer.RelayProgress;
import java.time.Duration;

/** How a relay has gone on between two looks; used by one thread at a time. */
final class Pace {
  private RelayProgress last = new RelayProgress(0, 0, 0, 0, 0, Duration.ZERO, 0, 0, Duration.ZERO);
  private RelayProgress now = last;

  /** Looks. */
  void look(RelayProgress progress) {
    last = now;
    now = progress;
  }

  /** Returns whether there is something to tell: a relay may wait for days. */
  boolean isNews() {
    return now.activeConnections() > 0
        || last.activeConnections() > 0
        || now.connectionCount() != last.connectionCount();
  }

  /** Returns the bytes a second, both ways together, since the look before the last one. */
  long bytesPerSecond() {
    return Quantities.bytesPerSecond(
        byteCount(now) - byteCount(last), now.elapsed().minus(last.elapsed()));
  }

  private static long byteCount(RelayProgress progress) {
    return progress.forwardByteCount() + progress.backwardByteCount();
  }
}
