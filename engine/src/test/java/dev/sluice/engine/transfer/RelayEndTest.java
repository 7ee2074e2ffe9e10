package dev.sluice.engine.transfer;

import static dev.sluice.engine.transfer.Relaying.assertReset;
import static dev.sluice.engine.transfer.Relaying.receive;
import static dev.sluice.engine.transfer.Relaying.send;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.tck.fault.ForwardingChannel;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a relay accepts no more, and when it is over. */
@Timeout(30)
final class RelayEndTest {
  private static final String REASON = "enough";

  private static void finish(TransportChannel client, TransportChannel server) throws IOException {
    client.close();
    server.close();
  }

  @Test
  void once_endsAfterTheConnectionsThatOverlap() throws Exception {
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withOnce()).start()) {
      TransportChannel main = relaying.client();
      TransportChannel mainServer = relaying.server();
      TransportChannel second = relaying.client();
      TransportChannel secondServer = relaying.server();

      finish(main, mainServer);
      relaying.log().awaitEnded(1);
      TransportChannel third = relaying.client();
      TransportChannel thirdServer = relaying.server();
      finish(second, secondServer);
      relaying.log().awaitEnded(2);
      assertFalse(relaying.hasEnded(), "one is still open");
      finish(third, thirdServer);

      assertEquals(3, relaying.result().totals().connectionCount());
      assertThrows(TransportException.class, relaying::client, "it still listens");
    }
  }

  @Test
  void once_isNotSpentOnAClientThatFailedTheHandshake() throws Exception {
    AtomicInteger count = new AtomicInteger();
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withOnce())) {
      relaying
          .accepting(
              channel -> count.getAndIncrement() == 0 ? new FailingHandshake(channel) : channel)
          .start();
      assertReset(relaying.client());
      relaying.log().awaitEnded(1);

      finish(relaying.client(), relaying.server());

      RelayResult result = relaying.result();
      assertEquals(2, result.totals().connectionCount());
      assertEquals(1, result.totals().failedConnectionCount());
      assertEquals(1, result.totals().failedHandshakeCount());
      assertTrue(result.firstFailed().isEmpty(), "a stranger decides how the migration ended");
    }
  }

  @Test
  void clientThatFailedTheHandshake_isTheFailure_whereNobodyElseCame() throws Exception {
    try (Relaying relaying = new Relaying()) {
      relaying.accepting(FailingHandshake::new).start();
      assertReset(relaying.client());
      relaying.log().awaitEnded(1);
      relaying.relay().stopAccepting();

      assertEquals(
          Kind.IDENTITY, relaying.result().firstFailure().orElseThrow().kind(), "it is no success");
    }
  }

  @Test
  void failureOfAConnection_isNotHiddenByAStrangersBefore() throws Exception {
    AtomicInteger count = new AtomicInteger();
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withOnce())) {
      relaying
          .accepting(
              channel -> count.getAndIncrement() == 0 ? new FailingHandshake(channel) : channel)
          .start();
      assertReset(relaying.client());
      relaying.log().awaitEnded(1);
      TransportChannel client = relaying.client();
      relaying.server().abort();

      assertEquals(Kind.RESET, relaying.result().firstFailure().orElseThrow().kind());
      client.abort();
    }
  }

  private static final class FailingHandshake extends ForwardingChannel {
    FailingHandshake(TransportChannel delegate) {
      super(delegate);
    }

    @Override
    public void establish() throws IOException {
      abort();
      throw new TransportException(Kind.IDENTITY, "who are you");
    }
  }

  @Test
  void maxConnections_endsTheAccepting_notTheConnections() throws Exception {
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withMaxConnections(2)).start()) {
      List<TransportChannel> open = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        open.add(relaying.client());
        open.add(relaying.server());
      }
      relaying.log().awaitLine("stopped");
      assertThrows(TransportException.class, relaying::client, "it still listens");

      send(open.get(0), 10);
      receive(open.get(1), 10);
      for (TransportChannel channel : open) {
        channel.close();
      }
      assertTrue(relaying.result().firstFailure().isEmpty());
    }
  }

  @Test
  void stopAccepting_letsConnectionsFinish() throws Exception {
    try (Relaying relaying = new Relaying().start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();

      relaying.relay().stopAccepting();
      relaying.log().awaitLine("stopped");

      assertThrows(TransportException.class, relaying::client, "it still listens");
      send(client, 10);
      receive(server, 10);
      finish(client, server);
      assertEquals(1, relaying.result().totals().connectionCount());
    }
  }

  @Test
  void stopAccepting_endsARelayToWhichNobodyCame() throws Exception {
    try (Relaying relaying = new Relaying().start()) {
      relaying.relay().stopAccepting();

      assertEquals(0, relaying.result().totals().connectionCount());
    }
  }

  @Test
  void stopAccepting_beforeItBegan_isKept() throws Exception {
    try (Relaying relaying = new Relaying()) {
      relaying.relay().stopAccepting();
      relaying.startOnly();

      assertEquals(0, relaying.result().totals().connectionCount());
    }
  }

  enum Stage {
    BEFORE,
    LISTENING,
    WAITING,
    SHAKING_HANDS,
    CONNECTING,
    SILENT,
    WRITING,
    HALF_CLOSED,
    PACING
  }

  @ParameterizedTest
  @EnumSource
  void cancel_endsAll_atEveryStage(Stage stage) throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    RelayOptions options =
        stage == Stage.PACING ? RelayOptions.DEFAULTS.withRate(1) : RelayOptions.DEFAULTS;
    try (Relaying relaying = new Relaying(options)) {
      switch (stage) {
        case LISTENING ->
            relaying.listening(
                listener -> {
                  closed(listener);
                  throw hang(entered);
                });
        case SHAKING_HANDS -> relaying.accepting(SilentHandshake::new);
        case CONNECTING ->
            relaying.connecting(
                _ -> {
                  throw hang(entered);
                });
        default -> {}
      }
      if (stage == Stage.BEFORE) {
        relaying.relay().cancel(REASON);
      }
      if (stage == Stage.BEFORE || stage == Stage.LISTENING) {
        relaying.startOnly();
      } else {
        relaying.start();
      }
      List<TransportChannel> peers = new ArrayList<>();
      switch (stage) {
        case SHAKING_HANDS -> {
          peers.add(relaying.client());
          await().until(() -> relaying.relay().progress().activeConnections() == 1);
        }
        case LISTENING -> entered.await();
        case CONNECTING -> {
          peers.add(relaying.client());
          entered.await();
        }
        case SILENT -> {
          peers.add(relaying.client());
          peers.add(relaying.server());
        }
        case WRITING -> {
          peers.add(relaying.client());
          peers.add(relaying.server());
          send(peers.getFirst(), 2 * MemoryChannels.DEFAULT_CAPACITY);
          await().until(() -> !relaying.relay().progress().stalled().isZero());
        }
        case HALF_CLOSED -> {
          peers.add(relaying.client());
          TransportChannel server = relaying.server();
          Relaying.end(server);
          Relaying.assertEnd(peers.getFirst());
          peers.clear();
          peers.add(server);
        }
        case PACING -> {
          peers.add(relaying.client());
          peers.add(relaying.server());
          send(peers.getFirst(), 100);
          receive(peers.getLast(), 1);
        }
        default -> {}
      }
      long start = System.nanoTime();

      relaying.relay().cancel(REASON);

      TransferException failure = relaying.failure();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertEquals(Kind.CANCELLED, failure.kind(), failure::toString);
      assertEquals(REASON, failure.getMessage());
      assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, took::toString);
      assertFalse(relaying.wasLeftInterrupted(), "the caller asked for no interrupt");
      for (TransportChannel peer : peers) {
        assertReset(peer);
      }
      for (RelayedConnection ended : relaying.log().ended()) {
        assertEquals(Kind.CANCELLED, ended.failure().orElseThrow().kind());
      }
      assertThrows(TransportException.class, relaying::client, "it still listens");
    }
  }

  private static void closed(TransportListener listener) {
    try {
      listener.close();
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  /** Hangs, as a name service may, until its thread is interrupted. */
  private static IllegalStateException hang(CountDownLatch entered) {
    entered.countDown();
    try {
      new CountDownLatch(1).await();
      throw new AssertionError("nobody counts down");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new IllegalStateException(interrupted);
    }
  }

  @Test
  void cancel_afterTheEnd_changesNothing() throws Exception {
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withOnce()).start()) {
      finish(relaying.client(), relaying.server());
      RelayResult result = relaying.result();

      relaying.relay().cancel(REASON);

      assertTrue(result.firstFailure().isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interruptOfTheCaller_cancels_andIsKept(boolean virtual) throws Exception {
    try (Relaying relaying = new Relaying()) {
      relaying.start(virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon());
      TransportChannel client = relaying.client();
      relaying.server();

      relaying.interrupt();

      TransferException failure = relaying.failure();
      assertEquals(Kind.CANCELLED, failure.kind(), failure::toString);
      assertEquals("interrupted", failure.getMessage());
      assertTrue(relaying.wasLeftInterrupted());
      assertReset(client);
    }
  }

  /** The last connection is waited for elsewhere than the next one. */
  @Test
  void interruptOfTheCaller_thatWaitsForTheLastConnection_cancels() throws Exception {
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withMaxConnections(1)).start()) {
      TransportChannel client = relaying.client();
      relaying.server();
      relaying.log().awaitLine("stopped");

      relaying.interrupt();

      assertEquals(Kind.CANCELLED, relaying.failure().kind());
      assertTrue(relaying.wasLeftInterrupted());
      assertReset(client);
    }
  }

  /** What accepting does, call by call, before it works. */
  private static final class Troubled implements TransportListener {
    private final TransportListener listener;
    private final AtomicInteger callCount = new AtomicInteger();
    private final int troubleCount;
    private final Kind kind;

    Troubled(TransportListener listener, int troubleCount, Kind kind) {
      this.listener = listener;
      this.troubleCount = troubleCount;
      this.kind = kind;
    }

    @Override
    public TransportAddress address() {
      return listener.address();
    }

    @Override
    public Optional<TransportChannel> accept() throws IOException {
      if (callCount.incrementAndGet() <= troubleCount) {
        throw new TransportException(kind, "no more descriptors");
      }
      return listener.accept();
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  @Test
  void limitOfDescriptors_isToldOnce_andTheRelayGoesOn() throws Exception {
    try (Relaying relaying =
        new Relaying().listening(listener -> new Troubled(listener, 5, Kind.LIMIT)).start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, 10);
      receive(server, 10);

      assertEquals(
          List.of(
              "listening sluice.memory:in",
              "accept failed LIMIT",
              "connected 1 INCOMING",
              "connected 1 OUTGOING"),
          relaying.log().lines());
      assertEquals(0, relaying.relay().progress().failedConnectionCount());
    }
  }

  @Test
  void limitOfDescriptors_makesNoBusyLoop_andCanBeCancelled() throws Exception {
    Troubled[] troubled = new Troubled[1];
    try (Relaying relaying =
        new Relaying()
            .listening(
                listener -> {
                  troubled[0] = new Troubled(listener, Integer.MAX_VALUE, Kind.LIMIT);
                  return troubled[0];
                })
            .start()) {
      await().until(() -> troubled[0].callCount.get() > 5);
      relaying.relay().cancel(REASON);

      assertEquals(Kind.CANCELLED, relaying.failure().kind());
      // 10 + 20 + ... + 100 ms, then 10 a second.
      assertTrue(troubled[0].callCount.get() < 50, () -> troubled[0].callCount.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RESET", "IDENTITY", "POLICY", "TIMED_OUT"})
  void peerThatCannotBeAccepted_isThatConnectionsFailure(Kind kind) throws Exception {
    try (Relaying relaying =
        new Relaying().listening(listener -> new Troubled(listener, 1, kind)).start()) {
      TransportChannel client = relaying.client();
      send(client, 10);
      receive(relaying.server(), 10);

      RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
      assertEquals(0, ended.connection());
      assertEquals(kind, ended.failure().orElseThrow().kind());
      assertEquals(1, relaying.relay().progress().failedConnectionCount());
    }
  }

  @Test
  void listenerThatDies_endsTheRelay_withAllConnections() throws Exception {
    CountDownLatch die = new CountDownLatch(1);
    try (Relaying relaying =
        new Relaying()
            .listening(
                listener ->
                    new TransportListener() {
                      private boolean accepted;

                      @Override
                      public TransportAddress address() {
                        return listener.address();
                      }

                      @Override
                      public Optional<TransportChannel> accept() throws IOException {
                        if (accepted) {
                          awaitDeath();
                          throw new TransportException(Kind.IO, "the network is gone");
                        }
                        accepted = true;
                        return listener.accept();
                      }

                      private void awaitDeath() throws IOException {
                        try {
                          die.await();
                        } catch (InterruptedException _) {
                          Thread.currentThread().interrupt();
                          throw new ClosedByInterruptException();
                        }
                      }

                      @Override
                      public void close() throws IOException {
                        listener.close();
                      }
                    })
            .start()) {
      TransportChannel client = relaying.client();
      relaying.server();
      die.countDown();

      TransferException failure = relaying.failure();

      assertEquals(Kind.IO, failure.kind());
      assertEquals("the network is gone", failure.getMessage());
      assertReset(client);
    }
  }

  @Test
  void rate_isCheckedBeforeItChanges() throws Exception {
    try (Relaying relaying = new Relaying()) {
      assertThrows(IllegalArgumentException.class, () -> relaying.relay().rate(OptionalLong.of(0)));
    }
  }

  @Test
  void rate_thatIsRaised_wakesThoseWhoWait() throws Exception {
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withRate(1)).start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, 10_000);
      receive(server, 1);

      relaying.relay().rate(OptionalLong.empty());

      receive(server, 9_999);
    }
  }

  @Test
  void slowRate_isNoStall_andNotIdle() throws Exception {
    RelayOptions options =
        RelayOptions.DEFAULTS
            .withRate(1)
            .withStallTimeout(Duration.ofMillis(300))
            .withIdleTimeout(Duration.ofMillis(300));
    try (Relaying relaying = new Relaying(options).start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, 100);

      receive(server, 3);

      assertEquals(0, relaying.log().ended().size());
      assertTrue(relaying.relay().progress().stalled().isZero());
    }
  }
}
