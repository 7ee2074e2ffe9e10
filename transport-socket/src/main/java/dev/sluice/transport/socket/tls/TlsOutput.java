package dev.sluice.transport.socket.tls;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts, and sends what was encrypted in a thread of its own.
 *
 * <p>That thread is why a writer can be woken although the peer takes nothing, and the stream still
 * has its proper end: a record that was begun has to be completed, and close_notify to follow it,
 * when nobody else is there to wait for the peer. It is also what makes it safe for a reader to
 * send an answer to a new key. It is a virtual one, and blocked in the channel as long as there is
 * nothing else to do.
 *
 * <h2>Threading</h2>
 *
 * One thread writes; everything else is for any thread and waits for nobody. {@link #wrapping} is
 * held for the time that it takes to encrypt, never while waiting; {@link #abandon} does not take
 * it, because an interrupt may come from a thread that the interrupted one waits for.
 */
final class TlsOutput implements Runnable {
  /** Enough for many records in a system call, little enough to stay in the processor's cache. */
  private static final int GREATEST_CHUNK_BYTE_COUNT = 128 << 10;

  /** One is encrypted while the other one is sent. */
  private static final int CHUNK_COUNT = 2;

  /** How many buffers the engine looks at for one record; it counts their bytes each time. */
  private static final int BUFFERS_PER_RECORD = 256;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** Stands for a chunk that nobody has needed yet: many connections say nothing for long. */
  private static final ByteBuffer UNUSED = ByteBuffer.allocate(0);

  private final TlsSession session;
  private final SSLEngine engine;
  private final TransportChannel channel;
  private final boolean closeNotify;

  /** Keeps the records in the order in which they were encrypted. */
  private final ReentrantLock wrapping = new ReentrantLock();

  /** What can be encrypted into; holds {@link #wake} too once a writer must not wait any more. */
  private final LinkedTransferQueue<ByteBuffer> free = new LinkedTransferQueue<>();

  /** What is to be sent, up to {@link #last}. */
  private final LinkedTransferQueue<ByteBuffer> full = new LinkedTransferQueue<>();

  private final ByteBuffer wake = ByteBuffer.allocate(0);
  private final ByteBuffer last = ByteBuffer.allocate(0);
  private final CountDownLatch finished = new CountDownLatch(1);

  /** Written under {@link #wrapping}. */
  private volatile boolean ended;

  private volatile boolean abandoned;
  private volatile @Nullable IOException failure;

  /**
   * Creates an output that sends nothing before it is {@linkplain #run run}.
   *
   * @param closeNotify whether TLS tells the end
   */
  TlsOutput(TlsSession session, TransportChannel channel, boolean closeNotify) {
    this.session = session;
    this.engine = session.engine();
    this.channel = channel;
    this.closeNotify = closeNotify;
    for (int i = 0; i < CHUNK_COUNT; i++) {
      free.add(UNUSED);
    }
  }

  private int packetByteCount() {
    return engine.getSession().getPacketBufferSize();
  }

  /** Sends what comes until the end. */
  @Override
  public void run() {
    try {
      ByteBuffer chunk = full.take();
      while (!isLast(chunk)) {
        while (chunk.hasRemaining()) {
          channel.write(chunk);
        }
        free.add(chunk.clear());
        chunk = full.take();
      }
      if (!abandoned && failure == null) {
        channel.shutdown(Direction.WRITE);
      }
    } catch (IOException broken) {
      failure = broken;
    } catch (InterruptedException never) {
      failure = new ClosedByInterruptException();
    } catch (RuntimeException | Error broken) {
      // Such as no memory for the JDK's own buffers: the peer has not got everything.
      failure = new TransportException(Kind.IO, "sending failed: " + broken, broken);
      channel.abort();
    } finally {
      finished.countDown();
      free.add(wake);
    }
  }

  @SuppressWarnings("ReferenceEquality") // it is a mark
  private boolean isLast(ByteBuffer chunk) {
    return chunk == last;
  }

  /**
   * Encrypts at least one byte; waits until what was encrypted before leaves room for it.
   *
   * @return how many bytes were taken
   * @throws AsynchronousCloseException if the output was ended
   */
  long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    while (true) {
      ByteBuffer chunk = takeFree();
      wrapping.lock();
      try {
        if (ended) {
          free.add(chunk);
          throw new AsynchronousCloseException();
        }
        ByteBuffer grown = grown(chunk, sources, offset, length);
        long byteCount = encrypt(grown, sources, offset, length);
        full.add(grown.flip());
        if (byteCount > 0) {
          return byteCount;
        }
        // The chunk was filled by an answer to the peer's new key.
      } catch (SSLException broken) {
        throw failed(broken);
      } finally {
        wrapping.unlock();
      }
    }
  }

  /** Keeps whoever writes next from waiting for the chunk that is lost with this. */
  private TransportException failed(SSLException broken) {
    TransportException told = session.broken(broken);
    failure = told;
    free.add(wake);
    return told;
  }

  private ByteBuffer takeFree() throws IOException {
    if (failure != null) {
      throw whyNoneIsFree();
    }
    try {
      ByteBuffer chunk = free.take();
      if (isWake(chunk)) {
        // For whoever comes next.
        free.add(wake);
        throw whyNoneIsFree();
      }
      return chunk;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      ClosedByInterruptException closed = new ClosedByInterruptException();
      closed.initCause(interrupted);
      throw closed;
    }
  }

  @SuppressWarnings("ReferenceEquality") // it is a mark
  private boolean isWake(@Nullable ByteBuffer chunk) {
    return chunk == wake;
  }

  private IOException whyNoneIsFree() {
    IOException known = failure;
    if (known == null || known instanceof ClosedChannelException) {
      return new AsynchronousCloseException();
    }
    return known instanceof TransportException told
        ? new TransportException(
            told.kind(), String.valueOf(told.getMessage()), told.hint().orElse(null), told)
        : new TransportException(Kind.IO, String.valueOf(known.getMessage()), known);
  }

  /** A writer of much gets a larger chunk, twice as large each time. */
  private ByteBuffer grown(ByteBuffer chunk, ByteBuffer[] sources, int offset, int length) {
    if (chunk.capacity() == 0) {
      return ByteBuffer.allocate(packetByteCount());
    }
    long wanted = 0;
    for (int i = offset; i < offset + length && wanted <= chunk.capacity(); i++) {
      wanted += sources[i].remaining();
    }
    int capacity = Math.min(2 * chunk.capacity(), GREATEST_CHUNK_BYTE_COUNT);
    return wanted > chunk.capacity() && capacity > chunk.capacity()
        ? ByteBuffer.allocate(capacity)
        : chunk;
  }

  private long encrypt(ByteBuffer chunk, ByteBuffer[] sources, int offset, int length)
      throws SSLException {
    int packetByteCount = packetByteCount();
    int end = offset + length;
    int from = offset;
    long total = 0;
    while (chunk.remaining() >= packetByteCount) {
      while (from < end && !sources[from].hasRemaining()) {
        from++;
      }
      if (from == end) {
        break;
      }
      SSLEngineResult result =
          engine.wrap(sources, from, Math.min(end - from, BUFFERS_PER_RECORD), chunk);
      total += result.bytesConsumed();
      if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
        throw new SSLException("the connection has failed before");
      }
    }
    return total;
  }

  /** Sends what TLS has to say by itself, such as an answer to a new key, if there is room now. */
  void flush() throws TransportException {
    if (engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
      return;
    }
    ByteBuffer chunk = free.poll();
    if (chunk == null) {
      // The writer, who has the chunks, says it with its next bytes.
      return;
    }
    if (isWake(chunk)) {
      free.add(wake);
      return;
    }
    wrapping.lock();
    try {
      ByteBuffer roomy = chunk.capacity() == 0 ? ByteBuffer.allocate(packetByteCount()) : chunk;
      if (!ended) {
        engine.wrap(NOTHING, roomy);
      }
      full.add(roomy.flip());
    } catch (SSLException broken) {
      throw failed(broken);
    } finally {
      wrapping.unlock();
    }
  }

  /**
   * Ends the output, behind all that was taken; does not wait for that.
   *
   * @throws IOException if it is known that the peer does not get everything
   */
  void end() throws IOException {
    wrapping.lock();
    try {
      if (ended) {
        return;
      }
      ended = true;
      free.add(wake);
      if (closeNotify) {
        engine.closeOutbound();
        ByteBuffer farewell = ByteBuffer.allocate(2 * packetByteCount());
        while (engine.wrap(NOTHING, farewell).bytesProduced() > 0
            && !engine.isOutboundDone()
            && farewell.remaining() >= packetByteCount()) {
          // An answer to a new key may be before it.
        }
        full.add(farewell.flip());
      }
      full.add(last);
    } catch (SSLException broken) {
      TransportException told = failed(broken);
      full.add(last);
      throw told;
    } finally {
      wrapping.unlock();
    }
    if (failure != null) {
      throw whyNoneIsFree();
    }
  }

  /** Ends at once and sends nothing more; the channel has been aborted. */
  void abandon() {
    abandoned = true;
    full.add(last);
    free.add(wake);
  }

  /**
   * Waits until everything has been sent.
   *
   * @return false if the time passed
   * @throws IOException if it could not be
   */
  boolean awaitSent(long atMostNanos) throws IOException, InterruptedException {
    if (!finished.await(atMostNanos, TimeUnit.NANOSECONDS)) {
      return false;
    }
    if (failure != null || abandoned) {
      throw whyNoneIsFree();
    }
    return true;
  }
}
