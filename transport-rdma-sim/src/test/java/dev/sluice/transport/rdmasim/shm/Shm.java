package dev.sluice.transport.rdmasim.shm;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.api.TransportException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.function.Executable;

/** What the tests of this package share. */
final class Shm {
  static final Duration LONG = Duration.ofSeconds(20);

  private Shm() {}

  static EndpointName name(String text) throws TransportException {
    return EndpointName.parse(text);
  }

  static MeetingListener listen(MeetingFolder folder, String name) throws IOException {
    return MeetingListener.open(folder, name(name), MeetingListener.BACKLOG);
  }

  static ControlSocket connect(MeetingFolder folder, String name) throws IOException {
    return MeetingConnector.connect(folder, name(name), Deadline.after(LONG));
  }

  static TransportException fails(TransportException.Kind kind, Executable action) {
    TransportException failure = assertThrows(TransportException.class, action);
    if (failure.kind() != kind) {
      throw new AssertionError("not " + kind + " but " + failure.kind(), failure);
    }
    return failure;
  }

  /** Returns message and hint. */
  static String text(TransportException failure) {
    return failure.getMessage() + " | " + failure.hint().orElse("");
  }

  static Throwable cause(ExecutionException failure) {
    return Objects.requireNonNull(failure.getCause());
  }

  /** Leaves a socket file that nobody serves. */
  static void stale(Path path) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
    }
  }

  /** Returns everything in a folder but the endpoints' sockets. */
  static List<String> remains(MeetingFolder folder) throws IOException {
    return folder.fileNames().stream().filter(name -> !name.endsWith(EndpointName.SUFFIX)).toList();
  }

  /** Returns a number of a process that has ended, and whose start nobody else can have. */
  static Owner dead() {
    return new Owner(ProcessHandle.current().pid(), 1);
  }

  /** Two connected control sockets. */
  record Pair(ControlSocket one, ControlSocket other) implements AutoCloseable {
    static Pair open(Path folder) throws IOException {
      Path path = folder.resolve("pair");
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(path));
        SocketChannel one = SocketChannel.open(UnixDomainSocketAddress.of(path));
        SocketChannel other = server.accept();
        one.configureBlocking(false);
        other.configureBlocking(false);
        return new Pair(new ControlSocket(one), new ControlSocket(other));
      } finally {
        Files.delete(path);
      }
    }

    @Override
    public void close() throws IOException {
      one.close();
      other.close();
    }
  }
}
