package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.rdmasim.stream.StreamSender;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The stream that goes out, with waiting.
 *
 * <h2>Threading</h2>
 *
 * One thread writes; any thread stops, which wakes it.
 */
final class Outgoing {
  private static final Duration LONG = Duration.ofDays(1);

  private final SharedFabric fabric;
  private final StreamSender sender;
  private final PeerEnd peerEnd;
  private final List<QueuePair> queuePairs;
  private final Pacer pacer;

  /** Held by whoever uses the sender: a writer, one who stops it, one who delivers. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile boolean stopped;

  /** Guarded by the lock. */
  private boolean ended;

  Outgoing(SharedConnection connection, PeerEnd peerEnd, Pacer pacer) {
    this.pacer = pacer;
    fabric = connection.fabric();
    sender = connection.ends().sender();
    this.peerEnd = peerEnd;
    queuePairs = List.of(sender.queuePair());
  }

  long write(ByteBuffer[] sources, int offset, int length, boolean blocking) throws IOException {
    lock.lock();
    try {
      while (!stopped) {
        boolean mayNow = pacer.delayNanos() == 0 || sender.failure().isPresent();
        long byteCount = mayNow ? pacer.send(sources, offset, length, sender::write) : 0;
        if (byteCount > 0) {
          return byteCount;
        }
        if (!blocking) {
          if (fabric.hasFoundPeerGone()) {
            continue;
          }
          return 0;
        }
        awaitTurn(LONG);
      }
      throw new AsynchronousCloseException();
    } catch (TransportException broken) {
      throw peerEnd.explain("writing", broken);
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitTurn(Duration atMost) throws IOException {
    Deadline deadline = Deadline.after(atMost);
    long delayNanos = Math.min(pacer.delayNanos(), deadline.remainingNanos());
    if (delayNanos > 0) {
      fabric.await(queuePairs, () -> stopped, Duration.ofNanos(delayNanos));
    }
    return fabric.await(
        queuePairs,
        () ->
            stopped
                || (sender.isWritable()
                    && (pacer.delayNanos() == 0 || sender.failure().isPresent())),
        Duration.ofNanos(deadline.remainingNanos()));
  }

  boolean await(Duration atMost) throws IOException {
    lock.lock();
    try {
      boolean ready = awaitTurn(atMost);
      if (stopped) {
        throw new AsynchronousCloseException();
      }
      return ready;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the output: the peer reads what was written, then the end. */
  void stop() throws IOException {
    stopped = true;
    fabric.wakeAll();
    lock.lock();
    try {
      end();
    } catch (TransportException broken) {
      // One who has taken everything, and closed, needs no end.
      if (sender.unconsumedBytes() > 0 || !peerEnd.isClosed()) {
        throw peerEnd.explain("ending the output", broken);
      }
    } finally {
      lock.unlock();
    }
  }

  private void end() throws IOException {
    if (!ended) {
      ended = true;
      sender.end();
    }
  }

  /**
   * Ends the output and waits until the peer has read all of it. What comes in meanwhile is
   * dropped.
   *
   * @throws TransportException of kind TIMED_OUT after the deadline; RESET if the peer did not read
   *     everything, and never will
   */
  void deliver(Incoming incoming, Deadline deadline) throws IOException {
    lock.lock();
    try {
      try {
        end();
      } catch (TransportException broken) {
        if (sender.unconsumedBytes() > 0) {
          throw peerEnd.explain("delivering over", broken);
        }
        return;
      }
      List<QueuePair> both = new ArrayList<>(queuePairs);
      both.addAll(incoming.queuePairs());
      while (!isTaken()) {
        requireWorking();
        requireReader();
        if (deadline.passed()) {
          throw notRead(deadline);
        }
        incoming.drop();
        fabric.await(
            both,
            () ->
                isTaken()
                    || sender.isRefused()
                    || sender.failure().isPresent()
                    || incoming.hasLeft(),
            Duration.ofNanos(deadline.remainingNanos()));
      }
      requireReader();
    } finally {
      lock.unlock();
    }
  }

  private void requireWorking() throws TransportException {
    TransportException broken = sender.failure().orElse(null);
    // A peer that left may have told before that it has read everything.
    if (broken != null && sender.unconsumedBytes() > 0) {
      throw peerEnd.explain("delivering over", broken);
    }
  }

  /** In this order: the first looks at what has come, which may be the peer's last word. */
  private boolean isTaken() {
    return sender.isEndAcknowledged() || sender.unconsumedBytes() == 0;
  }

  /** Who reads no more has said how much he read. */
  private void requireReader() throws TransportException {
    if (sender.isRefused() && sender.unconsumedBytes() > 0) {
      throw peerEnd.explain(
          "delivering over",
          new TransportException(
              Kind.RESET,
              "the peer reads no more, and left " + sender.unconsumedBytes() + " bytes unread"));
    }
  }

  private TransportException notRead(Deadline deadline) {
    return new TransportException(
        Kind.TIMED_OUT,
        "the peer left "
            + sender.unconsumedBytes()
            + " bytes unread for "
            + deadline.text()
            + " after the end of the output",
        "if the peer is slow, wait longer with linger=",
        null);
  }
}
