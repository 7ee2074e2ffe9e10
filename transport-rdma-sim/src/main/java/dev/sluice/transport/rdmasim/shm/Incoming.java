package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import dev.sluice.transport.rdmasim.stream.StreamReceiver;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The stream that comes in, with waiting.
 *
 * <h2>Threading</h2>
 *
 * One thread reads; any thread stops, which wakes it.
 */
final class Incoming {
  private static final Duration LONG = Duration.ofDays(1);

  private final SharedFabric fabric;
  private final StreamReceiver receiver;
  private final PeerEnd peerEnd;
  private final List<QueuePair> queuePairs;

  /** Held by whoever uses the receiver: a reader, one who stops it, one who drops what is left. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile boolean stopped;

  /** Guarded by the lock, as the next. */
  private boolean ended;

  private boolean drained;

  Incoming(SharedConnection connection, PeerEnd peerEnd) {
    fabric = connection.fabric();
    receiver = connection.ends().receiver();
    this.peerEnd = peerEnd;
    queuePairs = List.of(receiver.queuePair());
  }

  List<QueuePair> queuePairs() {
    return queuePairs;
  }

  long read(ByteBuffer[] targets, int offset, int length, boolean blocking) throws IOException {
    lock.lock();
    try {
      while (!ended && !stopped) {
        long byteCount = receiver.read(targets, offset, length);
        if (byteCount < 0) {
          return end();
        }
        if (byteCount > 0 || !blocking) {
          return byteCount;
        }
        fabric.await(queuePairs, this::isWorthALook, LONG);
      }
      return -1;
    } catch (TransportException broken) {
      throw peerEnd.explain("reading", broken);
    } finally {
      lock.unlock();
    }
  }

  /** A peer that gave up after it had ended its output did not complete it. */
  private long end() throws TransportException {
    if (peerEnd.isAborted()) {
      throw new TransportException(TransportException.Kind.RESET, "given up after its end");
    }
    ended = true;
    return -1;
  }

  private boolean isWorthALook() {
    return stopped || receiver.isReadable();
  }

  boolean await(Duration atMost) throws IOException {
    lock.lock();
    try {
      return ended || fabric.await(queuePairs, this::isWorthALook, atMost);
    } finally {
      lock.unlock();
    }
  }

  /** Stops reading: the peer learns that nobody reads any more. */
  void stop() throws IOException {
    stopped = true;
    fabric.wakeAll();
    lock.lock();
    try {
      receiver.refuse();
    } catch (TransportException broken) {
      throw peerEnd.explain("stopping to read", broken);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Drops what has come, so that the peer is not kept from ending. Never fails: what is wrong with
   * this direction does not matter any more.
   */
  void drop() {
    lock.lock();
    try {
      while (!drained) {
        long dropped = receiver.discard();
        if (dropped == 0) {
          return;
        }
        drained = dropped < 0;
      }
    } catch (IOException broken) {
      drained = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reads no more, and tells the peer how much was read, so that it knows what it has delivered.
   * Never fails: a peer that is gone need not know.
   */
  void leave() {
    lock.lock();
    try {
      receiver.refuse();
    } catch (IOException gone) {
      drained = true;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether there is something to {@link #drop}. */
  boolean hasLeft() {
    return !drained && receiver.isReadable();
  }
}
