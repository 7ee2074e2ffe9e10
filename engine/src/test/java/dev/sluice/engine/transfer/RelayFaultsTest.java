package dev.sluice.engine.transfer;

import static dev.sluice.engine.transfer.Relaying.end;
import static dev.sluice.engine.transfer.Relaying.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.tck.fault.Action;
import dev.sluice.tck.fault.FaultPolicy;
import dev.sluice.tck.fault.FaultyChannel;
import dev.sluice.tck.fault.ForwardingChannel;
import dev.sluice.tck.fault.Operation;
import dev.sluice.tck.fault.RecordingChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class RelayFaultsTest {
  private static final int MOST_CALLS = 50;

  /** Sends, ends, and reads to the end: returns what came, empty for a reset. */
  private static Optional<Integer> talk(TransportChannel channel, int byteCount) {
    try {
      send(channel, byteCount);
      end(channel);
      ByteBuffer into = ByteBuffer.allocate(1 << 16);
      int received = 0;
      int moved;
      while ((moved = channel.read(into.clear())) >= 0) {
        received += moved;
      }
      channel.close();
      return Optional.of(received);
    } catch (IOException _) {
      channel.abort();
      return Optional.empty();
    }
  }

  /**
   * Lets one call of one side fail, then the next, until none is left to fail. Whatever fails: the
   * connection is told as failed, on that side, both channels are ended, and it is the only one.
   */
  @ParameterizedTest
  @EnumSource
  void anyCallThatFails_failsThatConnection_onThatSide(Leg side) throws Exception {
    boolean failed = true;
    int number = 1;
    for (; failed; number++) {
      assertTrue(number < MOST_CALLS, "it never comes to an end");
      failed = connectionFailsAt(side, number);
    }
    // Reading, writing, half-closing, ending, at least.
    assertTrue(number > 5, "only " + number + " calls were tried");
  }

  private static boolean connectionFailsAt(Leg side, int number) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    FaultPolicy policy =
        _ ->
            calls.incrementAndGet() == number
                ? Action.fail(new IOException("call " + number))
                : Action.proceed();
    RecordingChannel[] recorded = new RecordingChannel[2];
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withMaxConnections(1))) {
      relaying
          .accepting(
              channel -> {
                recorded[0] = new RecordingChannel(channel);
                return side == Leg.INCOMING ? new FaultyChannel(recorded[0], policy) : recorded[0];
              })
          .connecting(
              opener -> {
                recorded[1] = new RecordingChannel(opener.open());
                return side == Leg.OUTGOING ? new FaultyChannel(recorded[1], policy) : recorded[1];
              })
          .start();
      TransportChannel client = relaying.client();
      Optional<Integer>[] there = newArray();
      Thread server =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try {
                      there[0] = talk(relaying.server(), 2000);
                    } catch (IOException | RuntimeException _) {
                      // the relay never came, or the test is over
                    }
                  });
      Optional<Integer> back = talk(client, 100_000);
      RelayResult result = relaying.result();
      relaying.closeServer();
      server.join();

      RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
      assertEquals(ended.failure().isPresent(), result.firstFailure().isPresent());
      for (RecordingChannel channel : recorded) {
        assertTrue(channel == null || !channel.isOpen(), "left open");
      }
      if (ended.failure().isPresent()) {
        TransferException failure = ended.failure().get();
        assertEquals(side, failure.leg(), failure::toString);
        assertEquals("call " + number, failure.getMessage());
        return true;
      }
      assertEquals(Optional.of(2000), back);
      assertEquals(Optional.of(100_000), there[0]);
      return false;
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Optional<Integer>[] newArray() {
    return new Optional[] {Optional.empty()};
  }

  /** A stream that was cut off looks complete to nobody. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void failedRead_isNoEndForTheOtherSide(int number) throws Exception {
    FaultPolicy policy =
        call ->
            call.operationNumber() == number
                ? Action.fail(new IOException("read " + number))
                : Action.atMost(100);
    try (Relaying relaying = new Relaying()) {
      relaying.accepting(channel -> new FaultyChannel(channel, policy.on(Operation.READ))).start();
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      // Which may find it reset already.
      Thread.ofPlatform().daemon().start(() -> talk(client, 1000));

      Relaying.assertReset(server);
      RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
      assertEquals(100L * (number - 1), ended.forwardByteCount());
    }
  }

  @Test
  void whatAListenerThrows_changesNothing() throws Exception {
    RelayListener throwing =
        new RelayListener() {
          @Override
          public void listening(TransportAddress address) {
            throw new IllegalStateException("listening");
          }

          @Override
          public void connected(long connection, Leg leg, ChannelInfo info) {
            throw new IllegalStateException("connected");
          }

          @Override
          public void halfClosed(long connection, Leg from, long byteCount) {
            throw new AssertionError("half-closed");
          }

          @Override
          public void closed(RelayedConnection connection) {
            throw new IllegalStateException("closed");
          }

          @Override
          public void stopped() {
            throw new IllegalStateException("stopped");
          }
        };
    try (Relaying relaying = new Relaying()) {
      TransportAddress in = TransportAddress.of("sluice.memory", "in");
      TransportAddress out = TransportAddress.of("sluice.memory", "out");
      Relay relay =
          new Relay(
              TransportRegistry.of(relaying), in, out, RelayOptions.DEFAULTS.withOnce(), throwing);
      Thread thread =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try {
                      relay.run();
                    } catch (TransferException failed) {
                      throw new AssertionError(failed);
                    }
                  });
      TransportChannel client = relaying.awaitClient();
      TransportChannel server = relaying.server();
      send(client, 10);
      Relaying.receive(server, 10);
      client.close();
      server.close();
      thread.join();

      assertEquals(10, relay.progress().forwardByteCount());
      assertEquals(0, relay.progress().failedConnectionCount());
    }
  }

  /** It breaks the contract; the other connections must not pay for it. */
  @Test
  void channelWhoseAbortThrows_stopsNoTimer() throws Exception {
    AtomicInteger count = new AtomicInteger();
    RelayOptions options = RelayOptions.DEFAULTS.withIdleTimeout(Duration.ofMillis(300));
    try (Relaying relaying = new Relaying(options)) {
      relaying
          .accepting(channel -> count.getAndIncrement() == 0 ? new ThrowingAbort(channel) : channel)
          .start();
      relaying.client();
      relaying.server();
      relaying.log().awaitEnded(1);
      relaying.client();
      relaying.server();

      for (RelayedConnection ended : relaying.log().awaitEnded(2)) {
        assertEquals(Kind.TIMED_OUT, ended.failure().orElseThrow().kind());
      }
      assertFalse(relaying.hasEnded());
    }
  }

  private static final class ThrowingAbort extends ForwardingChannel {
    ThrowingAbort(TransportChannel delegate) {
      super(delegate);
    }

    @Override
    public void abort() {
      super.abort();
      throw new IllegalStateException("aborted");
    }
  }

  @Test
  void whatWasOpenedInSpiteOfACancel_isAborted() throws Exception {
    try (Relaying relaying = new Relaying()) {
      relaying
          .connecting(
              opener -> {
                TransportChannel opened = opener.open();
                relaying.relay().cancel("enough");
                return opened;
              })
          .start();
      TransportChannel client = relaying.client();

      assertEquals(Kind.CANCELLED, relaying.failure().kind());
      Relaying.assertReset(client);
      Relaying.assertReset(relaying.server());
    }
  }

  @Test
  void clientThatClosesWithAnAnswerUnread_failsTheConnection() throws Exception {
    try (Relaying relaying = new Relaying().start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      client.close();
      Relaying.assertEnd(server);

      assertThrows(TransportException.class, () -> send(server, 1 << 20));

      RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
      assertEquals(Leg.INCOMING, ended.failure().orElseThrow().leg());
    }
  }
}
