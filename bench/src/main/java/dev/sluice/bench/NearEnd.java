package dev.sluice.bench;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.engine.registry.TransportRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link FarEnd} in a process of its own, and the connection to it. */
final class NearEnd implements AutoCloseable {
  private static final int CLOCK_TICKS_PER_SECOND = 100;

  private final Process process;
  private final Line line;

  private NearEnd(Process process, Line line) {
    this.process = process;
    this.line = line;
  }

  static NearEnd open(TransportRegistry registry, FarEnd.Role role, int blockBytes, String address)
      throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    FarEnd.class.getName(),
                    role.name(),
                    Integer.toString(blockBytes),
                    address))
            .redirectError(Redirect.INHERIT)
            .start();
    BufferedReader reader = process.inputReader();
    String told = reader.readLine();
    if (told == null) {
      throw new IOException("the far end of " + address + " did not start");
    }
    return new NearEnd(process, address.equals(FarEnd.BARE) ? bare(told) : connect(registry, told));
  }

  private static Line bare(String port) throws IOException {
    SocketChannel socket =
        SocketChannel.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)));
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return new Line(socket, socket);
  }

  private static Line connect(TransportRegistry registry, String address) throws IOException {
    TransportChannel channel =
        registry.connect(TransportAddress.parse(address), TransportContext.defaults());
    return new Line(channel, channel);
  }

  Line line() {
    return line;
  }

  TransportChannel transport() {
    return (TransportChannel) line.in();
  }

  /** Returns the processor time that the far end has used so far, to a hundredth of a second. */
  double farEndCpuSeconds() throws IOException {
    return cpuSeconds(process.pid());
  }

  static double cpuSeconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    // Fields 14 and 15 of proc(5), counted from the state, which is field 3.
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12]))
        / (double) CLOCK_TICKS_PER_SECOND;
  }

  @Override
  public void close() throws IOException {
    try {
      line.close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IOException("the far end does not end");
      }
      if (process.exitValue() != 0) {
        throw new IOException("the far end ended with " + process.exitValue());
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
