package dev.sluice.cli.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.cli.CommandRun;
import dev.sluice.cli.JsonText;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sends signals to this very process, and only while they are caught. */
@Timeout(60)
final class RelaySignalsTest {
  private static void terminate() throws IOException, InterruptedException {
    String pid = Long.toString(ProcessHandle.current().pid());
    assertEquals(0, new ProcessBuilder("kill", "-TERM", pid).start().waitFor());
  }

  /** The relay catches signals before it listens, and the client has reached it. */
  private static TransportChannel connected(RunningRelay relay, TransportChannel client)
      throws IOException {
    RunningRelay.send(client, new byte[10]);
    TransportChannel peer = relay.peer();
    assertEquals(10, peer.read(java.nio.ByteBuffer.allocate(10)));
    return peer;
  }

  private static Map<String, ?> lastEvent(CommandRun run) throws IOException {
    return JsonText.object(run.outLines().getLast());
  }

  @Test
  void firstSignal_letsConnectionsComeToTheirEnd_andIsSuccess() throws Exception {
    RunningRelay relay = new RunningRelay("--json");
    try (TransportChannel client = relay.client();
        TransportChannel peer = connected(relay, client)) {
      terminate();
      relay.awaitNotListening();
      assertThrows(TransportException.class, relay::connect);
      client.shutdown(Direction.WRITE);
      assertEquals(0, RunningRelay.receive(peer));
      RunningRelay.send(peer, new byte[5]);
      peer.shutdown(Direction.WRITE);
      assertEquals(5, RunningRelay.receive(client));
    }
    CommandRun run = relay.await();

    assertTrue(run.out().contains("\"type\":\"stopping\""), run.out());
    assertTrue(run.out().contains("\"signal\":\"SIGTERM\""), run.out());
    assertEquals(10L, lastEvent(run).get("forward_bytes"), run.out());
  }

  @Test
  void endOfTheGracePeriod_cutsOff() throws Exception {
    RunningRelay relay = new RunningRelay("--json", "--grace=200ms");
    try (TransportChannel client = relay.client();
        TransportChannel peer = connected(relay, client)) {
      terminate();
      assertThrows(IOException.class, () -> RunningRelay.receive(peer));
    }
    CommandRun run = relay.await();

    assertEquals(143, run.status(), run.err());
    assertEquals(143L, lastEvent(run).get("code"));
    assertEquals("cancelled", lastEvent(run).get("kind"));
    assertTrue(run.err().contains("grace period of 200 ms"), run.err());
  }

  @Test
  void secondSignal_cutsOff() throws Exception {
    RunningRelay relay = new RunningRelay("--json");
    try (TransportChannel client = relay.client();
        TransportChannel peer = connected(relay, client)) {
      terminate();
      assertThrows(
          TransportException.class,
          () -> {
            while (true) {
              relay.connect().close();
            }
          });
      terminate();
      assertThrows(IOException.class, () -> RunningRelay.receive(peer));
    }
    CommandRun run = relay.await();

    assertEquals(143, run.status(), run.err());
    assertTrue(run.err().contains("SIGTERM, the second signal"), run.err());
  }

  @Test
  void transportThatDoesNotLetGo_endsAllTheSame_withinThreeSeconds() throws Exception {
    Stuck stuck = new Stuck();
    CompletableFuture<CommandRun> running =
        CompletableFuture.supplyAsync(
            () -> CommandRun.of(stuck, "relay", "--json", "--grace=1ms", "stuck:x", "stuck:y"),
            task -> Thread.ofPlatform().daemon().start(task));
    assertTrue(stuck.accepting.await(20, TimeUnit.SECONDS), "nobody accepts");
    long start = System.nanoTime();

    terminate();
    CommandRun run = running.get(10, TimeUnit.SECONDS);

    assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 3000);
    assertEquals(143, run.status(), run.err());
    assertEquals(143L, lastEvent(run).get("code"));
    assertTrue(run.err().contains("did not let go"), run.err());
  }

  /** Its listener ignores even that it is closed. */
  private static final class Stuck implements TransportProvider {
    final CountDownLatch accepting = new CountDownLatch(1);

    @Override
    public int spiVersion() {
      return SPI_VERSION;
    }

    @Override
    public List<Scheme> schemes() {
      return List.of(
          Scheme.named("stuck")
              .target("WHAT")
              .mayHave(ChannelFeature.DUPLEX, ChannelFeature.SHUTDOWN)
              .build());
    }

    @Override
    public TransportChannel connect(TransportAddress address, TransportContext context)
        throws IOException {
      throw new TransportException(Kind.UNREACHABLE, "nobody is there");
    }

    @Override
    public TransportListener listen(TransportAddress address, TransportContext context) {
      return new TransportListener() {
        @Override
        public TransportAddress address() {
          return address;
        }

        @Override
        public Optional<TransportChannel> accept() {
          accepting.countDown();
          while (true) {
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException ignored) {
              // On purpose.
            }
          }
        }

        @Override
        public void close() {}
      };
    }
  }
}
