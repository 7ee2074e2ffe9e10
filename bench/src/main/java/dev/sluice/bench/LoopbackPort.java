package dev.sluice.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Ports of the loopback interface on which other programs listen. */
final class LoopbackPort {
  private LoopbackPort() {}

  /** Returns one that was free a moment ago. */
  static int free() throws IOException {
    try (ServerSocketChannel probe =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return ((InetSocketAddress) probe.getLocalAddress()).getPort();
    }
  }

  /**
   * Looks without connecting: a connection would be taken for the sender's.
   *
   * @param comes whether somebody may still come to listen
   * @throws IOException if nobody comes
   */
  static void awaitListener(int port, BooleanSupplier comes)
      throws IOException, InterruptedException {
    String local = "0100007F:%04X".formatted(port);
    String mapped = "0000000000000000FFFF0000" + local;
    while (!listens("/proc/net/tcp", local) && !listens("/proc/net/tcp6", mapped)) {
      if (!comes.getAsBoolean()) {
        throw new IOException("who was to listen on port " + port + " has ended");
      }
      Thread.sleep(1);
    }
  }

  private static boolean listens(String table, String local) throws IOException {
    return Files.readAllLines(Path.of(table)).stream()
        .anyMatch(line -> line.contains(" " + local + " ") && line.contains(" 0A "));
  }
}
