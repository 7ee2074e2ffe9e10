package dev.sluice.engine.transfer;

import static dev.sluice.engine.transfer.Relaying.assertEnd;
import static dev.sluice.engine.transfer.Relaying.assertReset;
import static dev.sluice.engine.transfer.Relaying.end;
import static dev.sluice.engine.transfer.Relaying.receive;
import static dev.sluice.engine.transfer.Relaying.send;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.Scheme;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.tck.fault.ForwardingChannel;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
final class RelayTest {
  private static void assertFailure(Leg leg, Kind kind, RelayedConnection connection) {
    TransferException failure = connection.failure().orElseThrow();
    assertEquals(kind, failure.kind(), failure::toString);
    assertEquals(leg, failure.leg(), failure::toString);
  }

  @Test
  void bytesGoBothWays_atOnce() throws Exception {
    try (Relaying relaying = new Relaying().start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();

      assertEquals(3, client.write(ByteBuffer.wrap(new byte[] {1, 2, 3})));
      assertEquals(2, server.write(ByteBuffer.wrap(new byte[] {4, 5})));

      ByteBuffer there = ByteBuffer.allocate(3);
      assertEquals(3, server.read(there));
      assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), there.flip());
      ByteBuffer back = ByteBuffer.allocate(2);
      assertEquals(2, client.read(back));
      assertEquals(ByteBuffer.wrap(new byte[] {4, 5}), back.flip());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void endOfOneDirection_isPassedOn_andTheOtherGoesOn(boolean clientFirst) throws Exception {
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withOnce()).start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      TransportChannel first = clientFirst ? client : server;
      TransportChannel second = clientFirst ? server : client;

      send(first, 10);
      end(first);
      receive(second, 10);
      assertEnd(second);
      carry(second, 1 << 20, first);
      end(second);
      assertEnd(first);
      client.close();
      server.close();

