package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads of this process wait for bells of the peer, its end, or a call from this side.
 *
 * <p>A bell says only that something may have changed. The first thread that waits, the leader,
 * waits at the socket, the others for the leader; whatever the leader hears lets all look at what
 * they wait for, and when it leaves another one leads. No wake-up is trusted: all look every 500 ms
 * as well.
 *
 * <h2>Ownership</h2>
 *
 * Owns the control socket.
 *
 * <h2>Threading</h2>
 *
 * Safe for any thread, virtual ones too. There is no lock: whoever wakes or closes waits for nobody
 * who is looking. An interrupt ends that thread's wait, leaves its interrupt status set, and closes
 * nothing.
 */
final class Doorbell implements Closeable {
  /** What a thread waits for. Asked often, by that thread: quick, and not waiting. */
  @FunctionalInterface
  interface Check {
    /**
     * Returns whether it is so.
     *
     * @throws TransportException to end the wait
     */
    boolean holds() throws TransportException;
  }

  private static final long GREATEST_SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final ControlSocket control;
  private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();

  /** Whether one of them waits at the socket. */
  private final AtomicBoolean led = new AtomicBoolean();

  private volatile boolean closed;
  private volatile boolean peerGone;
  private volatile @Nullable ProtocolViolation violation;

  Doorbell(ControlSocket control) {
    this.control = control;
  }

  /**
   * Waits until something is so.
   *
   * @param ready what
   * @param atMostNanos how long
   * @return whether it is; false after the time, an interrupt, the end of the peer, or {@link
   *     #close}, if it was not so even then
   * @throws ProtocolViolation if the peer sent anything but bells
   * @throws TransportException what the check threw
   */
  boolean await(Check ready, long atMostNanos) throws IOException {
    long startNanoTime = System.nanoTime();
    // Before the first look: what comes after that leaves a permit, with which parking ends at
    // once.
    waiting.add(Thread.currentThread());
    VarHandle.fullFence();
    try {
      while (true) {
        // Before the look: what the peer did before its end must be seen.
        boolean over = peerGone || !control.isOpen() || Thread.currentThread().isInterrupted();
        long remainingNanos = atMostNanos - (System.nanoTime() - startNanoTime);
        if (ready.holds()) {
          return true;
        }
        throwViolation();
        if (over || remainingNanos <= 0) {
          return false;
        }
        if (led.compareAndSet(false, true)) {
          lead(remainingNanos);
        } else {
          LockSupport.parkNanos(this, Math.min(remainingNanos, GREATEST_SLICE_NANOS));
        }
      }
    } finally {
      waiting.remove(Thread.currentThread());
    }
  }

  private void throwViolation() throws ProtocolViolation {
    ProtocolViolation found = violation;
    if (found != null) {
      throw found;
    }
  }

  private void lead(long atMostNanos) throws IOException {
    try {
      control.await(atMostNanos);
      hear();
    } finally {
      led.set(false);
      wakeOthers();
    }
  }

  /** Those who are not seen here yet look after this. */
  private void wakeOthers() {
    VarHandle.fullFence();
    for (Thread thread : waiting) {
      if (!thread.equals(Thread.currentThread())) {
        LockSupport.unpark(thread);
      }
    }
  }

  /** Takes what has come, and returns whether that was anything. */
  private boolean hear() {
    try {
      int bellCount = control.hearBells();
      if (bellCount < 0) {
        peerGone = true;
      }
      return bellCount != 0;
    } catch (ProtocolViolation other) {
      violation = other;
      return true;
    } catch (IOException broken) {
      notePeerGone();
      return true;
    }
  }

  /** After an error of the socket, which may as well be our own having closed it. */
  private void notePeerGone() {
    if (!closed) {
      peerGone = true;
    }
  }

  /**
   * Looks, without waiting, at what has come: for one who spins rather than waits.
   *
   * @return whether the peer has gone
   */
  boolean look() {
    if (!peerGone && hear()) {
      // These bells may have been meant for others.
      wakeAll();
    }
    return peerGone;
  }

  /** Returns whether anyone has seen the peer's end. */
  boolean isPeerGone() {
    return peerGone;
  }

  /** Rings at the peer; does nothing if that has gone. */
  void ring() {
    if (peerGone) {
      return;
    }
    try {
      control.bell();
    } catch (IOException broken) {
      notePeerGone();
      wakeAll();
    }
  }

  /** Lets all who wait here look again. */
  void wakeAll() {
    wakeOthers();
    control.wake();
  }

  /** Closes the socket, which tells the peer, and ends all waits. */
  @Override
  public void close() throws IOException {
    closed = true;
    try {
      control.close();
    } finally {
      wakeAll();
    }
  }
}
