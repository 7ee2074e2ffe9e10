package dev.sluice.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * {@code sluice relay} between two TCP connections of the loopback interface beside {@code socat},
 * HAProxy and {@code stunnel}: what a stream takes that is long enough not to feel the start. With
 * TLS there are two relays in a row, as between two hosts, with TLS from one to the other.
 *
 * <p>Usage: {@code RelayThroughput SLUICE_SCRIPT MEBIBYTES ROUNDS}. A peer that is not installed is
 * told on standard error, and missing in the table.
 */
public final class RelayThroughput {
  /** Lets the JVM compile, and the sockets' buffers grow, before the clock starts. */
  private static final long WARM_UP_BYTES = 512L << 20;

  private final String sluice;
  private final long byteCount;
  private final int rounds;

  private RelayThroughput(String sluice, long byteCount, int rounds) {
    this.sluice = sluice;
    this.byteCount = byteCount;
    this.rounds = rounds;
  }

  /** Runs the comparisons and prints a table for each. */
  public static void main(String[] args) throws IOException, InterruptedException {
    RelayThroughput throughput =
        new RelayThroughput(args[0], Long.parseLong(args[1]) << 20, Integer.parseInt(args[2]));
    Path folder = Files.createTempDirectory("bench-relay");
    try {
      throughput.run(folder);
    } finally {
      ProcessRun.of(List.of("rm", "-r", folder.toString()));
    }
  }

  private void run(Path folder) throws IOException, InterruptedException {
    try (ServerSocketChannel receiver =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      int target = ((InetSocketAddress) receiver.getLocalAddress()).getPort();
      int entry = LoopbackPort.free();
      RelayPrograms programs = new RelayPrograms(sluice, folder, entry, target);
      new Comparison("relay, tcp to tcp", byteCount, rounds)
          .run(chain -> run(chain, entry, receiver), programs.plain());
      new Comparison("two relays, with TLS between them", byteCount, rounds)
          .run(chain -> run(chain, entry, receiver), programs.withTls());
    }
  }

  private ProcessRun run(RelayChain chain, int entry, ServerSocketChannel receiver)
      throws IOException, InterruptedException {
    try (RunningRelays relays = RunningRelays.start(chain)) {
      int port = chain.stages().isEmpty() ? receiver.socket().getLocalPort() : entry;
      try (SocketChannel client =
              SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
          SocketChannel accepted = receiver.accept()) {
        transfer(client, accepted, WARM_UP_BYTES);
        return relays.during(() -> transfer(client, accepted, byteCount));
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
