package dev.sluice.transport.rdmasim.verbs;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A mode: how the queue pairs of one device reach their peers, where registered memory lies, and
 * whose clock counts.
 *
 * <h2>Threading</h2>
 *
 * {@link #allocate}, {@link #nowNanos} and {@link #await} may be called by any thread that uses the
 * device; each {@link Wire} by the thread that uses its queue pair.
 */
public interface Fabric {
  /**
   * Returns zeroed memory, aligned to 8 bytes, for the tables in which a device publishes its
   * regions and queue pairs. Called once, when the device is made.
   *
   * @param byteCount how much
   */
  MemorySegment tables(long byteCount);

  /**
   * Allocates memory that the fabric reaches best.
   *
   * @param byteCount how much
   * @throws IOException if there is not so much
   */
  FabricMemory allocate(long byteCount) throws IOException;

  /**
   * Returns the wire of a queue pair that is being made.
   *
   * @param queuePair its owner
   */
  Wire wire(QueuePair queuePair);

  /**
   * Waits until no peer is inside a region that was withdrawn, or it is certain that none can come
   * out any more.
   *
   * @param unused asked again and again
   */
  void awaitUnused(BooleanSupplier unused);

  /**
   * Told before memory is registered; may let the time pass that it takes.
   *
   * @param byteCount how much
   * @return whether the adapter can; false makes it fail as one does that has no key left
   */
  default boolean registers(long byteCount) {
    return true;
  }

  /**
   * Told before a completion is put into its queue.
   *
   * @param completion what is put
   * @return whether there is room in the queue as far as the fabric is concerned; false makes it
   *     overrun
   */
  default boolean hasRoomFor(WorkCompletion completion) {
    return true;
  }

  /** Returns the link's clock, in nanoseconds since some moment. Differences count. */
  long nowNanos();

  /**
   * Lets time pass: in virtual time the next events happen, in real time the thread waits until
   * something comes in.
   *
   * @param listening the queue pairs whose input, or room for output, is waited for; the caller's
   * @param ready asked again and again; true ends the wait
   * @param atMost how long, on the link's clock
   * @return false if the time passed
   * @throws IOException if the fabric is gone, or the thread is interrupted
   */
  boolean await(List<QueuePair> listening, BooleanSupplier ready, Duration atMost)
      throws IOException;
}
