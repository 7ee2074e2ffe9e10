package dev.sluice.transport.socket;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.transport.socket.system.Descriptors;
import dev.sluice.transport.socket.system.SystemWords;
import dev.sluice.transport.socket.timing.Deadline;
import dev.sluice.transport.socket.tls.TlsLayer;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Connects to {@code unix} addresses.
 *
 * <p>In non-blocking mode, because a blocking connect to a listener whose queue is full has no
 * time-out. The kernel has no event for "there is room now" either: it has to be asked again.
 */
final class UnixConnector {
  private static final Duration RETRY = Duration.ofMillis(10);

  private final TransportAddress address;
  private final Path path;
  private final UnixChannels channels;
  private final Duration atMost;

  /** Asked once: a queue may stay full, and the kernel's list of sockets be long. */
  private final Supplier<Boolean> isOtherThanStream;

  private UnixConnector(
      TransportAddress address, Path path, UnixChannels channels, Duration atMost) {
    this.address = address;
    this.path = path;
    this.channels = channels;
    this.atMost = atMost;
    this.isOtherThanStream = Suppliers.memoize(() -> SocketTable.now().showsOtherThanStream(path));
  }

  static TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    Path path = SocketPath.in(address);
    Optional<TlsLayer> tls =
        TlsLayer.toConnect(
            address, Optional.empty(), SocketOptions.linger(address, context), context);
    TransportChannel channel =
        new UnixConnector(
                address,
                path,
                UnixChannels.in(address, context),
                SocketOptions.connectTimeout(address, context))
            .connect();
    return tls.isPresent() ? tls.get().connected(channel) : channel;
  }

  /** Looks at what is wrong whoever listens. */
  static void check(TransportAddress address, TransportContext context) throws IOException {
    Path _ = SocketPath.in(address);
    var _ = UnixChannels.in(address, context);
    TlsLayer.checkConnect(
        address, Optional.empty(), SocketOptions.linger(address, context), context);
  }

  /**
   * Returns whether a socket file is left over: nobody has it open to serve it. If somebody has, a
   * connection reaches him that brings nothing.
   *
   * @param path the socket
   * @throws IOException if that cannot be found out, which includes a listener whose queue is full
   */
  static boolean isStale(Path path) throws IOException {
    try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.configureBlocking(false);
      socket.connect(UnixDomainSocketAddress.of(path));
      return false;
    } catch (ConnectException refused) {
      return true;
    }
  }

  private TransportChannel connect() throws IOException {
    Deadline deadline = Deadline.after(atMost);
    while (true) {
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      Optional<TransportChannel> channel = tryConnect(deadline);
      if (channel.isPresent()) {
        return channel.get();
      }
      LockSupport.parkNanos(this, RETRY.toNanos());
    }
  }

  /** Returns a channel; empty if the listener's queue is full and there is time left. */
  private Optional<TransportChannel> tryConnect(Deadline deadline) throws IOException {
    SocketChannel socket = open();
    Optional<TransportChannel> channel = Optional.empty();
    try {
      SocketOptions.applyReceiveBuffer(socket, address);
      SocketOptions.applySendBuffer(socket, address);
      socket.configureBlocking(false);
      socket.connect(UnixDomainSocketAddress.of(path));
      socket.configureBlocking(true);
      channel = Optional.of(channels.connected(socket));
    } catch (IOException failure) {
      if (deadline.passed() || !isFull(failure)) {
        throw notConnected(failure);
      }
    } finally {
      if (channel.isEmpty()) {
        socket.close();
      }
    }
    return channel;
  }

  private SocketChannel open() throws TransportException {
    try {
      return SocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (IOException exhausted) {
      throw Descriptors.none("a connection to " + address, exhausted);
    }
  }

  /** The JDK has no class for EAGAIN; what it has classes for, or shows in the file, is not it. */
  private boolean isFull(IOException failure) {
    return !(failure instanceof ConnectException)
        && !(failure instanceof BindException)
        && SocketPath.isSocket(path)
        && Files.isWritable(path)
        && !isOtherThanStream.get();
  }

  private TransportException notConnected(IOException failure) {
    String name = "unix:" + path;
    String detail = SystemWords.of(failure);
    if (Files.notExists(path)) {
      return SocketFailures.unreachable(
          "there is no socket at " + name + " (" + detail + ")",
          "start the listening side first, or check the path",
          failure);
    }
    if (Files.exists(path) && !SocketPath.isSocket(path)) {
      return SocketFailures.unreachable(
          name + " is not a socket (" + detail + ")", "check the path", failure);
    }
    if (failure instanceof ConnectException) {
      return SocketFailures.unreachable(
          "nothing listens at " + name + " any more (" + detail + ")",
          "start the listening side; it replaces the socket that was left there",
          failure);
    }
    if (isOtherThanStream.get()) {
      return SocketFailures.unreachable(
          name + " is not a stream socket (" + detail + ")",
          "check the path: whoever made this socket expects datagrams or packets",
          failure);
    }
    if (isFull(failure)) {
      return SocketFailures.unreachable(
          name
              + " did not take the connection within "
              + Deadline.text(atMost)
              + ": its queue is full ("
              + detail
              + ")",
          "the listening side accepts no more; connect-timeout= waits longer",
          failure);
    }
    return SocketFailures.unreachable(
        name + " cannot be reached: " + detail,
        "this user needs write permission for the socket and search permission for its folders",
        failure);
  }
}
