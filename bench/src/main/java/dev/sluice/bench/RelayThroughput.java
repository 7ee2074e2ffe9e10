package dev.sluice.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A relay between two TCP connections of the loopback interface beside {@code socat} and HAProxy,
 * each as a process: what a stream takes that is long enough not to feel the start.
 *
 * <p>Usage: {@code RelayThroughput MEBIBYTES ROUNDS}. A peer that is not installed is told on
 * standard error, and missing in the table.
 */
public final class RelayThroughput {
  /** Lets the JVM compile, and the sockets' buffers grow, before the clock starts. */
  private static final long WARM_UP_BYTES = 512L << 20;

  private final long byteCount;
  private final int rounds;

  private RelayThroughput(long byteCount, int rounds) {
    this.byteCount = byteCount;
    this.rounds = rounds;
  }

  /** Runs the comparison and prints its table. */
  public static void main(String[] args) throws IOException, InterruptedException {
    new RelayThroughput(Long.parseLong(args[0]) << 20, Integer.parseInt(args[1])).tcpToTcp();
  }

  private void tcpToTcp() throws IOException, InterruptedException {
    int incoming = LoopbackPort.free();
    Path configuration = Files.createTempFile("bench-haproxy", ".cfg");
    List<Contender> contenders = new ArrayList<>();
    contenders.add(Contender.of("sluice relay", port -> sluice(incoming, port)));
    if (isInstalled("socat", "-V")) {
      contenders.add(
          Contender.of("socat -b 1048576", port -> socat(incoming, port, "-b", "1048576")));
      contenders.add(Contender.of("socat", port -> socat(incoming, port)));
    }
    if (isInstalled("haproxy", "-v")) {
      contenders.add(
          Contender.of(
              "haproxy, TCP mode", _ -> List.of("haproxy", "-db", "-f", configuration.toString())));
    }
    try {
      new Comparison("relay, tcp to tcp", byteCount, rounds)
          .run(contender -> run(contender, incoming, configuration), contenders);
    } finally {
      Files.delete(configuration);
    }
  }

  private static boolean isInstalled(String program, String version) throws InterruptedException {
    try {
      new ProcessBuilder(program, version)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
      return true;
    } catch (IOException absent) {
      System.err.println(
          "MISSING: "
              + program
              + " is not installed, so there is nothing to compare with: "
              + absent.getMessage());
      return false;
    }
  }

  private static List<String> sluice(int incoming, String outgoing) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-Xmx64m",
        "-cp",
        System.getProperty("java.class.path"),
        RelayProcess.class.getName(),
        "tcp:127.0.0.1:" + incoming,
        "tcp:127.0.0.1:" + outgoing);
  }

  private static List<String> socat(int incoming, String outgoing, String... options) {
    List<String> command = new ArrayList<>(List.of("socat"));
    command.addAll(List.of(options));
    command.add("TCP-LISTEN:" + incoming + ",bind=127.0.0.1,reuseaddr");
    command.add("TCP:127.0.0.1:" + outgoing);
    return command;
  }

  private static String haproxy(int incoming, int outgoing) {
    return """
    defaults
      mode tcp
      timeout connect 10s
      timeout client 1h
      timeout server 1h
    listen relay
      bind 127.0.0.1:%d
      server only 127.0.0.1:%d
    """
        .formatted(incoming, outgoing);
  }

  private ProcessRun run(Contender contender, int incoming, Path configuration)
      throws IOException, InterruptedException {
    try (ServerSocketChannel server =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      int outgoing = ((InetSocketAddress) server.getLocalAddress()).getPort();
      Files.writeString(configuration, haproxy(incoming, outgoing));
      Process process =
          new ProcessBuilder(contender.command().apply(Integer.toString(outgoing)))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        LoopbackPort.awaitListener(incoming);
        try (SocketChannel client =
                SocketChannel.open(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), incoming));
            SocketChannel accepted = server.accept()) {
          transfer(client, accepted, WARM_UP_BYTES);
          ProcessUsage before = ProcessUsage.of(process.pid()).orElse(ProcessUsage.NONE);
          long start = System.nanoTime();
          transfer(client, accepted, byteCount);
          Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
          ProcessUsage after = ProcessUsage.of(process.pid()).orElseThrow();
          return new ProcessRun(
              elapsed, after.cpu().minus(before.cpu()), after.peakResidentBytes());
        }
      } finally {
        process.destroy();
        process.waitFor();
      }
    }
  }

  private static void transfer(SocketChannel from, SocketChannel to, long byteCount)
      throws IOException, InterruptedException {
    Callable<Long> sending = () -> send(from, byteCount);
    FutureTask<Long> sender = new FutureTask<>(sending);
    Thread.ofPlatform().daemon().start(sender);
    ByteBuffer into = ByteBuffer.allocateDirect(1 << 20);
    for (long left = byteCount; left > 0; ) {
      int moved = to.read(into.clear().limit((int) Math.min(left, into.capacity())));
      if (moved < 0) {
        throw new IOException("it ended with " + left + " bytes to come");
      }
      left -= moved;
    }
    try {
      sender.get();
    } catch (ExecutionException failed) {
      throw new IOException("sending failed", failed.getCause());
    }
  }

  private static long send(SocketChannel to, long byteCount) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
    long left = byteCount;
    while (left > 0) {
      left -= to.write(block.clear().limit((int) Math.min(left, block.capacity())));
    }
    return byteCount;
  }
}