      RelayResult result = relaying.result();
      assertTrue(result.firstFailure().isEmpty(), result::toString);
      Leg firstLeg = clientFirst ? Leg.INCOMING : Leg.OUTGOING;
      Leg secondLeg = clientFirst ? Leg.OUTGOING : Leg.INCOMING;
      assertEquals(
          List.of(
              "listening sluice.memory:in",
              "connected 1 INCOMING",
              "connected 1 OUTGOING",
              "half-closed 1 " + firstLeg + " 10",
              "half-closed 1 " + secondLeg + " " + (1 << 20),
              "closed 1",
              "stopped"),
          relaying.log().lines());
    }
  }

  /** So that what the server answers to the end is never told first. */
  @Test
  void endOfOneDirection_isToldBeforeItIsPassedOn() throws Exception {
    List<String> toldBefore = new CopyOnWriteArrayList<>();
    try (Relaying relaying = new Relaying()) {
      relaying.connecting(
          opener ->
              new ForwardingChannel(opener.open()) {
                @Override
                public void shutdown(Direction direction) throws IOException {
                  toldBefore.addAll(relaying.log().lines());
                  super.shutdown(direction);
                }
              });
      TransportChannel client = relaying.start().client();
      TransportChannel server = relaying.server();
      send(client, 10);
      end(client);
      receive(server, 10);
      assertEnd(server);

      assertEquals("half-closed 1 INCOMING 10", toldBefore.getLast());
    }
  }

  /** More than fits on the way. */
  private static void carry(TransportChannel from, int byteCount, TransportChannel to)
      throws Exception {
    Thread sender =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    send(from, byteCount);
                  } catch (IOException failed) {
                    from.abort();
                  }
                });
    receive(to, byteCount);
    sender.join();
  }

  @Test
  void outgoingSidesOpen_inTheOrderOfAcceptance_whereThereIsNoHandshake() throws Exception {
    try (Relaying relaying = new Relaying().start()) {
      List<TransportChannel> clients = new ArrayList<>();
      for (byte i = 0; i < 30; i++) {
        TransportChannel client = relaying.client();
        assertEquals(1, client.write(ByteBuffer.wrap(new byte[] {i})));
        clients.add(client);
      }
      for (byte i = 0; i < clients.size(); i++) {
        ByteBuffer first = ByteBuffer.allocate(1);
        assertEquals(1, relaying.server().read(first));
        assertEquals(i, first.get(0));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void reset_isPassedOnAsAReset(boolean clientResets) throws Exception {
    try (Relaying relaying = new Relaying().start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, 10);
      receive(server, 10);
      await().until(() -> relaying.relay().progress().forwardByteCount() == 10);

      (clientResets ? client : server).abort();

      assertReset(clientResets ? server : client);
      RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
      assertFailure(clientResets ? Leg.INCOMING : Leg.OUTGOING, Kind.RESET, ended);
      assertEquals(10, ended.forwardByteCount());
      assertEquals(10, ended.failure().orElseThrow().byteCount());
      assertFalse(relaying.hasEnded(), "one connection ended the relay");
    }
  }

  @Test
  void resetBehindAHalfClose_stillAbortsTheOtherSide() throws Exception {
    try (Relaying relaying = new Relaying().start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      end(client);
      assertEnd(server);

      server.abort();

      assertReset(client);
      assertFailure(Leg.OUTGOING, Kind.RESET, relaying.log().awaitEnded(1).getFirst());
    }
  }

  @Test
  void serverThatIsAbsent_failsThatConnection_andTheRelayGoesOn() throws Exception {
    try (Relaying relaying = new Relaying()) {
      boolean[] absent = {true};
      relaying
          .connecting(
              opener -> {
                if (absent[0]) {
                  absent[0] = false;
                  throw new TransportException(Kind.UNREACHABLE, "nobody there");
                }
                return opener.open();
              })
          .start();

      TransportChannel unlucky = relaying.client();

      assertReset(unlucky);
      RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
      assertEquals(1, ended.connection());
      assertFailure(Leg.OUTGOING, Kind.UNREACHABLE, ended);

      TransportChannel client = relaying.client();
      send(client, 5);
      receive(relaying.server(), 5);
    }
  }

  @Test
  void sideThatGoesOneWay_isRefused_beforeAnythingIsOpened() {
    Sides file = Sides.of(new byte[10], MemoryChannels.pair().outgoing());
    Scheme oneWay = Scheme.named("sides").mayHave(ChannelFeature.SHUTDOWN).build();
    TransportRegistry registry = TransportRegistry.of(new OneScheme(file, oneWay));
    Relay relay =
        new Relay(registry, Sides.IN, Sides.OUT, RelayOptions.DEFAULTS, RelayListener.NONE);

    TransferException failure = assertThrows(TransferException.class, relay::run);

    assertEquals(Kind.ADDRESS, failure.kind());
    assertEquals(Leg.OUTGOING, failure.leg());
    assertEquals("sides:out cannot be relayed: it has no duplex", failure.getMessage());
    assertTrue(failure.hint().orElseThrow().contains("copy"), failure::toString);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void openChannelThatGoesOneWay_endsTheRelay(boolean incoming) throws Exception {
    try (Relaying relaying = new Relaying()) {
      if (incoming) {
        relaying.accepting(OneWay::new);
      } else {
        relaying.connecting(opener -> new OneWay(opener.open()));
      }
      relaying.start();
      TransportChannel client = relaying.client();

      TransferException failure = relaying.failure();

      assertEquals(Kind.ADDRESS, failure.kind(), failure::toString);
      assertEquals(incoming ? Leg.INCOMING : Leg.OUTGOING, failure.leg());
      assertReset(client);
    }
  }

  private static final class OneWay extends ForwardingChannel {
    OneWay(TransportChannel delegate) {
      super(delegate);
    }

    @Override
    public Set<ChannelFeature> features() {
      Set<ChannelFeature> features = EnumSet.copyOf(super.features());
      features.remove(ChannelFeature.DUPLEX);
      return features;
    }
  }

  @Test
  void oneEndpointForBothSides_isRefused() {
    TransportAddress both = TransportAddress.of("sides", "both");
    Relay relay =
        new Relay(TransportRegistry.of(), both, both, RelayOptions.DEFAULTS, RelayListener.NONE);

    TransferException failure = assertThrows(TransferException.class, relay::run);

    assertEquals(Kind.ADDRESS, failure.kind());
    assertEquals("both sides are sides:both", failure.getMessage());
  }

  @Test
  void totals_countWhatAllConnectionsDid() throws Exception {
    try (Relaying relaying = new Relaying(RelayOptions.DEFAULTS.withMaxConnections(3)).start()) {
      for (int i = 1; i <= 2; i++) {
        TransportChannel client = relaying.client();
        TransportChannel server = relaying.server();
        send(client, 100 * i);
        end(client);
        receive(server, 100 * i);
        send(server, i);
        server.close();
        receive(client, i);
        client.close();
        relaying.log().awaitEnded(i);
      }
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, 7);
      receive(server, 7);
      assertEquals(1, relaying.relay().progress().activeConnections());
      server.abort();

      RelayResult result = relaying.result();
      RelayProgress totals = result.totals();
      assertEquals(0, totals.activeConnections());
      assertEquals(3, totals.connectionCount());
      assertEquals(3, totals.establishedCount());
      assertEquals(0, totals.failedHandshakeCount());
      assertEquals(1, totals.failedConnectionCount());
      assertEquals(307, totals.forwardByteCount());
      assertEquals(3, totals.backwardByteCount());
      assertTrue(totals.elapsed().isPositive());
      assertEquals(Kind.RESET, result.firstFailure().orElseThrow().kind());
    }
  }

  /** Counted while it is going on, not only once it has ended. */
  @Test
  void progress_countsBytesOfConnectionsThatAreRunning() throws Exception {
    try (Relaying relaying = new Relaying().start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      send(client, 10);
      receive(server, 10);
      send(server, 4);
      receive(client, 4);

      await().until(() -> relaying.relay().progress().forwardByteCount() == 10);
      await().until(() -> relaying.relay().progress().backwardByteCount() == 4);
    }
  }

  @Test
  void slowReader_boundsWhatTheRelayTakes() throws Exception {
    try (Relaying relaying = new Relaying().start()) {
      TransportChannel client = relaying.client();
      TransportChannel server = relaying.server();
      client.configureBlocking(false);
      long taken = 0;
      // The last write of a second shows that nothing more is taken.
      while (client.awaitWritable(Duration.ofSeconds(1))) {
        taken += client.write(ByteBuffer.allocate(1 << 16));
        assertTrue(taken < 2 << 20, "it takes on and on");
      }
      // Two channels of 64 KiB, and one buffer of the relay.
      assertTrue(taken <= 2 * MemoryChannels.DEFAULT_CAPACITY + PumpBuffer.MOST_BYTES);
      client.configureBlocking(true);
      end(client);
      receive(server, (int) taken);
      assertEnd(server);
    }
  }
}
