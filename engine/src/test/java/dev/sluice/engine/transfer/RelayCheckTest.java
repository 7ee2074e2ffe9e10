package dev.sluice.engine.transfer;

import static dev.sluice.engine.transfer.Relaying.assertEnd;
import static dev.sluice.engine.transfer.Relaying.assertReset;
import static dev.sluice.engine.transfer.Relaying.end;
import static dev.sluice.engine.transfer.Relaying.receive;
import static dev.sluice.engine.transfer.Relaying.send;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.fault.ForwardingChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a connection whose bytes are looked at. */
@Timeout(30)
final class RelayCheckTest {
  /** A stream of at least this many bytes is whole. */
  private static final int WHOLE = 100;

  private final List<Counting> checks = new CopyOnWriteArrayList<>();

  private final class Counting implements StreamCheck {
    private int byteCount;

    Counting() {
      checks.add(this);
    }

    @Override
    public void passed(ByteBuffer part) {
      assertTrue(part.isReadOnly());
      byteCount += part.remaining();
      part.position(part.limit());
    }

    @Override
    public void ended() throws TransportException {
      if (byteCount < WHOLE) {
        throw new TransportException(Kind.TRUNCATED, byteCount + " of " + WHOLE);
      }
    }
  }

  private Relaying relaying() throws IOException {
    return new Relaying(RelayOptions.DEFAULTS.withOnce().withChecks(Counting::new)).start();
  }

