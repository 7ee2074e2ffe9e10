package dev.sluice.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A relay that runs, as a process, and what it uses. */
final class RelayPeer implements AutoCloseable {
  /** Linux counts processor time in hundredths of a second, for every program that asks. */
  private static final double TICKS_A_SECOND = 100;

  /**
   * A program that relays.
   *
   * @param name as the table shows it
   * @param port where it listens
   * @param command how to start it
   */
  record Program(String name, int port, List<String> command) {}

  private final Program program;
  private final Process process;

  private RelayPeer(Program program, Process process) {
    this.program = program;
    this.process = process;
  }

  /** Returns the programs to compare, the first being ours. */
  static List<Program> programs(String sluice, Path folder, int sinkPort) throws IOException {
    int ours = freePort();
    int large = freePort();
    int small = freePort();
    int haproxy = freePort();
    String target = "TCP:127.0.0.1:" + sinkPort;
    return List.of(
        new Program(
            "sluice relay",
            ours,
            List.of(sluice, "relay", "-q", "tcp:127.0.0.1:" + ours, "tcp:127.0.0.1:" + sinkPort)),
        new Program(
            "socat -b 1048576", large, List.of("socat", "-b", "1048576", listen(large), target)),
        new Program("socat", small, List.of("socat", listen(small), target)),
        new Program(
            "haproxy, mode tcp",
            haproxy,
            List.of("haproxy", "-db", "-f", configuration(folder, haproxy, sinkPort).toString())));
  }

  private static String listen(int port) {
    return "TCP-LISTEN:" + port + ",bind=127.0.0.1,reuseaddr,fork";
  }

  private static Path configuration(Path folder, int port, int sinkPort) throws IOException {
    return Files.writeString(
        folder.resolve("haproxy.cfg"),
        """
        defaults
          mode tcp
          timeout connect 10s
          timeout client 60s
          timeout server 60s
        listen relay
          bind 127.0.0.1:%d
          server sink 127.0.0.1:%d
        """
            .formatted(port, sinkPort));
  }

  static void deleteConfiguration(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve("haproxy.cfg"));
    Files.delete(folder);
  }

  private static int freePort() throws IOException {
    try (ServerSocketChannel probe =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return ((InetSocketAddress) probe.getLocalAddress()).getPort();
    }
  }

  /** Starts it and waits until it listens; empty, and a line, where it is not installed. */
  static Optional<RelayPeer> start(Program program) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(program.command())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      RelayPeer peer = new RelayPeer(program, process);
      peer.awaitListener();
      return Optional.of(peer);
    } catch (IOException absent) {
      System.err.println("LEFT OUT: " + program.name() + ": " + absent.getMessage());
      return Optional.empty();
    }
  }

  /** Looks without connecting: a connection would be taken for the sender's. */
  private void awaitListener() throws IOException, InterruptedException {
    String local = "0100007F:%04X".formatted(program.port());
    while (!listens("/proc/net/tcp", local)
        && !listens("/proc/net/tcp6", "0000000000000000FFFF0000" + local)) {
      if (!process.isAlive()) {
        throw new IOException("ended with " + process.exitValue() + " instead of listening");
      }
      Thread.sleep(5);
    }
  }

  private static boolean listens(String table, String local) throws IOException {
    return Files.readAllLines(Path.of(table)).stream()
        .anyMatch(line -> line.contains(" " + local + " ") && line.contains(" 0A "));
  }

  String name() {
    return program.name();
  }

  int port() {
    return program.port();
  }

  /** User and system time, its own and that of children that have ended: fields 14 to 17. */
  double processorSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = 0;
    for (int field = 11; field <= 14; field++) {
      ticks += Long.parseLong(fields[field]);
    }
    return ticks / TICKS_A_SECOND;
  }

  long peakResidentByteCount() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(0);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
