package dev.sluice.cli;

import dev.sluice.cli.console.Console;
import dev.sluice.engine.registry.TransportRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.spi.ToolProvider;

/**
 * What the launcher runs once, so that the JVM keeps the classes of usual copies loaded and linked
 * in its ahead-of-time cache. What is not run here costs a later start some 10 ms.
 */
final class Training {
  private static final int BYTE_COUNT = 1 << 20;

  private Training() {}

  /** Trains with what works here: a copy that fails only makes that kind of copy start slower. */
  public static void main(String[] arguments) throws IOException {
    run();
  }

  /** Copies from and to files and sockets of its own; returns the exit statuses, added up. */
  static int run() throws IOException {
    int failed = 0;
    Path folder = Files.createTempDirectory("sluice-training");
    Path source = folder.resolve("source");
    Path target = folder.resolve("target");
    try {
      Files.write(source, new byte[BYTE_COUNT]);
      failed += copy("file:" + source, "null:", "--json", "--digest", "crc32c", "--rate", "1GiB");
      failed += copy("file:" + source, "file:" + target, "--progress", "line");
      ServerSocketChannel server = loopback();
      CompletableFuture<Void> peer = CompletableFuture.runAsync(() -> drain(server));
      failed += copy("file:" + source, "tcp:127.0.0.1:" + portOf(server), "--digest", "sha256");
      // Where the copy did not come so far, nobody else ends the peer.
      server.close();
      peer.join();
      String incoming = "unix:" + folder.resolve("socket");
      CompletableFuture<Integer> receiver =
          CompletableFuture.supplyAsync(
              () -> copy(incoming, "file:" + target, "--accept-timeout", "10s"));
      while (Files.notExists(folder.resolve("socket")) && !receiver.isDone()) {
        Thread.onSpinWait();
      }
      failed += copy("file:" + source, incoming);
      return failed + receiver.join();
    } finally {
      for (Path left : List.of(source, target, folder)) {
        Files.deleteIfExists(left);
      }
    }
  }

  private static int copy(String incoming, String outgoing, String... options) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Console console = new Console(nowhere, nowhere, () -> false, _ -> false);
    SortedMap<String, ToolProvider> none = new TreeMap<>();
    Sluice sluice =
        new Sluice(
            console,
            _ -> TransportRegistry.load(Training.class.getClassLoader()),
            () -> none,
            List.of(),
            "");
    String[] words = new String[options.length + 3];
    words[0] = "copy";
    words[1] = incoming;
    words[2] = outgoing;
    System.arraycopy(options, 0, words, 3, options.length);
    return sluice.run(words);
  }

  private static ServerSocketChannel loopback() throws IOException {
    return ServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static int portOf(ServerSocketChannel server) throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  private static void drain(ServerSocketChannel server) {
    ByteBuffer into = ByteBuffer.allocate(1 << 16);
    try (SocketChannel peer = server.accept()) {
      while (peer.read(into.clear()) >= 0) {
        // dropped
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