  @Test
  void wholeStreams_areGood_andEachHasACheckOfItsOwn() throws Exception {
    try (Relaying relaying = relaying()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, WHOLE);
      end(client);
      receive(server, WHOLE);
      assertEnd(server);
      send(server, 2 * WHOLE);
      end(server);
      receive(client, 2 * WHOLE);
      assertEnd(client);
      client.close();
      server.close();

      assertTrue(relaying.result().firstFailure().isEmpty());
      assertEquals(
          List.of(WHOLE, 2 * WHOLE), checks.stream().map(check -> check.byteCount).toList());
    }
  }

  @Test
  void streamThatIsCutOff_isPassedOn_andFails() throws Exception {
    try (Relaying relaying = relaying()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, WHOLE - 1);
      end(client);
      receive(server, WHOLE - 1);
      assertEnd(server);
      send(server, WHOLE);
      end(server);
      receive(client, WHOLE);
      assertEnd(client);
      client.close();
      server.close();

      assertCutOff(relaying);
    }
  }

  /** The receiver cannot go on, and says so; why, the check has told. */
  @Test
  void whatFailsBehindIt_isNotTheReason() throws Exception {
    try (Relaying relaying = relaying()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, WHOLE - 1);
      end(client);
      receive(server, WHOLE - 1);
      assertEnd(server);
      server.abort();
      assertThrows(IOException.class, () -> receive(client, 1));

      TransferException failure = assertCutOff(relaying);
      Throwable behind = requireNonNull(failure.getCause()).getSuppressed()[0];
      assertEquals(Kind.RESET, assertInstanceOf(TransportException.class, behind).kind());
    }
  }

  /** Such as the connections for its pages, which their receiver resets in whatever order. */
  @Test
  void streamThatIsCutOff_goesBeforeConnectionsThatFailedBefore() throws Exception {
    try (Relaying relaying =
        new Relaying(RelayOptions.DEFAULTS.withMaxConnections(2).withChecks(Counting::new))
            .start()) {
      TransportChannel _ = relaying.client();
      relaying.server().abort();
      relaying.log().awaitEnded(1);
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, WHOLE - 1);
      end(client);
      receive(server, WHOLE - 1);
      assertEnd(server);
      server.abort();

      assertCutOff(relaying);
    }
  }

  @Test
  void whatElseACheckThrows_endsTheConnection() throws Exception {
    StreamCheck broken =
        new StreamCheck() {
          @Override
          public void passed(ByteBuffer part) {}

          @Override
          public void ended() throws TransportException {
            throw new TransportException(Kind.POLICY, "not this one");
          }
        };
    try (Relaying relaying =
        new Relaying(RelayOptions.DEFAULTS.withOnce().withChecks(() -> broken)).start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      end(client);

      assertReset(server);
      assertEquals(
          Kind.POLICY,
          relaying.result().firstFailed().orElseThrow().failure().orElseThrow().kind());
    }
  }

  /** Needs no more than the bytes that it says, whatever comes behind them. */
  private static StreamCheck settledAfter(int least) {
    return new StreamCheck() {
      private int byteCount;

      @Override
      public void passed(ByteBuffer part) {
        byteCount += part.remaining();
      }

      @Override
      public void ended() {}

      @Override
      public boolean isSettled(long acceptedByteCount) {
        assertTrue(acceptedByteCount <= byteCount);
        return acceptedByteCount >= least;
      }
    };
  }

  private static Relaying settling() throws IOException {
    return new Relaying(RelayOptions.DEFAULTS.withOnce().withChecks(() -> settledAfter(WHOLE)))
        .start();
  }

  private static void assertLeavingIsPassedOn(Relaying relaying, int sent, int taken)
      throws Exception {
    TransportChannel client = relaying.client();
    TransportChannel server = relaying.server();
    send(client, sent);
    receive(server, taken);
    server.abort();
    assertReset(client);
  }

  @Test
  void readerThatLeaves_beforeTheEnd_withAllThatItNeeds_isNoFailure_andPassedOnAsAReset()
      throws Exception {
    try (Relaying relaying = settling()) {
      assertLeavingIsPassedOn(relaying, WHOLE, WHOLE);

      assertLeftEarly(relaying);
    }
  }

  @Test
  void readerThatLeaves_afterTheEnd_withAllThatItNeeds_isNoFailure() throws Exception {
    try (Relaying relaying = settling()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, WHOLE);
      end(client);
      receive(server, WHOLE);
      assertEnd(server);
      server.abort();

      assertReset(client);
      assertLeftEarly(relaying);
    }
  }

  /** It says that it is done, and what still comes finds nobody. */
  @Test
  void readerThatEndsItsSide_andLeaves_isNoFailure() throws Exception {
    try (Relaying relaying = settling()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      end(server);
      assertEnd(client);
      send(client, WHOLE);
      receive(server, WHOLE);
      server.abort();

      // Until a write finds out.
      assertThrows(
          IOException.class,
          () -> {
            while (true) {
              send(client, WHOLE);
            }
          });
      RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
      assertTrue(ended.leftEarly(), ended::toString);
      assertTrue(relaying.result().firstFailed().isEmpty());
    }
  }

  /** Closing waits for the reader to take what is on its way. */
  private static final class ResetInTheEnd extends ForwardingChannel {
    ResetInTheEnd(TransportChannel channel) {
      super(channel);
    }

    @Override
    public void close() throws IOException {
      abort();
      throw new TransportException(Kind.RESET, "reset while waiting for the peer to read");
    }
  }

  /** Both directions have ended, and what is on its way is not taken. */
  @Test
  void readerThatLeaves_withTheLastBytesOnTheirWay_isNoFailure() throws Exception {
    try (Relaying relaying =
        new Relaying(RelayOptions.DEFAULTS.withOnce().withChecks(() -> settledAfter(WHOLE)))
            .connecting(opener -> new ResetInTheEnd(opener.open()))
            .start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      end(server);
      assertEnd(client);
      send(client, WHOLE);
      end(client);

      assertLeftEarly(relaying);
    }
  }

  /** What it was asked about is told all the same. */
  @Test
  void checkThatBreaks_hidesNoFailure() throws Exception {
    StreamCheck broken =
        new StreamCheck() {
          @Override
          public void passed(ByteBuffer part) {}

          @Override
          public void ended() {}

          @Override
          public boolean isSettled(long acceptedByteCount) {
            throw new IllegalStateException("broken");
          }
        };
    try (Relaying relaying =
        new Relaying(RelayOptions.DEFAULTS.withOnce().withChecks(() -> broken)).start()) {
      TransportChannel _ = relaying.client();
      relaying.server().abort();

      assertFailed(Kind.RESET, Leg.OUTGOING, relaying);
    }
  }

  /** The other way round: of the bytes that come back, the client is the reader. */
  @Test
  void clientThatLeaves_withAllThatItNeeds_isNoFailure() throws Exception {
    try (Relaying relaying = settling()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(server, WHOLE);
      receive(client, WHOLE);
      client.abort();

      assertReset(server);
      RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
      assertTrue(ended.leftEarly(), ended::toString);
    }
  }

  private static void assertLeftEarly(Relaying relaying) throws Exception {
    RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
    assertTrue(ended.leftEarly(), ended::toString);
    assertTrue(ended.failure().isEmpty(), ended::toString);
    assertEquals(WHOLE, ended.forwardByteCount());
    assertTrue(relaying.result().firstFailed().isEmpty());
    assertEquals(0, relaying.result().totals().failedConnectionCount());
  }

  @Test
  void readerThatLeaves_beforeItHasAllThatItNeeds_isAFailure() throws Exception {
    try (Relaying relaying = settling()) {
      assertLeavingIsPassedOn(relaying, WHOLE - 1, WHOLE - 1);

      assertFailed(Kind.RESET, Leg.OUTGOING, relaying);
    }
  }

  /** At this rate it has seen all of them, and passed on the first few. */
  @Test
  void readerThatLeaves_beforeItWasSentAllThatItNeeds_isAFailure() throws Exception {
    try (Relaying relaying =
        new Relaying(
                RelayOptions.DEFAULTS.withOnce().withChecks(() -> settledAfter(WHOLE)).withRate(10))
            .start()) {
      assertLeavingIsPassedOn(relaying, WHOLE, 1);

      assertFailed(Kind.RESET, Leg.OUTGOING, relaying);
    }
  }

  /** What its reader has got does not say that the sender was done. */
  @Test
  void senderThatIsCutOff_whereItsReaderNeedsNoMore_isAFailure() throws Exception {
    try (Relaying relaying = settling()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, WHOLE);
      receive(server, WHOLE);
      client.abort();

      assertReset(server);
      assertFailed(Kind.RESET, Leg.INCOMING, relaying);
    }
  }

  @Test
  void whatElseEndsAConnection_whereItsReaderNeedsNoMore_isAFailure() throws Exception {
    try (Relaying relaying =
        new Relaying(
                RelayOptions.DEFAULTS
                    .withOnce()
                    .withChecks(() -> settledAfter(0))
                    .withIdleTimeout(Duration.ofMillis(50)))
            .start()) {
      TransportChannel _ = relaying.client();
      TransportChannel _ = relaying.server();

      assertFailed(Kind.TIMED_OUT, Leg.INCOMING, relaying);
    }
  }

  private static void assertFailed(Kind kind, Leg leg, Relaying relaying) throws Exception {
    RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
    assertFalse(ended.leftEarly(), ended::toString);
    TransferException failure = relaying.result().firstFailure().orElseThrow();
    assertEquals(kind, failure.kind(), failure::toString);
    assertEquals(leg, failure.leg(), failure::toString);
  }

  private static TransferException assertCutOff(Relaying relaying) throws Exception {
    TransferException failure =
        relaying.result().firstFailed().orElseThrow().failure().orElseThrow();
    assertEquals(Kind.TRUNCATED, failure.kind(), failure::toString);
    assertEquals(Leg.INCOMING, failure.leg());
    assertEquals("99 of 100", failure.getMessage());
    assertEquals(WHOLE - 1, failure.byteCount());
    return failure;
  }
}
