package dev.sluice.transport.socket.tls;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.socket.timing.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Receives and decrypts, as many records at a time as have come.
 *
 * <h2>Threading</h2>
 *
 * One thread at a time reads or discards; a second one waits.
 */
final class TlsInput {
  private static final int GREATEST_BUFFER_BYTE_COUNT = 128 << 10;

  /** What another thread that reads needs to notice a connection that is broken. */
  private static final Duration REPORT = Duration.ofMillis(200);

  private final TlsSession session;
  private final SSLEngine engine;
  private final TransportChannel channel;
  private final TlsOutput output;
  private final boolean closeNotify;
  private final BooleanSupplier stopped;
  private final ReentrantLock lock = new ReentrantLock();

  /** Ready to be taken, as is {@link #plain}. */
  private ByteBuffer received;

  /** What was left of a record that the reader had no room for. */
  private ByteBuffer plain;

  private boolean ended;
  private volatile @Nullable TransportException failure;

  /**
   * Creates an input.
   *
   * @param received what came behind the hand-shake, ready to be taken
   * @param output sends answers to new keys
   * @param closeNotify whether TLS has to tell the end
   * @param stopped whether this side wants nothing more, and has made the channel say so
   */
  TlsInput(
      TlsSession session,
      TransportChannel channel,
      ByteBuffer received,
      TlsOutput output,
      boolean closeNotify,
      BooleanSupplier stopped) {
    this.session = session;
    this.engine = session.engine();
    this.channel = channel;
    this.received = received;
    this.output = output;
    this.closeNotify = closeNotify;
    this.stopped = stopped;
    this.plain = ByteBuffer.allocate(0);
  }

  /**
   * Reads at least one byte.
   *
   * @return how many; -1 at the end that the peer told
   */
  long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    lock.lock();
    try {
      if (plain.hasRemaining()) {
        return copyPlain(targets, offset, length);
      }
      while (true) {
        if (failure != null) {
          throw again(failure);
        }
        if (ended) {
          return -1;
        }
        long byteCount = decrypt(targets, offset, length);
        if (byteCount != 0) {
          return byteCount;
        }
        if (!ended && failure == null && !fill(room(targets, offset, length))) {
          return -1;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private long copyPlain(ByteBuffer[] targets, int offset, int length) {
    int before = plain.remaining();
    for (int i = offset; i < offset + length && plain.hasRemaining(); i++) {
      ByteBuffer target = targets[i];
      int byteCount = Math.min(target.remaining(), plain.remaining());
      target.put(plain.slice(plain.position(), byteCount));
      plain.position(plain.position() + byteCount);
    }
    return (long) before - plain.remaining();
  }

  /**
   * Decrypts what has come, as far as there is room. A failure behind bytes that are good waits for
   * the next call.
   */
  private long decrypt(ByteBuffer[] targets, int offset, int length) {
    long total = 0;
    try {
      while (true) {
        if (Records.isTooLong(received)) {
          throw new SSLException(Records.describe(received));
        }
        SSLEngineResult result = engine.unwrap(received, targets, offset, length);
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
          if (total > 0) {
            return total;
          }
          result = decryptAside();
          total = copyPlain(targets, offset, length);
        } else {
          total += result.bytesProduced();
        }
        afterRecord(result);
        ended |= result.getStatus() == SSLEngineResult.Status.CLOSED;
        if (result.getStatus() != SSLEngineResult.Status.OK || plain.hasRemaining()) {
          return total;
        }
      }
    } catch (SSLException broken) {
      failure = session.broken(broken);
      return total;
    } catch (TransportException told) {
      failure = told;
      return total;
    }
  }

  /** Decrypts one record that is larger than the reader's room. */
  private SSLEngineResult decryptAside() throws SSLException {
    int byteCount = engine.getSession().getApplicationBufferSize();
    if (plain.capacity() < byteCount) {
      plain = ByteBuffer.allocate(byteCount);
    }
    plain.clear();
    try {
      return engine.unwrap(received, plain);
    } finally {
      plain.flip();
    }
  }

  private void afterRecord(SSLEngineResult result) throws TransportException {
    if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
        task.run();
      }
    } else if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      output.flush();
    }
  }

  private static long room(ByteBuffer[] targets, int offset, int length) {
    long room = 0;
    for (int i = offset; i < offset + length && room < GREATEST_BUFFER_BYTE_COUNT; i++) {
      room += targets[i].remaining();
    }
    return room;
  }

  /**
   * Waits for more.
   *
   * @param wanted how many bytes the reader has room for
   * @return false if the stream has ended
   */
  private boolean fill(long wanted) throws IOException {
    makeRoom(wanted);
    int byteCount;
    try {
      byteCount = channel.read(received);
    } finally {
      received.flip();
    }
    if (byteCount >= 0) {
      return true;
    }
    if (stopped.getAsBoolean()) {
      return false;
    }
    if (closeNotify || received.hasRemaining()) {
      failure = session.truncated();
      throw failure;
    }
    ended = true;
    return false;
  }

  /**
   * What comes in plenty gets a larger buffer, twice as large each time, unless its reader takes
   * little at a time: of many connections each has to do with little.
   */
  private void makeRoom(long wanted) {
    int least = engine.getSession().getPacketBufferSize();
    boolean wasFull = received.limit() == received.capacity();
    int capacity =
        Math.max(
            least,
            wasFull && wanted > received.capacity()
                ? Math.min(2 * received.capacity(), GREATEST_BUFFER_BYTE_COUNT)
                : received.capacity());
    if (capacity > received.capacity()) {
      received = ByteBuffer.allocate(capacity).put(received);
    } else {
      received.compact();
    }
  }

  /**
   * Reads up to the end of the connection and keeps nothing.
   *
   * @throws IOException if it was not the proper end
   */
  void discardToTheEnd() throws IOException {
    lock.lock();
    try {
      ByteBuffer[] scratch = {ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())};
      while (read(scratch, 0, 1) >= 0) {
        scratch[0].clear();
      }
      // The end of TLS is followed by that of the connection.
      while (channel.read(scratch[0].clear()) >= 0) {
        // Nothing that counts.
      }
    } catch (TransportException broken) {
      throw broken.kind() == Kind.TRUNCATED ? session.unconfirmed(broken) : broken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Looks why the peer broke the connection, if it said so: what it sent before can still be read.
   */
  Optional<TransportException> lookForReason() {
    try {
      if (lock.tryLock(REPORT.toNanos(), TimeUnit.NANOSECONDS)) {
        try {
          look();
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    return Optional.ofNullable(failure).filter(why -> why.kind() == Kind.IDENTITY);
  }

  private void look() {
    ByteBuffer[] scratch = {ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())};
    Deadline deadline = Deadline.after(REPORT);
    try {
      channel.configureBlocking(false);
      try {
        while (failure == null && !ended && !deadline.passed()) {
          plain.limit(plain.position());
          scratch[0].clear();
          if (decrypt(scratch, 0, 1) == 0 && failure == null && !ended && !fillNow()) {
            return;
          }
        }
      } finally {
        channel.configureBlocking(true);
      }
    } catch (IOException | IllegalStateException unreadable) {
      // Then it said nothing that could be read.
    }
  }

  private boolean fillNow() throws IOException {
    if (!channel.awaitReadable(REPORT)) {
      return false;
    }
    makeRoom(0);
    try {
      return channel.read(received) > 0;
    } finally {
      received.flip();
    }
  }

  private static TransportException again(TransportException kept) {
    return new TransportException(
        kept.kind(), String.valueOf(kept.getMessage()), kept.hint().orElse(null), kept);
  }
}
