package dev.sluice.tck.broken;

import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Two callers of {@code connect} share something, so the second one fails. */
final class OneCallerAtATime implements Defect {
  /** Long enough for a second caller to come, where there is one. */
  private static final long CONNECT_MILLIS = 20;

  private final AtomicBoolean taken = new AtomicBoolean();
  private final Phaser never = new Phaser(1);

  @Override
  public void beforeConnecting() throws IOException {
    if (!taken.compareAndSet(false, true)) {
      throw new IOException("somebody else connects");
    }
    try {
      never.awaitAdvanceInterruptibly(0, CONNECT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException connected) {
      // Nobody advances it.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      taken.set(false);
    }
  }

  @Override
  public TransportChannel in(TransportChannel sound, End end) {
    return sound;
  }
}
