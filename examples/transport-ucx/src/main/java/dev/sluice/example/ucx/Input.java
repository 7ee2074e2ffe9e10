package dev.sluice.example.ucx;

import dev.sluice.api.TransportException;
import dev.sluice.example.ucx.ControlMessage.Type;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The incoming direction: UCX fills a ring, a reader empties it.
 *
 * <p>One receive is posted at a time, for the free piece of the ring. The peer never sends more
 * than the ring holds, so nothing ever waits inside UCX, and a slow reader costs a ring and no
 * more.
 */
final class Input {
  private final Fate fate;
  private final ByteRing ring;
  private final Runnable wake;

  // Guarded by fate.
  private long received;
  private long read;
  private long end = Long.MAX_VALUE;
  private long announced;
  private boolean discarding;
  private boolean starved;

  // Of the progress thread alone.
  private boolean posted;
  private boolean takenSaid;

  Input(Fate fate, ByteRing ring, Runnable wake) {
    this.fate = fate;
    this.ring = ring;
    this.wake = wake;
  }

  /** Returns the number of bytes, -1 at the end, 0 if this side has stopped reading. */
  long read(ByteBuffer[] targets, int offset, int length) throws TransportException {
    long from;
    long there;
    fate.lock();
    try {
      fate.awaitUntil(() -> received > read || read == end || discarding);
      from = read;
      there = received - read;
      if (discarding || fate.isOver()) {
        return 0;
      }
      if (there == 0) {
        if (read == end) {
          return -1;
        }
        fate.requireSound();
      }
    } finally {
      fate.unlock();
    }
    BufferPositions before = BufferPositions.of(targets, offset, length);
    long taken = ring.take(from, there, targets, offset, length);
    fate.lock();
    try {
      if (discarding) {
        // UCX may have written into what was copied, so it does not count as read.
        before.restore();
        return 0;
      }
      read += taken;
      if (!starved && !hasNews()) {
        return taken;
      }
    } finally {
      fate.unlock();
    }
    wake.run();
    return taken;
  }

  /**
   * Returns whether the peer should hear how much was read. A quarter: it goes on long before the
   * ring is empty, and messages stay rare. The caller holds fate.
   */
  private boolean hasNews() {
    long news = read - announced;
    return read == end || news >= ring.capacity() / 4;
  }

  /** Stops reading: what is there and what comes is dropped, and counts as read. */
  void discard() {
    fate.lock();
    try {
      discarding = true;
      read = received;
      fate.changed();
    } finally {
      fate.unlock();
    }
    wake.run();
  }

  /** The peer's output ends. Returns whether that can be. */
  boolean peerEnded(long byteCount) {
    fate.lock();
    try {
      if (byteCount < received || end != Long.MAX_VALUE) {
        return false;
      }
      end = byteCount;
      fate.changed();
      return true;
    } finally {
      fate.unlock();
    }
  }

  /** The caller holds fate. */
  long received() {
    return received;
  }

  long bytesRead() {
    fate.lock();
    try {
      return read;
    } finally {
      fate.unlock();
    }
  }

  /** Posts a receive where there is room; in the progress thread. */
  void post(UcxEnd ucx) {
    // What has arrived already is received at once, and the next piece can follow.
    while (!posted) {
      long position;
      long room;
      fate.lock();
      try {
        position = received;
        room = Math.min(ring.capacity() - (received - read), end - received);
        starved = room == 0;
      } finally {
        fate.unlock();
      }
      if (room == 0 || !ucx.isConnected()) {
        return;
      }
      posted = true;
      ucx.receive(ring.addressOf(position), ring.pieceAt(position, room), this::received);
    }
  }

  /** So many more bytes are in the ring; in the progress thread. */
  void received(long byteCount) {
    posted = false;
    fate.lock();
    try {
      received += byteCount;
      if (discarding) {
        read = received;
      }
      fate.changed();
    } finally {
      fate.unlock();
    }
  }

  /** Returns what to tell the peer; in the progress thread. */
  @Nullable ControlMessage announcement(Output output) {
    fate.lock();
    try {
      if (read == end && !takenSaid) {
        takenSaid = true;
        return new ControlMessage(Type.TAKEN, output.written());
      }
      if (!takenSaid && hasNews()) {
        announced = read;
        return new ControlMessage(Type.READ, read);
      }
      return null;
    } finally {
      fate.unlock();
    }
  }

  /** Frees the ring; UCX does not use it any more. */
  void close() {
    ring.close();
  }
}
