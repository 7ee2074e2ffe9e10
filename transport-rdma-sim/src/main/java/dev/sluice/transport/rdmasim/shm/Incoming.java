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
        if (byteCount > 0) {
          return byteCount;
        }
        if (!blocking) {
          if (fabric.hasFoundPeerGone()) {
            continue;
          }
          return 0;
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

  /** Returns whether there is something to {@link #drop}; false while another thread is here. */
  boolean hasLeft() {
    // Not waiting: whoever is here may be about to wake all who wait, this one among them.
    if (!lock.tryLock()) {
      return false;
    }
    try {
      return !drained && receiver.isReadable();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Drops what has come, and tells the peer how far it was taken: a peer that waits for just that
   * has delivered, and one that goes on to write learns that it is in vain. Never fails.
   */
  void leave() {
    lock.lock();
    try {
      drop();
      receiver.refuse();
    } catch (IOException broken) {
      drained = true;
    } finally {
      lock.unlock();
    }
  }
}
