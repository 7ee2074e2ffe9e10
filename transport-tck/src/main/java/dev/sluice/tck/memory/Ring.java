package dev.sluice.tck.memory;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * One direction of a connection: a bounded queue of bytes between one writer and one reader, either
 * of whom may leave at any time. What happened once stays so; nothing here is undone.
 */
final class Ring {
  private final String writer;
  private final String reader;
  private final byte[] bytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private int start;
  private int byteCount;

  /** The writer left: the reader gets what is there, then the end. */
  private boolean ended;

  /** The reader left: nobody will take what the writer has. */
  private boolean refused;

  /** The reader left in the middle of the stream. */
  private boolean abandoned;

  /** The writer left and wants the reader to know that the stream is not complete. */
  private boolean reset;

  Ring(String writer, String reader, int capacity) {
    this.writer = writer;
    this.reader = reader;
    this.bytes = new byte[capacity];
  }

  int read(ByteBuffer[] targets, int offset, int length, boolean blocking) throws IOException {
    lock.lock();
    try {
      while (blocking && !isReadable()) {
        changed.awaitUninterruptibly();
      }
      requireReader();
      if (reset) {
        throw new TransportException(Kind.RESET, reader + ": the peer abandoned the stream");
      }
      if (byteCount == 0) {
        return ended ? -1 : 0;
      }
      int before = byteCount;
      for (int i = offset; i < offset + length; i++) {
        take(targets[i]);
      }
      changed.signalAll();
      return before - byteCount;
    } finally {
      lock.unlock();
    }
  }

  int write(ByteBuffer[] sources, int offset, int length, boolean blocking) throws IOException {
    lock.lock();
    try {
      while (blocking && !isWritable()) {
        changed.awaitUninterruptibly();
      }
      requireWriter();
      if (refused) {
        throw new TransportException(Kind.RESET, writer + ": the peer reads no more");
      }
      int before = byteCount;
      for (int i = offset; i < offset + length; i++) {
        put(sources[i]);
      }
      changed.signalAll();
      return byteCount - before;
    } finally {
      lock.unlock();
    }
  }

  /** At most two runs: up to the end of the array, and from its start. */
  private void take(ByteBuffer target) {
    while (byteCount > 0 && target.hasRemaining()) {
      int run = Math.min(target.remaining(), Math.min(byteCount, bytes.length - start));
      target.put(bytes, start, run);
      start = (start + run) % bytes.length;
      byteCount -= run;
    }
  }

  private void put(ByteBuffer source) {
    while (byteCount < bytes.length && source.hasRemaining()) {
      int end = (start + byteCount) % bytes.length;
      int room = end < start ? start - end : bytes.length - end;
      int run = Math.min(source.remaining(), room);
      source.get(bytes, end, run);
      byteCount += run;
    }
  }

  boolean awaitReadable(Duration atMost) throws IOException {
    lock.lock();
    try {
      boolean readable = await(this::isReadable, atMost);
      requireReader();
      return readable;
    } finally {
      lock.unlock();
    }
  }

  boolean awaitWritable(Duration atMost) throws IOException {
    lock.lock();
    try {
      boolean writable = await(this::isWritable, atMost);
      requireWriter();
      return writable;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A condition wakes at an interrupt before the base class of channels has seen it; that one
   * aborts the channel, which ends the wait for good.
   */
  private boolean await(BooleanSupplier condition, Duration atMost) {
    boolean interrupted = false;
    long start = System.nanoTime();
    long wait = TimeUnit.NANOSECONDS.convert(atMost);
    long left = wait;
    while (!condition.getAsBoolean() && left > 0) {
      try {
        changed.awaitNanos(left);
      } catch (InterruptedException seenByTheBaseClassToo) {
        interrupted = true;
      }
      left = wait - (System.nanoTime() - start);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return condition.getAsBoolean();
  }

  /** Whoever left was woken here, and learns from the base class of channels why. */
  private void requireReader() throws ClosedChannelException {
    if (refused) {
      throw new ClosedChannelException();
    }
  }

  private void requireWriter() throws ClosedChannelException {
    if (ended || reset) {
      throw new ClosedChannelException();
    }
  }

  private boolean isReadable() {
    return byteCount > 0 || ended || refused || reset;
  }

  private boolean isWritable() {
    return byteCount < bytes.length || ended || refused || reset;
  }

  /** The writer leaves; its bytes stay. */
  void end() {
    leave(() -> ended = true);
  }

  /**
   * Looks whether the reader abandoned bytes that it had not read.
   *
   * @throws TransportException of kind RESET if so
   */
  void requireDeliverable() throws TransportException {
    lock.lock();
    try {
      if (abandoned && byteCount > 0) {
        throw new TransportException(
            Kind.RESET,
            writer + ": the peer abandoned " + byteCount + " bytes that it had not read");
      }
    } finally {
      lock.unlock();
    }
  }

  /** The reader leaves. */
  void refuse() {
    leave(() -> refused = true);
  }

  /** The reader leaves in the middle of the stream. */
  void abandon() {
    leave(
        () -> {
          refused = true;
          abandoned = true;
        });
  }

  /** The writer leaves; its bytes are lost, and the reader is told. */
  void reset() {
    leave(() -> reset = true);
  }

  private void leave(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
