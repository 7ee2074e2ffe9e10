package dev.sluice.transport.rdmasim.virtual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.transport.rdmasim.connection.Connection;
import dev.sluice.transport.rdmasim.connection.ConnectionEvent;
import dev.sluice.transport.rdmasim.connection.ConnectionEvent.Kind;
import dev.sluice.transport.rdmasim.connection.ConnectionListener;
import dev.sluice.transport.rdmasim.connection.ConnectionParameters;
import dev.sluice.transport.rdmasim.connection.ConnectionRequest;
import dev.sluice.transport.rdmasim.connection.PrivateData;
import dev.sluice.transport.rdmasim.connection.Protocol;
import dev.sluice.transport.rdmasim.simulation.FaultPlan;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.verbs.AsyncEvent;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairOptions;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class VirtualConnectorTest {
  private static final int SERVICE = 4420;
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final ConnectionParameters USUAL = ConnectionParameters.usual();

  private Simulation simulation = Simulation.withSeed(0);
  private VirtualLink link = VirtualFabric.pair(simulation, LinkProfile.preset("ideal"));
  private Side a;
  private Side b;

  @SuppressWarnings("NullAway.Init") // By start.
  VirtualConnectorTest() throws IOException {
    start("roce100-dc");
  }

  private void start(String profile, String... faults) throws IOException {
    start(1, profile, faults);
  }

  private void start(long seed, String profile, String... faults) throws IOException {
    simulation = Simulation.withSeed(seed, FaultPlan.parse(List.of(faults)));
    link = VirtualFabric.pair(simulation, LinkProfile.parse(profile));
    a = new Side(link.one(), 1 << 16);
    b = new Side(link.other(), 1 << 16);
  }

  private Connection ask(ConnectionParameters parameters) throws IOException {
    return link.one().connector().connect(a.queuePair, SERVICE, parameters);
  }

  private static ConnectionRequest requestOf(ConnectionListener listener) throws IOException {
    return listener.await(LONG).orElseThrow();
  }

  private static ConnectionParameters saying(String text) {
    return USUAL.with(PrivateData.ofText(text));
  }

  private static Optional<Kind> kind(Connection connection) throws IOException {
    return connection.awaitEvent(LONG).map(ConnectionEvent::kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ideal", "roce100-dc", "wan100-continent", "roce100-dc,loss=0.3"})
  void connection_stands_onBothSides(String profile) throws IOException {
    start(3, profile);
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    Connection one = ask(saying("hello"));
    ConnectionRequest request = requestOf(listener);
    assertEquals("hello", request.offered().privateData().text());
    Connection other = request.accept(b.queuePair, saying("welcome"));
    assertEquals("welcome", one.awaitEstablished(LONG).text());
    assertEquals(PrivateData.NONE, other.awaitEstablished(LONG));
    a.fill(1);
    a.post(SendRequest.write(1, b.region.remoteKey(), 0, a.piece(0, 10_000)));
    b.post(SendRequest.write(2, a.region.remoteKey(), 20_000, b.piece(0, 10_000)));
    simulation.run();
    assertEquals(List.of("1/0"), a.outcomes());
    assertEquals(List.of("2/0"), b.outcomes());
    assertArrayEquals(a.bytes(0, 10_000), b.bytes(0, 10_000));
    listener.close();
  }

  @Test
  void limits_areAgreed() throws IOException {
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    Connection one = ask(USUAL.withReads(3, 20).withRetries(5, 2, 15));
    requestOf(listener).accept(b.queuePair, USUAL.withReads(8, 9).withRetries(1, 4, 16));
    one.awaitEstablished(LONG);
    simulation.run();
    QueuePairAttributes own = a.queuePair.attributes();
    QueuePairAttributes peers = b.queuePair.attributes();
    assertEquals(8, own.value(Attribute.MAX_READ_ATOMIC));
    assertEquals(3, own.value(Attribute.MAX_PEER_READ_ATOMIC));
    assertEquals(3, peers.value(Attribute.MAX_READ_ATOMIC));
    assertEquals(5, own.value(Attribute.RETRY_COUNT));
    assertEquals(5, peers.value(Attribute.RETRY_COUNT));
    assertEquals(4, own.value(Attribute.RNR_RETRY));
    assertEquals(2, peers.value(Attribute.RNR_RETRY));
    assertEquals(
        own.value(Attribute.SEND_PACKET_NUMBER), peers.value(Attribute.RECEIVE_PACKET_NUMBER));
    assertEquals(
        peers.value(Attribute.SEND_PACKET_NUMBER), own.value(Attribute.RECEIVE_PACKET_NUMBER));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "drop:kind=cm,link=a-b<", "drop:kind=cm,link=a-b<,times=3"})
  void rejection_carriesPrivateData(String fault) throws IOException {
    start("roce100-dc", fault.equals("none") ? new String[0] : new String[] {fault});
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    Connection one = ask(USUAL);
    requestOf(listener).reject(PrivateData.ofText("not today"));
    ConnectionEvent event = one.awaitEvent(LONG).orElseThrow();
    assertEquals(Kind.REJECTED, event.kind());
    assertEquals("not today", event.privateData().text());
    simulation.run();
    assertEquals(Optional.empty(), listener.poll());
  }

  @Test
  void nobodyListening_isARejection_withAReason() throws IOException {
    Connection one = ask(USUAL);
    TransportException refused =
        assertThrows(TransportException.class, () -> one.awaitEstablished(LONG));
    assertEquals(TransportException.Kind.UNREACHABLE, refused.kind());
    assertTrue(
        String.valueOf(refused.getMessage()).contains("nobody listens on service 4420 of host b"),
        refused.getMessage());
  }

  @Test
  void closedListener_rejectsWhatWaits_andTheServiceIsFree() throws IOException {
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    assertThrows(TransportException.class, () -> link.other().connector().listen(SERVICE));
    Connection one = ask(USUAL);
    simulation.runFor(Duration.ofMillis(1));
    listener.close();
    assertEquals(Optional.of(Kind.REJECTED), kind(one));
    link.other().connector().listen(SERVICE).close();
  }

  @Test
  void deadHost_isUnreachable() throws IOException {
    link.other().crash();
    Connection one = ask(USUAL);
    ConnectionEvent event = one.awaitEvent(LONG).orElseThrow();
    assertEquals(Kind.UNREACHABLE, event.kind());
    assertEquals("host b did not answer the request", event.reason());
    // Eight tries of 67 ms.
    assertEquals(8 * (4096L << 14), simulation.nowNanos());
  }

  /** Who stands still does not come to believe meanwhile that the other one does not answer. */
  @Test
  void frozenHost_givesUpAtItsThawOnly() throws IOException {
    link.other().crash();
    Connection one = ask(USUAL);
    link.one().freeze(Duration.ofSeconds(10));
    simulation.runFor(Duration.ofMillis(9_999));
    assertEquals(Optional.empty(), one.pollEvent());
    assertEquals(QueuePairState.INIT, a.queuePair.state());
    assertEquals(Optional.of(Kind.UNREACHABLE), kind(one));
    // The first of eight timers was due at the thaw, the others run from there.
    assertEquals(10_000_000_000L + 7 * (4096L << 14), simulation.nowNanos());
  }

  @Test
  void answerDuringAFreeze_endsTheRepetitionAtTheThaw() throws IOException {
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    Connection one = ask(USUAL);
    link.one().freeze(Duration.ofMillis(300));
    requestOf(listener).accept(b.queuePair, USUAL);
    simulation.runFor(Duration.ofMillis(299));
    assertEquals(Optional.empty(), one.pollEvent());
    assertEquals(Optional.of(Kind.ESTABLISHED), kind(one));
    simulation.run();
    assertEquals(QueuePairState.RTS, a.queuePair.state());
    assertEquals(QueuePairState.RTS, b.queuePair.state());
  }

  @ParameterizedTest
  @ValueSource(strings = {"connect", "established"})
  void crashOfTheActiveSide_isNoticedByThePassiveOne(String point) throws IOException {
    start("roce100-dc", "crash:link=a-b>,point=" + point);
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    ask(USUAL);
    Optional<ConnectionRequest> request = listener.await(LONG);
    assertEquals(point.equals("connect"), request.isEmpty());
    if (request.isPresent()) {
      Connection other = request.get().accept(b.queuePair, USUAL);
      // It was told that it may send just before the end.
      assertEquals(Optional.of(Kind.ESTABLISHED), kind(other));
      b.post(SendRequest.write(2, a.region.remoteKey(), 0, b.piece(0, 10)));
      simulation.run();
      assertEquals(List.of("2/12"), b.outcomes());
    }
  }

  @Test
  void disconnect_inTheMiddleOfTraffic_flushesBothSides() throws IOException {
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    Connection one = ask(USUAL);
    Connection other = requestOf(listener).accept(b.queuePair, USUAL);
    one.awaitEstablished(LONG);
    other.awaitEstablished(LONG);
    for (int i = 0; i < 100; i++) {
      a.post(SendRequest.write(i, b.region.remoteKey(), 0, a.piece(0, 1 << 16)));
      b.receive(i, 0, 10);
    }
    simulation.runFor(Duration.ofNanos(100_000));
    int done = a.outcomes().size();
    assertTrue(done > 5 && done < 50, done + " were done");
    other.disconnect();
    assertEquals(Optional.of(Kind.DISCONNECTED), kind(one));
    assertEquals(Optional.of(Kind.DISCONNECTED), kind(other));
    assertEquals(QueuePairState.ERR, a.queuePair.state());
    assertEquals(QueuePairState.ERR, b.queuePair.state());
    List<String> rest = a.outcomes();
    assertEquals(100, done + rest.size());
    assertEquals("99/5", rest.getLast());
    assertEquals(100, b.outcomes().stream().filter(text -> text.endsWith("/5")).count());
  }

  @Test
  void bothDisconnect_atOnce() throws IOException {
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    Connection one = ask(USUAL);
    Connection other = requestOf(listener).accept(b.queuePair, USUAL);
    one.awaitEstablished(LONG);
    other.awaitEstablished(LONG);
    one.disconnect();
    other.disconnect();
    one.disconnect();
    assertEquals(Optional.of(Kind.DISCONNECTED), kind(one));
    assertEquals(Optional.of(Kind.DISCONNECTED), kind(other));
    simulation.run();
    assertEquals(Optional.empty(), one.pollEvent());
  }

  @Test
  void disconnect_ofASilentPeer_ends() throws IOException {
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    Connection one = ask(USUAL);
    requestOf(listener).accept(b.queuePair, USUAL);
    one.awaitEstablished(LONG);
    link.other().crash();
    one.disconnect();
    assertEquals(Optional.of(Kind.DISCONNECTED), kind(one));
  }

  /** The third message is lost, and the first data are faster than its repetition. */
  @Test
  void dataBeforeEstablished_establish() throws IOException {
    start("roce100-dc", "drop:kind=cm,link=a-b>,occurrence=2");
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    Connection one = ask(USUAL);
    b.queuePair.modify(QueuePairAttributes.to(QueuePairState.INIT).with(Side.ALL));
    b.receive(7, 0, 100);
    Connection other = requestOf(listener).accept(b.queuePair, USUAL);
    one.awaitEstablished(LONG);
    assertEquals(QueuePairState.RTR, b.queuePair.state());
    a.post(SendRequest.send(1, a.piece(0, 100)));
    simulation.runUntil(() -> b.queuePair.state() == QueuePairState.RTS);
    assertEquals(List.of("7/0"), b.outcomes());
    assertEquals(
        Optional.of(AsyncEvent.Kind.COMMUNICATION_ESTABLISHED),
        b.host.device().pollEvent().map(AsyncEvent::kind));
    other.awaitEstablished(LONG);
    simulation.run();
    assertEquals(List.of("1/0"), a.outcomes());
    assertEquals(Optional.empty(), other.pollEvent());
  }

  @Test
  void packetOfAnEarlierConnection_isDropped() throws IOException {
    start("roce100-dc", "stale-packet:link=a-b>,point=established,occurrence=2");
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    for (int round = 0; round < 2; round++) {
      Connection one = ask(USUAL);
      Connection other = requestOf(listener).accept(b.queuePair, USUAL);
      one.awaitEstablished(LONG);
      other.awaitEstablished(LONG);
      if (round == 0) {
        a.fill(1);
        a.post(SendRequest.write(1, b.region.remoteKey(), 0, a.piece(0, 10)));
        simulation.run();
        b.region.segment().fill((byte) 0);
        one.disconnect();
        simulation.run();
        a.queuePair.modify(QueuePairAttributes.to(QueuePairState.RESET));
        b.queuePair.modify(QueuePairAttributes.to(QueuePairState.RESET));
      }
    }
    simulation.run();
    assertEquals(1, link.other().counters(b.queuePair).dropped());
    assertArrayEquals(new byte[10], b.bytes(0, 10));
  }

  @Test
  void thousandConnections_leaveNothing() throws IOException {
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    for (int i = 0; i < 1000; i++) {
      QueuePair own = a.domain.createQueuePair(QueuePairOptions.of(a.completions));
      QueuePair peer = b.domain.createQueuePair(QueuePairOptions.of(b.completions));
      Connection one = link.one().connector().connect(own, SERVICE, USUAL);
      Connection other = requestOf(listener).accept(peer, USUAL);
      one.awaitEstablished(LONG);
      other.awaitEstablished(LONG);
      own.postSend(SendRequest.write(i, b.region.remoteKey(), 0, a.piece(0, 10)));
      link.one().await(List.of(own), () -> own.requester().isIdle(), LONG);
      assertEquals(List.of(i + "/0"), a.outcomes());
      one.disconnect();
      assertEquals(Optional.of(Kind.DISCONNECTED), kind(one));
      assertEquals(Optional.of(Kind.DISCONNECTED), kind(other));
      own.close();
      peer.close();
    }
    simulation.run();
    assertEquals(0, simulation.pendingCount());
    assertTrue(((VirtualConnector) link.one().connector()).isIdle());
    assertTrue(((VirtualConnector) link.other().connector()).isIdle());
    a.queuePair.close();
    a.region.close();
    a.domain.close();
    a.completions.close();
  }

  /** More than it remembers of those that are over. */
  @Test
  void requestThatWaitsLong_isAskedOfTheUserOnce() throws IOException {
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    int count = 100;
    for (int i = 0; i < count; i++) {
      assertEquals(Optional.empty(), askOnANewQueuePair(SERVICE, "" + i).pollEvent());
    }
    for (int i = 0; i < 300; i++) {
      Connection rejected = askOnANewQueuePair(SERVICE + 1, "");
      assertEquals(Optional.of(Kind.REJECTED), kind(rejected));
      rejected.queuePair().close();
    }
    // Each is sent again meanwhile, as nobody answers.
    simulation.runFor(Duration.ofMillis(200));
    for (int i = 0; i < count; i++) {
      assertEquals("" + i, listener.poll().orElseThrow().offered().privateData().text());
    }
    assertEquals(Optional.empty(), listener.poll());
  }

  private Connection askOnANewQueuePair(int service, String text) throws IOException {
    QueuePair queuePair = a.domain.createQueuePair(QueuePairOptions.of(a.completions));
    return link.one().connector().connect(queuePair, service, saying(text));
  }

  @Test
  void acceptanceThatNobodyConfirms_isToldInWords() throws IOException {
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    ask(USUAL);
    ConnectionRequest request = requestOf(listener);
    link.one().crash();
    Connection other = request.accept(b.queuePair, USUAL);
    ConnectionEvent event = other.awaitEvent(LONG).orElseThrow();
    assertEquals(Kind.UNREACHABLE, event.kind());
    assertEquals("host a did not answer the acceptance", event.reason());
  }

  @Test
  void otherVersion_isRejected_withWords() throws IOException {
    Protocol own = new Protocol(7, 2, 0);
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    Connection one = ask(USUAL.with(new Protocol(7, 1, 0).encoded()));
    ConnectionRequest request = requestOf(listener);
    String mismatch = own.mismatch(request.offered().privateData()).orElseThrow();
    request.reject(PrivateData.ofText(mismatch));
    TransportException refused =
        assertThrows(TransportException.class, () -> one.awaitEstablished(LONG));
    assertTrue(
        String.valueOf(refused.getMessage())
            .contains("the peer speaks version 1, this side version 2"),
        refused.getMessage());
  }

  @Test
  void privateData_haveLimits() throws IOException {
    PrivateData most = PrivateData.of(new byte[PrivateData.CONNECT_BYTES]);
    PrivateData more = PrivateData.of(new byte[PrivateData.CONNECT_BYTES + 1]);
    assertThrows(IllegalArgumentException.class, () -> ask(USUAL.with(more)));
    ConnectionListener listener = link.other().connector().listen(SERVICE);
    Connection one = ask(USUAL.with(most));
    ConnectionRequest request = requestOf(listener);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            request.accept(
                b.queuePair, USUAL.with(PrivateData.of(new byte[PrivateData.ACCEPT_BYTES + 1]))));
    assertThrows(
        IllegalArgumentException.class,
        () -> request.reject(PrivateData.of(new byte[PrivateData.REJECT_BYTES + 1])));
    request.accept(b.queuePair, USUAL);
    assertThrows(IllegalStateException.class, () -> request.reject(PrivateData.NONE));
    one.awaitEstablished(LONG);
  }

  @Test
  void lossyConnecting_endsTheSameOnBothSides() {
    Seeds.forEach(
        VirtualConnectorTest.class,
        200,
        seed -> {
          start(seed, "roce100-dc,duplicate=0.2,jitter=exponential:50us,loss=0.15");
          ConnectionListener listener = link.other().connector().listen(SERVICE);
          Connection one = ask(USUAL);
          Optional<ConnectionRequest> request = listener.await(LONG);
          if (request.isEmpty()) {
            assertEquals(Optional.of(Kind.UNREACHABLE), kind(one));
            return;
          }
          Connection other = request.get().accept(b.queuePair, USUAL);
          simulation.run();
          Optional<Kind> own = kind(one);
          Optional<Kind> peers = kind(other);
          if (own.equals(Optional.of(Kind.ESTABLISHED))) {
            // One time in 30000 the peer gives up waiting for the third message.
            assertEquals(own, peers);
            one.disconnect();
            simulation.run();
            assertEquals(Optional.of(Kind.DISCONNECTED), kind(one));
          }
          assertEquals(Optional.empty(), listener.poll());
        });
  }

  @Test
  void threeHosts_findEachOther() throws IOException {
    VirtualHost third = link.one().fabric().host("c");
    link.one().fabric().join(link.one(), third, LinkProfile.preset("metro100"));
    Side c = new Side(third, 1 << 16);
    ConnectionListener listener = third.connector().listen(SERVICE);
    assertThrows(IllegalStateException.class, () -> ask(USUAL));
    a.queuePair.modify(QueuePairAttributes.to(QueuePairState.RESET));
    link.one().route(a.queuePair, third);
    Connection one = ask(USUAL);
    requestOf(listener).accept(c.queuePair, USUAL);
    one.awaitEstablished(LONG);
    a.fill(1);
    a.post(SendRequest.write(1, c.region.remoteKey(), 0, a.piece(0, 100)));
    simulation.run();
    assertArrayEquals(a.bytes(0, 100), c.bytes(0, 100));
  }
}
