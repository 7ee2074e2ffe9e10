package dev.sluice.engine.transfer;

import static dev.sluice.engine.transfer.Relaying.assertEnd;
import static dev.sluice.engine.transfer.Relaying.assertReset;
import static dev.sluice.engine.transfer.Relaying.end;
import static dev.sluice.engine.transfer.Relaying.receive;
import static dev.sluice.engine.transfer.Relaying.send;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
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
