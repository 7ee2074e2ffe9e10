package dev.sluice.cli.relay;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.cli.CommandRun;
import dev.sluice.tck.memory.MemoryTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code sluice relay sluice.memory:in sluice.memory:out} in this process, and who uses it. */
final class RunningRelay {
  static final String IN = "sluice.memory:in";
  static final String OUT = "sluice.memory:out";

  private static final TransportContext CONTEXT = TransportContext.defaults();

  private final MemoryTransport transport = new MemoryTransport();
  private final CompletableFuture<CommandRun> outcome;

  /** Where the relay connects to. */
  private final TransportListener peers;

  RunningRelay(String... options) throws IOException {
    peers = transport.listen(address(OUT), CONTEXT);
    String[] words =
        Stream.concat(Stream.of("relay", IN, OUT), Stream.of(options)).toArray(String[]::new);
    outcome =
        CompletableFuture.supplyAsync(
            () -> CommandRun.of(transport, words),
            task -> Thread.ofPlatform().daemon().start(task));
  }

  private static TransportAddress address(String text) throws TransportException {
    return TransportAddress.parse(text);
  }

  /** Comes to the relay, as soon as it listens. */
  TransportChannel client() throws IOException {
    while (true) {
      try {
        return connect();
      } catch (TransportException notYet) {
        if (outcome.isDone()) {
          throw new AssertionError(outcome.join().err(), notYet);
        }
        Thread.onSpinWait();
      }
    }
  }

  /** Comes to the relay, if it listens. */
  TransportChannel connect() throws IOException {
    return transport.connect(address(IN), CONTEXT);
  }

  /** Waits until the relay lets nobody in any more: its name is free then. */
  void awaitNotListening() throws IOException {
    while (true) {
      try (TransportListener _ = transport.listen(address(IN), CONTEXT)) {
        return;
      } catch (TransportException taken) {
        Thread.onSpinWait();
      }
    }
  }

  /** Takes what the relay opens. */
  TransportChannel peer() throws IOException {
    return peers.accept().orElseThrow();
  }

  /** Lets nobody listen where the relay connects to. */
  void refuse() throws IOException {
    peers.close();
  }

  /** Writes all. */
  static void send(TransportChannel channel, byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left);
    }
  }

  /** Reads to the end. */
  static int receive(TransportChannel channel) throws IOException {
    ByteBuffer into = ByteBuffer.allocate(1 << 12);
    int byteCount = 0;
    int count;
    while ((count = channel.read(into.clear())) >= 0) {
      byteCount += count;
    }
    return byteCount;
  }

  /** Waits for the end. */
  CommandRun await() throws Exception {
    return outcome.get(20, TimeUnit.SECONDS);
  }
}
