package dev.sluice.cli;

import dev.sluice.cli.console.Console;
import dev.sluice.engine.registry.TransportRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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
      return failed + receiver.join() + relay(folder.resolve("relay"));
    } finally {
      for (Path left : List.of(source, target, folder)) {
        Files.deleteIfExists(left);
      }
    }
  }

  /** Relays a connection, both ways. */
  private static int relay(Path socket) throws IOException {
    // Each waits for another: the common pool of a small machine has one thread.
    Executor threads = task -> Thread.ofPlatform().daemon().start(task);
    ServerSocketChannel server = loopback();
    String outgoing = "tcp:127.0.0.1:" + portOf(server);
    CompletableFuture<Integer> relay =
        CompletableFuture.supplyAsync(
            () -> run("relay", "unix:" + socket, outgoing, "--once", "--json"), threads);
    while (Files.notExists(socket) && !relay.isDone()) {
      Thread.onSpinWait();
    }
    CompletableFuture<Void> peer = CompletableFuture.runAsync(() -> answer(server), threads);
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      client.write(ByteBuffer.allocate(1));
      client.shutdownOutput();
      drain(client);
    }
    // Where the relay did not come so far, nobody else ends the peer.
    server.close();
    peer.join();
    return relay.join();
  }

  private static int copy(String incoming, String outgoing, String... options) {
    String[] words = new String[options.length + 3];
    words[0] = "copy";
    words[1] = incoming;
    words[2] = outgoing;
    System.arraycopy(options, 0, words, 3, options.length);
    return run(words);
  }

  private static int run(String... words) {
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
    return sluice.run(words);
  }

  private static ServerSocketChannel loopback() throws IOException {
    return ServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static int portOf(ServerSocketChannel server) {
    return server.socket().getLocalPort();
  }

  private static void answer(ServerSocketChannel server) {
    try (SocketChannel peer = server.accept()) {
      drain(peer);
      peer.write(ByteBuffer.allocate(1));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void drain(SocketChannel from) throws IOException {
    ByteBuffer into = ByteBuffer.allocate(1 << 16);
    while (from.read(into.clear()) >= 0) {
      // dropped
    }
  }

  private static void drain(ServerSocketChannel server) {
    try (SocketChannel peer = server.accept()) {
      drain(peer);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
