package dev.sluice.engine.transfer;

import static dev.sluice.engine.transfer.Relaying.assertEnd;
import static dev.sluice.engine.transfer.Relaying.assertReset;
import static dev.sluice.engine.transfer.Relaying.end;
import static dev.sluice.engine.transfer.Relaying.receive;
import static dev.sluice.engine.transfer.Relaying.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.tck.fault.Action;
import dev.sluice.tck.fault.FaultPolicy;
import dev.sluice.tck.fault.FaultyChannel;
import dev.sluice.tck.fault.Operation;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RelayTimersTest {
  private static final Duration SOON = Duration.ofMillis(300);

  private static RelayedConnection assertTimedOut(
      Leg leg, Kind kind, String message, Relaying relaying) {
    RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
    assertTimedOut(leg, kind, message, ended.failure().orElseThrow());
    assertFalse(relaying.hasEnded(), "one connection ended the relay");
    return ended;
  }

  private static void assertTimedOut(
      Leg leg, Kind kind, String message, TransferException failure) {
    assertEquals(kind, failure.kind(), failure::toString);
    assertEquals(leg, failure.leg(), failure::toString);
    assertTrue(String.valueOf(failure.getMessage()).contains(message), failure::toString);
  }

  @Test
  void clientThatDoesNotShakeHands_isGivenUp_andStopsNobody() throws Exception {
    AtomicBoolean first = new AtomicBoolean(true);
    RelayOptions options =
        RelayOptions.DEFAULTS.withContext(
            TransportContext.defaults().withHandshakeTimeout(Turns.AT_ONCE.multipliedBy(2)));
    try (Relaying relaying = new Relaying(options)) {
      relaying
          .accepting(channel -> first.getAndSet(false) ? new SilentHandshake(channel) : channel)
          .start();
      TransportChannel silent = relaying.client();

      TransportChannel client = relaying.client();
      send(client, 10);
      receive(relaying.server(), 10);

      assertEquals(0, relaying.log().ended().size(), "the silent one was not waited for");
      RelayedConnection ended =
          assertTimedOut(Leg.INCOMING, Kind.TIMED_OUT, "no hand-shake", relaying);
      assertEquals(0, ended.connection());
      assertReset(silent);
      RelayProgress progress = relaying.relay().progress();
      assertEquals(1, progress.failedHandshakeCount());
      assertEquals(1, progress.establishedCount());
      assertTrue(relaying.log().lines().contains("connected 1 OUTGOING"), "the other is the first");
    }
  }

  /** An address may allow more than the options do, such as {@code connect-timeout=60s}. */
  @Test
  void serverThatOpensLate_isTheTransportsToGiveUp() throws Exception {
    Duration brief = Duration.ofMillis(10);
    TransportContext context =
        TransportContext.defaults().withConnectTimeout(brief).withHandshakeTimeout(brief);
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withContext(context))) {
      relaying
          .connecting(
              opener -> {
                // Several looks of the watchdog.
                LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
                return opener.open();
              })
          .start();
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, 10);
      receive(server, 10);
    }
  }

  @Test
  void serverThatTakesNothing_isStalled() throws Exception {
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withStallTimeout(SOON)).start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, 2 * MemoryChannels.DEFAULT_CAPACITY);

      RelayedConnection ended =
          assertTimedOut(Leg.OUTGOING, Kind.TIMED_OUT, "the outgoing side took nothing", relaying);
      assertEquals(MemoryChannels.DEFAULT_CAPACITY, ended.forwardByteCount());
      assertTrue(ended.stalled().compareTo(SOON) >= 0, ended::toString);
      assertTrue(relaying.relay().progress().stalled().compareTo(SOON) >= 0);
      assertReset(client);
      assertReset(server);
    }
  }

  @Test
  void clientThatTakesNothing_isStalled() throws Exception {
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withStallTimeout(SOON)).start()) {
      relaying.client();
      send(relaying.server(), 2 * MemoryChannels.DEFAULT_CAPACITY);

      RelayedConnection ended =
          assertTimedOut(Leg.INCOMING, Kind.TIMED_OUT, "the incoming side took nothing", relaying);
      assertEquals(MemoryChannels.DEFAULT_CAPACITY, ended.backwardByteCount());
    }
  }

  /** 4096 bytes in 20 ms: slow enough that all of it takes longer than the stall time-out. */
  @Test
  void serverThatIsSlowButTakesSomething_isNotStalled() throws Exception {
    FaultPolicy slow =
        _ -> {
          LockSupport.parkNanos(20_000_000);
          return Action.atMost(4096);
        };
    Duration stall = Duration.ofSeconds(1);
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withStallTimeout(stall))) {
      relaying
          .connecting(opener -> new FaultyChannel(opener.open(), slow.on(Operation.WRITE)))
          .start();
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      send(client, 400 << 10);
                      end(client);
                    } catch (IOException failed) {
                      client.abort();
                    }
                  });
      receive(server, 400 << 10);
      assertEnd(server);
      sender.join();
      server.close();

      RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
      assertTrue(ended.failure().isEmpty(), ended::toString);
      assertTrue(ended.elapsed().compareTo(stall) > 0, ended::toString);
    }
  }

  @Test
  void connectionThatIsSilentBothWays_isIdle() throws Exception {
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withIdleTimeout(SOON)).start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();

      assertTimedOut(Leg.INCOMING, Kind.TIMED_OUT, "idle: neither side", relaying);
      assertReset(client);
      assertReset(server);
    }
  }

  /** A byte now and then one way keeps the other way alive, though that is silent or has ended. */
  @Test
  void connectionThatSpeaksOneWay_isNotIdle() throws Exception {
    Duration idle = Duration.ofSeconds(1);
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withIdleTimeout(idle)).start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      end(server);
      long start = System.nanoTime();
      while (System.nanoTime() - start < 2 * idle.toNanos()) {
        send(client, 1);
        receive(server, 1);
        LockSupport.parkNanos(50_000_000);
      }

      assertEquals(0, relaying.log().ended().size());
    }
  }

  @Test
  void halfCloseFollowedBySilence_isCutByNoTimer() throws Exception {
    RelayOptions shortest =
        RelayOptions.DEFAULTS
            .withStallTimeout(SOON)
            .withContext(
                TransportContext.defaults().withHandshakeTimeout(SOON).withConnectTimeout(SOON));
    try (Relaying relaying = new Relaying(shortest).start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      end(client);
      assertEnd(server);
      LockSupport.parkNanos(4 * SOON.toNanos());

      assertEquals(1, server.write(ByteBuffer.allocate(1)));
      receive(client, 1);
      server.close();
      assertEnd(client);
      client.close();
      RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
      assertTrue(ended.failure().isEmpty(), ended::toString);
    }
  }

  @Test
  void deadline_abortsAllConnections_andEndsTheRelay() throws Exception {
    RelayOptions options = RelayOptions.DEFAULTS.withDeadline(Duration.ofSeconds(1));
    try (Relaying relaying = new Relaying(options).start()) {
      TransportChannel one = relaying.client();
      relaying.server();
      TransportChannel other = relaying.client();
      relaying.server();

      TransferException failure = relaying.failure();

      assertTimedOut(Leg.INCOMING, Kind.TIMED_OUT, "deadline of 1000 ms", failure);
      assertReset(one);
      assertReset(other);
      assertEquals(2, relaying.log().ended().size());
      assertFalse(relaying.log().lines().contains("stopped"));
    }
  }

  @Test
  void relayToWhichNobodyComes_isGivenUp() throws Exception {
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withAcceptTimeout(SOON)).start()) {
      assertTimedOut(
          Leg.INCOMING,
          Kind.TIMED_OUT,
          "nobody came to sluice.memory:in within 300 ms",
          relaying.failure());
    }
  }

  @Test
  void relayToWhichSomebodyCame_waitsForMoreForEver() throws Exception {
    try (Relaying relaying =
        new Relaying(RelayOptions.DEFAULTS.withAcceptTimeout(Duration.ofSeconds(1))).start()) {
      TransportChannel client = relaying.client();
      relaying.server().close();
      client.close();
      relaying.log().awaitEnded(1);
      LockSupport.parkNanos(Duration.ofMillis(1500).toNanos());

      assertFalse(relaying.hasEnded());
    }
  }
}
