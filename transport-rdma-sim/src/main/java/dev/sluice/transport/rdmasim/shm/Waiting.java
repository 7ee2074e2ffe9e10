package dev.sluice.transport.rdmasim.shm;

import dev.sluice.transport.rdmasim.shm.Doorbell.Check;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * How a thread waits for what the peer does in shared memory: spins for a moment, then asks for a
 * bell and sleeps.
 *
 * <p>One side writes "I wait" and then reads whether it must; the other writes the news and then
 * reads whether anybody waits. Each needs a full fence between the two, or the processor may read
 * first, and both miss each other.
 *
 * <h2>Threading</h2>
 *
 * Safe for any thread.
 *
 * @param bell where to sleep
 */
record Waiting(Doorbell bell) {
  /** About what it takes to wake a sleeping thread. */
  private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  private static final int YIELD_COUNT = 3;

  /** On one processor the peer cannot do anything while this spins. */
  private static final boolean SPIN_HELPS = Runtime.getRuntime().availableProcessors() > 1;

  /**
   * Waits until something is so.
   *
   * @param ready what; looks at shared memory
   * @param armed where the peer sees that a thread of this side waits for a bell
   * @param atMostNanos how long
   * @return as {@link Doorbell#await}
   * @throws IOException as {@link Doorbell#await}
   */
  boolean await(Check ready, Armable armed, long atMostNanos) throws IOException {
    if (ready.holds() || spin(ready, Math.min(SPIN_NANOS, atMostNanos))) {
      return true;
    }
    return sleep(ready, armed, atMostNanos);
  }

  /** Waits without spinning. */
  boolean sleep(Check ready, Armable armed, long atMostNanos) throws IOException {
    armed.arm();
    try {
      VarHandle.fullFence();
      return bell.await(ready, atMostNanos);
    } finally {
      armed.disarm();
    }
  }

  // A yield is only a hint; what decides is the sleep after it.
  @SuppressWarnings("ThreadPriorityCheck")
  private static boolean spin(Check ready, long atMostNanos) throws IOException {
    // A virtual thread that spins keeps others from its carrier.
    if (!SPIN_HELPS || Thread.currentThread().isVirtual()) {
      return false;
    }
    long startNanoTime = System.nanoTime();
    while (System.nanoTime() - startNanoTime < atMostNanos) {
      Thread.onSpinWait();
      if (ready.holds()) {
        return true;
      }
    }
    for (int i = 0; i < YIELD_COUNT; i++) {
      Thread.yield();
      if (ready.holds()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Rings if the peer waits; call it after what the peer waits for has been published.
   *
   * @param armed how many threads of the peer wait for a bell
   */
  void ringIfArmed(SharedCounter armed) {
    VarHandle.fullFence();
    if (armed.opaque() != 0) {
      bell.ring();
    }
  }
}
