package dev.sluice.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * {@code sluice copy} as a whole process beside {@code dd}, {@code cp}, {@code socat} and a bare
 * loop of the JDK: start-up included, as a user would time it.
 *
 * <p>Usage: {@code CopyCommand SLUICE_SCRIPT FOLDER MEBIBYTES ROUNDS}. The folder is on the disk to
 * be measured and needs room for two files.
 */
public final class CopyCommand {
  private final String sluice;
  private final Path source;
  private final Path target;
  private final long byteCount;
  private final int rounds;

  private CopyCommand(String sluice, Path folder, long byteCount, int rounds) {
    this.sluice = sluice;
    this.source = folder.resolve("bench-source");
    this.target = folder.resolve("bench-target");
    this.byteCount = byteCount;
    this.rounds = rounds;
  }

  /** Runs all comparisons and prints a table for each. */
  public static void main(String[] args) throws IOException, InterruptedException {
    CopyCommand command =
        new CopyCommand(
            args[0], Path.of(args[1]), Long.parseLong(args[2]) << 20, Integer.parseInt(args[3]));
    try {
      command.makeSource();
      command.fileToFile();
      command.fileToTcp();
      command.tcpToFile();
    } finally {
      Files.deleteIfExists(command.source);
      Files.deleteIfExists(command.target);
    }
  }

  /**
   * Random bytes: a file system that compresses or looks for holes would measure something else.
   */
  private void makeSource() throws IOException {
    byte[] block = new byte[1 << 20];
    new Random(1).nextBytes(block);
    try (OutputStream out = Files.newOutputStream(source)) {
      for (long done = 0; done < byteCount; done += block.length) {
        out.write(block);
      }
    }
  }

  private void fileToFile() throws IOException, InterruptedException {
    Comparison.Round<Contender> freshTarget =
        contender -> {
          Files.deleteIfExists(target);
          return ProcessRun.of(contender.command().apply(target.toString()));
        };
    new Comparison("file to file, synced", byteCount, rounds)
        .run(
            freshTarget,
            List.of(
                Contender.of("sluice copy", to -> copy("file:" + source, "file:" + to)),
                Contender.of("dd bs=1M conv=fsync", to -> dd(to, "conv=fsync")),
                Contender.of("cp and sync", to -> shell("cp '%s' '%s' && sync '%2$s'", to))));
    new Comparison("file to file, not synced", byteCount, rounds)
        .run(
            freshTarget,
            List.of(
                Contender.of(
                    "sluice copy, fsync=off",
                    to -> copy("file:" + source, "file:" + to + ",fsync=off")),
                Contender.of("dd bs=1M", to -> dd(to)),
                Contender.of("cp", to -> shell("cp '%s' '%s'", to))));
  }

  private void fileToTcp() throws IOException, InterruptedException {
    Comparison.Round<Contender> intoDrain =
        contender -> {
          try (Drain drain = new Drain()) {
            return ProcessRun.of(contender.command().apply(drain.port()));
          }
        };
    new Comparison("file to tcp on loopback", byteCount, rounds)
        .run(
            intoDrain,
            List.of(
                Contender.of(
                    "sluice copy", port -> copy("file:" + source, "tcp:127.0.0.1:" + port)),
                Contender.of("bare transferTo", this::bareTransferTo),
                Contender.of(
                    "socat -b 1048576",
                    port -> List.of("socat", "-u", "-b", "1048576", "FILE:" + source, tcp(port)))));
  }

  private void tcpToFile() throws IOException, InterruptedException {
    Comparison.Round<Contender> fromSource =
        contender -> {
          Files.deleteIfExists(target);
          String port = Integer.toString(LoopbackPort.free());
          try (Feed _ = new Feed(source, Integer.parseInt(port))) {
            return ProcessRun.of(contender.command().apply(port));
          }
        };
    new Comparison("tcp on loopback to file, not synced", byteCount, rounds)
        .run(
            fromSource,
            List.of(
                Contender.of(
                    "sluice copy",
                    port -> copy("tcp:127.0.0.1:" + port, "file:" + target + ",fsync=off")),
                Contender.of(
                    "socat -b 1048576",
                    port ->
                        List.of(
                            "socat",
                            "-u",
                            "-b",
                            "1048576",
                            "TCP-LISTEN:" + port + ",bind=127.0.0.1,reuseaddr",
                            "CREATE:" + target))));
  }

  private List<String> copy(String incoming, String outgoing) {
    return List.of(sluice, "copy", "-q", incoming, outgoing);
  }

  private List<String> dd(String to, String... more) {
    List<String> command =
        new ArrayList<>(List.of("dd", "if=" + source, "of=" + to, "bs=1M", "status=none"));
    command.addAll(List.of(more));
    return command;
  }

  private List<String> shell(String script, String to) {
    return List.of("sh", "-c", script.formatted(source, to));
  }

  private static String tcp(String port) {
    return "TCP:127.0.0.1:" + port;
  }

  private List<String> bareTransferTo(String port) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        BareTransferTo.class.getName(),
        source.toString(),
        port);
  }

  /** Takes one connection and drops its bytes. */
  private static final class Drain implements AutoCloseable {
    private final ServerSocketChannel server =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    Drain() throws IOException {
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                ByteBuffer into = ByteBuffer.allocateDirect(1 << 20);
                try (SocketChannel channel = server.accept()) {
                  while (channel.read(into.clear()) >= 0) {
                    // dropped
                  }
                } catch (IOException ended) {
                  // the contender's exit status tells
                }
              });
    }

    String port() throws IOException {
      return Integer.toString(((InetSocketAddress) server.getLocalAddress()).getPort());
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  /** Sends the source file to a port as soon as somebody listens there. */
  private static final class Feed implements AutoCloseable {
    private final Thread thread;

    Feed(Path source, int port) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try {
                      LoopbackPort.awaitListener(port, () -> true);
                      BareTransferTo.main(new String[] {source.toString(), Integer.toString(port)});
                    } catch (IOException | InterruptedException ended) {
                      // the contender's exit status tells
                    }
                  });
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }
}
