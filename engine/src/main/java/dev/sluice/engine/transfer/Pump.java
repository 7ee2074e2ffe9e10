package dev.sluice.engine.transfer;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Moves one direction of a connection, from first byte to end, and passes the end on. One thread
 * does both; any may look at it.
 */
final class Pump {
  /** Waits that are shorter are ordinary flow control. */
  private static final long STALL_NANOS = Duration.ofMillis(100).toNanos();

  private final Leg from;
  private final Leg to;
  private final TransportChannel source;
  private final TransportChannel target;
  private final RelayParts parts;
  private final LongAdder totalByteCount;
  private final StreamCheck check;

  /** How much to write before saying that the receiver lives. */
  private final Stride stride = new Stride(OptionalLong.empty());

  /** Where a failure of the running thread is to be looked for. */
  private Leg leg;

  private volatile long byteCount;
  private volatile long stalledNanos;

  /** When a byte last came or went. */
  private volatile long movedNanos = System.nanoTime();

  /** Since when a write has been going on; 0: none is. */
  private volatile long writingNanos;

  /** Waiting for its share of the rate: then silence is nobody's fault. */
  private volatile boolean pacing;

  /**
   * @param from the side that is read
   * @param totalByteCount counts the bytes of this direction of all connections
   */
  Pump(
      Leg from,
      TransportChannel source,
      TransportChannel target,
      RelayParts parts,
      LongAdder totalByteCount) {
    this.from = from;
    this.to = from == Leg.INCOMING ? Leg.OUTGOING : Leg.INCOMING;
    this.leg = from;
    this.source = source;
    this.target = target;
    this.parts = parts;
    this.totalByteCount = totalByteCount;
    this.check = parts.options().checks().get();
  }

  /** Returns the side that is read. */
  Leg from() {
    return from;
  }

  /** Returns the side that is written. */
  Leg to() {
    return to;
  }

  /** Returns where it failed, after it has. */
  Leg leg() {
    return leg;
  }

  /** Returns how many bytes the side that is written has accepted. */
  long byteCount() {
    return byteCount;
  }

  /** Moves what comes until it has ended. */
  void move() throws IOException, InterruptedException {
    try (PumpBuffer buffer = new PumpBuffer(parts.memory())) {
      while (source.read(buffer.empty()) >= 0) {
        movedNanos = System.nanoTime();
        ByteBuffer bytes = buffer.filled();
        check.passed(bytes.asReadOnlyBuffer());
        leg = to;
        write(bytes);
        leg = from;
      }
    }
  }

  /**
   * Asks whether what has ended was complete.
   *
   * @throws TransportException of kind TRUNCATED if it was not
   */
  void requireComplete() throws TransportException {
    check.ended();
  }

  /** Returns whether its reader may leave now; for when both directions are done. */
  boolean isSettled() {
    return check.isSettled(byteCount);
  }

  void passEndOn() throws IOException {
    leg = to;
    target.shutdown(Direction.WRITE);
  }

  private void write(ByteBuffer bytes) throws IOException, InterruptedException {
    int end = bytes.limit();
    while (bytes.position() < end) {
      int share = Math.min(parts.rate().share(), stride.byteCount());
      bytes.limit(Math.min(end, bytes.position() + share));
      pace(bytes.remaining());
      while (bytes.hasRemaining()) {
        writeOnce(bytes);
      }
    }
  }

  private void pace(int moved) throws InterruptedException {
    pacing = true;
    parts.rate().take(moved);
    movedNanos = System.nanoTime();
    pacing = false;
  }

  private void writeOnce(ByteBuffer bytes) throws IOException {
    int position = bytes.position();
    long start = System.nanoTime();
    writingNanos = start;
    try {
      target.write(bytes);
    } finally {
      // Here, because a write that is cut off may have moved bytes.
      wrote(bytes.position() - position, start);
    }
  }

  /** Only this thread writes what others look at. */
  private void wrote(int written, long start) {
    writingNanos = 0;
    long now = System.nanoTime();
    movedNanos = now;
    long before = byteCount;
    byteCount = before + written;
    totalByteCount.add(written);
    long nanos = now - start;
    stride.took(Duration.ofNanos(nanos));
    if (nanos >= STALL_NANOS) {
      long stalledBefore = stalledNanos;
      stalledNanos = stalledBefore + nanos;
      parts.totals().stalled(nanos);
    }
  }

  /** Returns for how long the write that is going on has been waiting. */
  private long waitingNanos(long now) {
    long since = writingNanos;
    return since == 0 ? 0 : now - since;
  }

  /** Returns for how long, in all, writes were kept waiting, with the one that waits just now. */
  Duration stalled(long now) {
    return Duration.ofNanos(stalledNanos).plus(stalling(now));
  }

  /** Returns for how long the write that is going on has been kept waiting, if it has. */
  Duration stalling(long now) {
    long waiting = waitingNanos(now);
    return Duration.ofNanos(waiting < STALL_NANOS ? 0 : waiting);
  }

  boolean isStalledFor(Duration limit, long now) {
    return waitingNanos(now) >= Watchdog.nanos(limit);
  }

  boolean isIdleFor(Duration limit, long now) {
    return !pacing && now - movedNanos >= Watchdog.nanos(limit);
  }
}
