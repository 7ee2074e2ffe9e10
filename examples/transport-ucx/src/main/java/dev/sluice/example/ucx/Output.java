package dev.sluice.example.ucx;

import dev.sluice.api.TransportException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing direction: a writer fills a ring, UCX empties it, as far as the peer has room.
 *
 * <p>The copy into the ring makes the caller's buffers free at once, and many small writes one
 * message. Pages that should not be copied go through {@link dev.sluice.api.RemoteMemory}.
 */
final class Output {
  /** Long enough for full speed, and short enough that the ring becomes free in steps. */
  private static final int PIECE_BYTES = 256 << 10;

  private static final int MOST_IN_FLIGHT = 4;

  /** A part of the ring that UCX is sending. */
  private static final class Piece {
    private final long end;
    private boolean sent;

    Piece(long end) {
      this.end = end;
    }
  }

  private final Fate fate;
  private final ByteRing ring;
  private final RemoteWrites remoteWrites;
  private final Runnable wake;

  // Guarded by fate.
  private long written;
  private long freed;
  private long limit;
  private boolean ended;
  private boolean refused;
  private long remoteWritesBefore;

  // Of the progress thread alone.
  private final Queue<Piece> inFlight = new ArrayDeque<>();
  private long sent;
  private boolean endSaid;

  Output(Fate fate, ByteRing ring, RemoteWrites remoteWrites, Runnable wake) {
    this.fate = fate;
    this.ring = ring;
    this.remoteWrites = remoteWrites;
    this.wake = wake;
  }

  /** Returns the number of bytes, 0 if this side has stopped writing. */
  long write(ByteBuffer[] sources, int offset, int length) throws TransportException {
    long from;
    long room;
    fate.lock();
    try {
      fate.awaitUntil(() -> written - freed < ring.capacity() || ended || refused);
      if (ended || fate.isOver()) {
        return 0;
      }
      requireTaker();
      from = written;
      room = ring.capacity() - (written - freed);
    } finally {
      fate.unlock();
    }
    BufferPositions before = BufferPositions.of(sources, offset, length);
    long put = ring.put(from, room, sources, offset, length);
    fate.lock();
    try {
      if (ended) {
        before.restore();
        return 0;
      }
      written += put;
      remoteWritesBefore = remoteWrites.begun();
    } finally {
      fate.unlock();
    }
    wake.run();
    return put;
  }

  /** The caller holds fate. */
  void requireTaker() throws TransportException {
    fate.requireSound();
    if (refused) {
      throw Failures.peerClosed(fate.name());
    }
  }

  /** Ends the output behind what was accepted. */
  void end() {
    fate.lock();
    try {
      if (!ended) {
        ended = true;
        remoteWritesBefore = remoteWrites.begun();
      }
      fate.changed();
    } finally {
      fate.unlock();
    }
    wake.run();
  }

  /** The caller holds fate. */
  long written() {
    return written;
  }

  /** The peer has room up to so many bytes of the stream. */
  void allow(long byteCount) {
    fate.lock();
    try {
      limit = Math.max(limit, byteCount);
    } finally {
      fate.unlock();
    }
    wake.run();
  }

  /** The peer has closed its end. */
  void refuse() {
    fate.lock();
    try {
      refused = true;
      fate.changed();
    } finally {
      fate.unlock();
    }
  }

  /** Sends what may be sent; in the progress thread. */
  void send(UcxEnd ucx) {
    long until;
    long barrier;
    fate.lock();
    try {
      until = Math.min(written, limit);
      barrier = remoteWritesBefore;
    } finally {
      fate.unlock();
    }
    if (sent == until) {
      return;
    }
    // The peer must see what was written to its memory before it sees these bytes.
    if (!remoteWrites.areVisible(barrier)) {
      remoteWrites.flush(ucx);
      return;
    }
    while (sent < until && inFlight.size() < MOST_IN_FLIGHT) {
      int byteCount = ring.pieceAt(sent, Math.min(until - sent, PIECE_BYTES));
      Piece piece = new Piece(sent + byteCount);
      inFlight.add(piece);
      long address = ring.addressOf(sent);
      sent += byteCount;
      ucx.send(address, byteCount, () -> sent(piece));
    }
  }

  private void sent(Piece piece) {
    piece.sent = true;
    long free = -1;
    while (!inFlight.isEmpty() && inFlight.element().sent) {
      free = inFlight.remove().end;
    }
    if (free >= 0) {
      fate.lock();
      try {
        freed = free;
        fate.changed();
      } finally {
        fate.unlock();
      }
    }
  }

  /** Returns the end, once, when all bytes before it were sent; in the progress thread. */
  @Nullable ControlMessage announcement(UcxEnd ucx) {
    fate.lock();
    try {
      if (!ended || endSaid || sent < written) {
        return null;
      }
      if (!remoteWrites.areVisible(remoteWritesBefore)) {
        remoteWrites.flush(ucx);
        return null;
      }
      endSaid = true;
      return new ControlMessage(ControlMessage.Type.END, written);
    } finally {
      fate.unlock();
    }
  }

  /** Frees the ring; UCX does not use it any more. */
  void close() {
    ring.close();
  }
}
