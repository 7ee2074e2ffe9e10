package dev.sluice.transport.rdmasim;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Somebody who greets at the endpoint {@code a}, and then says nothing, or anything. */
record SilentClient(SocketChannel socket) implements Closeable {
  static SilentClient connect(Path base) throws IOException {
    SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(endpoint(base)));
    socket.write(US_ASCII.encode("S"));
    return new SilentClient(socket);
  }

  private static Path endpoint(Path base) throws IOException {
    try (Stream<Path> all = Files.walk(base)) {
      return all.filter(path -> path.endsWith("a.sock")).findFirst().orElseThrow();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
