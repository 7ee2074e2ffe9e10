package dev.sluice.it.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Command;
import dev.sluice.it.support.Footprint;
import dev.sluice.it.support.Peer;
import dev.sluice.it.support.Project;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader that is slower than the sender fills no memory of the relay between them. */
@Timeout(180)
class RelayMemoryIT {
  private static final long LIMIT_BYTES = 100L << 20;

  /** What a JVM's resident memory moves by when nothing happens to it: code, tables, stacks. */
  private static final long NOISE_BYTES = 8L << 20;

  private static final int PIECE = 100_000;

  @TempDir Path folder;

  /** A megabyte a second, ten pieces of it, for as many seconds as asked for. */
  private static final int SECONDS = Integer.getInteger("sluice.slowReaderSeconds", 12);

  @ParameterizedTest
  @ValueSource(strings = {"tcp:127.0.0.1:0", "unix:FOLDER/in.sock"})
  void slowReader_theMemoryStaysFlat(String incoming) throws Exception {
    try (ServerSocketChannel reader = Peer.tcp("127.0.0.1");
        Running relay =
            Command.sluice("relay", incoming.replace("FOLDER", folder.toString()))
                .plus(Peer.address(reader), "--once")
                .start();
        SocketChannel source = Peer.connect(relay.awaitListening());
        SocketChannel sink = reader.accept()) {
      CompletableFuture<Long> sent = CompletableFuture.supplyAsync(() -> sendUntilShut(source));
      List<Long> resident = readSlowly(relay, sink);
      sink.close();

      assertTrue(sent.get() > (long) SECONDS * PIECE * 10, "the source was not at full speed");
      Files.writeString(
          Project.scratch().resolve("relay-memory-" + incoming.substring(0, 3) + ".txt"),
          resident.toString());
      LongSummaryStatistics settled =
          resident.stream()
              .skip(resident.size() / 3)
              .mapToLong(Long::longValue)
              .summaryStatistics();
      assertTrue(settled.getMax() <= LIMIT_BYTES, () -> "more than 100 MiB: " + resident);
      assertTrue(settled.getMax() - settled.getMin() <= NOISE_BYTES, () -> "not flat: " + resident);
    }
  }

  /** Returns the resident memory after each piece. */
  private static List<Long> readSlowly(Running relay, SocketChannel sink) throws IOException {
    List<Long> resident = new ArrayList<>();
    ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    long start = System.nanoTime();
    for (int n = 1; n <= SECONDS * 10; n++) {
      while (piece.hasRemaining()) {
        assertTrue(sink.read(piece) > 0, "the stream ended early");
      }
      piece.clear();
      resident.add(Footprint.of(relay.pid()).residentByteCount());
      // The pace of a slow link: the test is about what happens meanwhile.
      while (System.nanoTime() - start < n * 100_000_000L) {
        LockSupport.parkNanos(start + n * 100_000_000L - System.nanoTime());
      }
    }
    return resident;
  }

  /** Returns how much was taken until the reader was gone. */
  private static long sendUntilShut(SocketChannel source) {
    ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
    long sent = 0;
    try {
      while (true) {
        sent += source.write(block);
        block.clear();
      }
    } catch (IOException shut) {
      return sent;
    }
  }
}
