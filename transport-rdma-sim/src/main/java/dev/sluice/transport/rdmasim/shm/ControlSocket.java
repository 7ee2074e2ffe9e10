package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The socket beside the shared memory. While a connection is set up it carries {@link Frame}s; then
 * only bells, single bytes that wake the peer, and its end: the kernel closes it when a process
 * dies however it dies, which is how the other one learns of it.
 *
 * <p>The socket never blocks, so the JDK does not close it when a thread is interrupted that uses
 * it.
 *
 * <h2>Ownership</h2>
 *
 * Owns the socket.
 *
 * <h2>Threading</h2>
 *
 * One thread at a time waits or receives. {@link #bell}, {@link #hearBells}, {@link #wake} and
 * {@link #close} are for any thread.
 */
final class ControlSocket implements Closeable {
  /** The first byte of whoever connects for a connection rather than for a look. */
  static final byte GREETING = 'S';

  /** The only byte after the set-up. */
  static final byte BELL = 'b';

  private static final ByteBuffer ONE_BELL = oneBell();

  /** More bells than a full socket buffer holds, about 280 of them. */
  private static final int HEARD_AT_ONCE = 512;

  /** No wake-up is trusted. */
  private static final long GREATEST_SLICE_MILLIS = 500;

  private final SocketChannel socket;
  private final Selector selector;
  private final SelectionKey key;

  /**
   * Takes a connected, non-blocking socket, which stays the caller's if this fails.
   *
   * @throws TransportException of kind LIMIT without a descriptor for a selector
   */
  ControlSocket(SocketChannel socket) throws TransportException {
    this.socket = socket;
    try (Opening opening = new Opening()) {
      this.selector = opening.add(Selector.open());
      this.key = socket.register(selector, SelectionKey.OP_READ);
      opening.complete();
    } catch (IOException exhausted) {
      throw new TransportException(
          Kind.LIMIT,
          "no selector for a connection: " + Failures.detail(exhausted),
          "raise the limit of open files (ulimit -n)",
          exhausted);
    }
  }

  private static ByteBuffer oneBell() {
    return ByteBuffer.allocateDirect(1).put(0, BELL).asReadOnlyBuffer();
  }

  /** Sends the greeting; there is always room for the first byte. */
  void greet() throws IOException {
    socket.write(ByteBuffer.wrap(new byte[] {GREETING}));
  }

  /**
   * Sends a frame.
   *
   * @throws TransportException of kind TIMED_OUT after the deadline, RESET if the peer has gone
   * @throws ClosedByInterruptException if the thread is interrupted
   */
  void send(Frame frame, Deadline deadline) throws IOException {
    ByteBuffer bytes = frame.encoded();
    try {
      while (true) {
        socket.write(bytes);
        if (!bytes.hasRemaining()) {
          return;
        }
        awaitOrFail(SelectionKey.OP_READ | SelectionKey.OP_WRITE, "take", deadline);
      }
    } catch (ClosedChannelException | TransportException told) {
      throw told;
    } catch (IOException broken) {
      throw gone(broken);
    }
  }

  /**
   * Receives a frame and not one byte more.
   *
   * @throws TransportException of kind TIMED_OUT after the deadline, RESET if the peer has gone
   * @throws ProtocolViolation if it is no frame
   * @throws ClosedByInterruptException if the thread is interrupted
   */
  Frame receive(Deadline deadline) throws IOException {
    ByteBuffer head = receive(Frame.HEAD_BYTE_COUNT, deadline);
    return Frame.of(head, receive(Frame.bodyByteCount(head), deadline));
  }

  private ByteBuffer receive(int byteCount, Deadline deadline) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(byteCount);
    while (bytes.hasRemaining()) {
      int readCount;
      try {
        readCount = socket.read(bytes);
      } catch (ClosedChannelException closed) {
        throw closed;
      } catch (IOException broken) {
        throw gone(broken);
      }
      if (readCount < 0) {
        throw gone(null);
      }
      if (readCount == 0) {
        awaitOrFail(SelectionKey.OP_READ, "send", deadline);
      }
    }
    return bytes.flip();
  }

  private void awaitOrFail(int operations, String verb, Deadline deadline) throws IOException {
    if (deadline.passed()) {
      throw new TransportException(
          Kind.TIMED_OUT,
          "the peer did not " + verb + " its set-up message within " + deadline.text());
    }
    try {
      key.interestOps(operations);
      await(deadline.remainingNanos());
      key.interestOps(SelectionKey.OP_READ);
    } catch (CancelledKeyException closed) {
      throw new AsynchronousCloseException();
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
    if (!socket.isOpen()) {
      throw new AsynchronousCloseException();
    }
  }

  private static TransportException gone(@Nullable IOException cause) {
    return new TransportException(
        Kind.RESET,
        "the peer ended the connection while it was being set up",
        "it gave up or was killed: its own messages and exit status tell which",
        cause);
  }

  /**
   * Waits until something can be heard, {@link #wake} is called, the thread is interrupted, this is
   * closed, or some time has passed, which may be less than was asked for. Closes nothing.
   */
  void await(long atMostNanos) throws IOException {
    long millis = TimeUnit.NANOSECONDS.toMillis(atMostNanos) + 1;
    try {
      selector.select(Math.min(millis, GREATEST_SLICE_MILLIS));
      selector.selectedKeys().clear();
    } catch (ClosedSelectorException closed) {
      return;
    }
  }

  /** Ends a wait, or the next one if there is none. */
  void wake() {
    selector.wakeup();
  }

  /**
   * Rings at the peer. A full socket means that it has bells enough to hear.
   *
   * @throws IOException if the peer has gone
   */
  void bell() throws IOException {
    socket.write(ONE_BELL.duplicate());
  }

  /**
   * Takes the bells that have come, without waiting.
   *
   * @return how many; -1 at the end
   * @throws ProtocolViolation if anything else has come
   * @throws IOException if the peer broke the connection
   */
  int hearBells() throws IOException {
    ByteBuffer heard = ByteBuffer.allocate(HEARD_AT_ONCE);
    int count = socket.read(heard);
    for (int i = 0; i < count; i++) {
      if (heard.get(i) != BELL) {
        throw new ProtocolViolation("a byte on the control socket", heard.get(i), "a bell");
      }
    }
    return count;
  }

  boolean isOpen() {
    return socket.isOpen();
  }

  @Override
  public void close() throws IOException {
    // The socket first: once the selector has dropped it, the kernel tells the peer.
    try (selector) {
      socket.close();
    }
  }
}
