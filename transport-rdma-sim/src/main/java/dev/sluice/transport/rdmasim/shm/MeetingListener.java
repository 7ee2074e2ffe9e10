package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Listens under a name, and hands out those who come and greet.
 *
 * <p>Whoever wants to know whether a socket is stale connects and leaves; whoever wants a
 * connection sends one byte at once ({@link ControlSocket#GREETING}). Only the latter are handed
 * out, and one who is silent holds nobody up.
 *
 * <h2>Ownership</h2>
 *
 * Owns the socket and its name. The name goes first: as long as the socket answers nobody takes its
 * file for a stale one.
 *
 * <h2>Threading</h2>
 *
 * Safe for any thread; each connection goes to one {@link #accept}.
 */
final class MeetingListener implements Closeable {
  /** The kernel caps it at net.core.somaxconn. */
  static final int BACKLOG = 128;

  /** How many may have come without a greeting; then the one who came first is sent away. */
  private static final int GREATEST_SILENT_COUNT = 64;

  /** No wake-up is trusted. */
  private static final int LOOK_MILLIS = 500;

  private final EndpointName name;
  private final ServerSocketChannel server;
  private final ClaimedName claim;
  private final Selector selector;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by {@link #lock}, as the next. */
  private final List<SocketChannel> silent = new ArrayList<>();

  private final Queue<SocketChannel> greeted = new ArrayDeque<>();

  private MeetingListener(
      EndpointName name, ServerSocketChannel server, ClaimedName claim, Selector selector) {
    this.name = name;
    this.server = server;
    this.claim = claim;
    this.selector = selector;
  }

  /**
   * Starts to listen.
   *
   * @throws TransportException of kind UNREACHABLE if the name is in use or cannot be made, ADDRESS
   *     if it does not fit, LIMIT without descriptors
   * @throws ClosedByInterruptException if the thread is interrupted
   */
  static MeetingListener open(MeetingFolder folder, EndpointName name, int backlog)
      throws IOException {
    Janitor.sweep(folder);
    Janitor.sweepNames(folder);
    try (Opening opening = new Opening()) {
      ServerSocketChannel server =
          opening.add(ServerSocketChannel.open(StandardProtocolFamily.UNIX));
      Selector selector = opening.add(Selector.open());
      server.configureBlocking(false);
      ClaimedName claim = opening.add(ClaimedName.claim(folder, name, server, backlog));
      server.register(selector, SelectionKey.OP_ACCEPT);
      opening.complete();
      return new MeetingListener(name, server, claim, selector);
    } catch (ClosedByInterruptException | TransportException failure) {
      throw failure;
    } catch (IOException exhausted) {
      throw noDescriptor("listening at " + name, exhausted);
    }
  }

  private static TransportException noDescriptor(String purpose, IOException exhausted) {
    return new TransportException(
        Kind.LIMIT,
        "no socket for " + purpose + ": " + Failures.detail(exhausted),
        "raise the limit of open files (ulimit -n)",
        exhausted);
  }

  EndpointName name() {
    return name;
  }

  /**
   * Waits for the next who comes and greets, and for nothing that he does after.
   *
   * @return the connection, which the caller closes; empty once the listener is closed
   * @throws ClosedByInterruptException if the thread is interrupted; the listener is closed
   * @throws TransportException of kind LIMIT without a descriptor; who came stays queued
   */
  Optional<ControlSocket> accept() throws IOException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw closedByInterrupt();
    }
    try {
      while (!closed.get()) {
        if (Thread.currentThread().isInterrupted()) {
          throw closedByInterrupt();
        }
        SocketChannel next = greeted.peek();
        if (next != null) {
          // Fails without a descriptor; then he who came stays where he is.
          ControlSocket control = new ControlSocket(next);
          greeted.remove();
          return Optional.of(control);
        }
        selector.select(LOOK_MILLIS);
        handleSelected();
      }
      return Optional.empty();
    } catch (ClosedChannelException | ClosedSelectorException ended) {
      if (closed.get() && !(ended instanceof ClosedByInterruptException)) {
        return Optional.empty();
      }
      throw ended;
    } finally {
      lock.unlock();
    }
  }

  private ClosedByInterruptException closedByInterrupt() {
    ClosedByInterruptException interrupted = new ClosedByInterruptException();
    try {
      close();
    } catch (IOException notRemoved) {
      interrupted.addSuppressed(notRemoved);
    }
    return interrupted;
  }

  private void handleSelected() throws IOException {
    List<SelectionKey> keys = List.copyOf(selector.selectedKeys());
    selector.selectedKeys().clear();
    for (SelectionKey key : keys) {
      if (key.channel() instanceof SocketChannel socket) {
        hear(socket, key);
      } else {
        acceptAll();
      }
    }
  }

  private void acceptAll() throws IOException {
    while (true) {
      SocketChannel socket;
      try {
        socket = server.accept();
      } catch (ClosedChannelException closedMeanwhile) {
        return;
      } catch (IOException exhausted) {
        throw noDescriptor("a connection to " + name, exhausted);
      }
      if (socket == null) {
        return;
      }
      silent.add(socket);
      socket.configureBlocking(false);
      hear(socket, socket.register(selector, SelectionKey.OP_READ));
      if (silent.size() > GREATEST_SILENT_COUNT) {
        silent.removeFirst().close();
      }
    }
  }

  /** Takes the greeting, if there is one by now, or the end. */
  private void hear(SocketChannel socket, SelectionKey key) throws IOException {
    ByteBuffer greeting = ByteBuffer.allocate(1);
    int byteCount;
    try {
      byteCount = socket.read(greeting);
    } catch (IOException leftAlready) {
      byteCount = -1;
    }
    if (byteCount == 0) {
      return;
    }
    silent.remove(socket);
    key.cancel();
    if (byteCount > 0 && greeting.get(0) == ControlSocket.GREETING) {
      // A cancelled key keeps a closed socket open in the kernel until the selector drops it.
      selector.selectNow();
      greeted.add(socket);
    } else {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      claim.close();
    } finally {
      selector.wakeup();
      lock.lock();
      try (selector;
          server) {
        for (SocketChannel socket : silent) {
          socket.close();
        }
        for (SocketChannel socket : greeted) {
          socket.close();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
