package dev.sluice.transport.rdmasim.virtual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loss, duplicates, silence, and peers without a receive. */
@Timeout(60)
class RecoveryTest {
  /** Code 12. */
  private static final long RNR_NANOS = 640_000;

  /** Code 14. */
  private static final long TIMEOUT_NANOS = 4096L << 14;

  private static final int MTU = 4096;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6})
  void notReady_isTriedAgain_atTheTimeThatTheReceiverNames(int times) throws IOException {
    Pair pair = Pair.of("ideal", "rnr:times=" + times).with(Attribute.RNR_RETRY, 6).connect();
    pair.b.receive(9, 0, 100);
    pair.a.post(SendRequest.send(1, pair.a.piece(0, 100)));
    pair.simulation.runUntil(() -> pair.counters(pair.b).acknowledgements() > 0);
    assertEquals(times * RNR_NANOS, pair.nowNanos());
    pair.simulation.run();
    assertEquals(List.of("1/0"), pair.a.outcomes());
    assertEquals(List.of("9/0"), pair.b.outcomes());
    assertEquals(times, pair.counters(pair.b).notReady());
  }

  @Test
  void notReady_tooOften_fails() throws IOException {
    Pair pair = Pair.of("ideal").with(Attribute.RNR_RETRY, 3).connect();
    pair.a.post(SendRequest.send(1, pair.a.piece(0, 100)));
    pair.a.post(SendRequest.send(2, pair.a.piece(0, 100)));
    pair.simulation.runUntil(() -> pair.a.queuePair.state() == QueuePairState.ERR);
    assertEquals(3 * RNR_NANOS, pair.nowNanos());
    assertEquals(List.of("1/13", "2/5"), pair.a.outcomes());
    assertEquals(4, pair.counters(pair.b).notReady());
    assertEquals(QueuePairState.RTS, pair.b.queuePair.state());
    assertEquals(List.of(), pair.b.outcomes());
  }

  @Test
  void notReady_withCodeSeven_isTriedForEver() throws IOException {
    Pair pair = Pair.of("roce100-rack").connect();
    pair.a.post(SendRequest.send(1, pair.a.piece(0, 100_000)));
    pair.simulation.runFor(Duration.ofSeconds(10));
    assertTrue(pair.counters(pair.b).notReady() > 15_000);
    pair.b.receive(9, 0, 100_000);
    pair.simulation.run();
    assertEquals(List.of("1/0"), pair.a.outcomes());
    assertEquals(List.of("9/0"), pair.b.outcomes());
  }

  @Test
  void notReady_ofAWriteWithImmediate_isForItsLastPacketOnly() throws IOException {
    Pair pair = Pair.of("roce100-rack").connect();
    pair.a.fill(1);
    pair.a.post(
        SendRequest.write(1, pair.b.region.remoteKey(), 0, pair.a.piece(0, 8 * MTU))
            .withImmediate(5));
    pair.simulation.runUntil(() -> pair.counters(pair.b).notReady() == 3);
    assertArrayEquals(pair.a.bytes(0, 7 * MTU), pair.b.bytes(0, 7 * MTU));
    assertEquals(8 + 2, pair.counters(pair.a).sentPackets());
    pair.b.receive(9, 0, 0);
    pair.simulation.run();
    WorkCompletion received = pair.b.completed().getFirst();
    assertEquals(9, received.id());
    assertEquals(5, received.immediate());
    assertEquals(8 * MTU, received.byteCount());
    assertArrayEquals(pair.a.bytes(0, 8 * MTU), pair.b.bytes(0, 8 * MTU));
  }

  /** The waste of what was on its way is that of a round trip, not of all that was posted. */
  @Test
  void notReady_stopsTheSender() throws IOException {
    Pair pair = Pair.of("roce100-rack").connect();
    for (int i = 0; i < 50; i++) {
      pair.a.post(SendRequest.send(i, pair.a.piece(0, 1 << 20)));
    }
    pair.simulation.runUntil(() -> pair.counters(pair.b).notReady() == 1);
    long underWay = pair.counters(pair.a).sentPackets();
    assertTrue(underWay <= 2 * 256, underWay + " packets");
  }

  @Test
  void everySinglePacket_mayBeLost() throws IOException {
    for (int k = 0; k < 64; k++) {
      Pair pair =
          Pair.of(7, "roce100-rack", 1 << 20, "drop:kind=data,message=0,packet=" + k).connect();
      pair.a.fill(k);
      pair.b.receive(1, 1 << 19, 64 * MTU);
      pair.b.receive(2, 0, 100);
      pair.a.post(SendRequest.send(11, pair.a.piece(0, 64 * MTU)));
      pair.a.post(SendRequest.send(12, pair.a.piece(0, 10)));
      pair.simulation.run();
      assertEquals(List.of("1/0", "2/0"), pair.b.outcomes(), "packet " + k);
      assertEquals(List.of("11/0", "12/0"), pair.a.outcomes(), "packet " + k);
      assertArrayEquals(pair.a.bytes(0, 64 * MTU), pair.b.bytes(1 << 19, 64 * MTU));
      assertEquals(1, pair.counters(pair.b).sequenceErrors());
      assertEquals(1, pair.link.forward().counters().droppedCount());
    }
  }

  @Test
  void lostLastPacket_isMissedByTheTimer() throws IOException {
    Pair pair = Pair.of("ideal", "drop:kind=data").connect();
    pair.a.post(SendRequest.write(1, pair.b.region.remoteKey(), 0, pair.a.piece(0, 10)));
    pair.simulation.runUntil(() -> pair.counters(pair.b).acknowledgements() > 0);
    assertEquals(TIMEOUT_NANOS, pair.nowNanos());
    assertEquals(1, pair.counters(pair.a).timeouts());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ack", "nak", "read-response"})
  void lostAnswers_areAskedForAgain(String kind) throws IOException {
    Pair pair =
        Pair.of("roce100-rack,loss=0.02", "drop:times=4,kind=" + kind)
            .with(Attribute.TIMEOUT, 4)
            .connect();
    mixedTraffic(pair);
  }

  @Test
  void everythingTwice_isCarriedOutOnce() throws IOException {
    Pair pair = Pair.of("roce100-rack", "duplicate:times=all").connect();
    mixedTraffic(pair);
    assertTrue(pair.counters(pair.b).duplicates() > 100);
  }

  private static void mixedTraffic(Pair pair) throws IOException {
    pair.a.fill(1);
    int key = pair.b.region.remoteKey();
    for (int i = 0; i < 20; i++) {
      pair.b.receive(i, 1 << 19, 10_000);
      pair.a.post(SendRequest.fetchAndAdd(i, key, 8, 1, pair.a.piece(900_000 + i * 8L, 8)));
      pair.a.post(SendRequest.send(100 + i, pair.a.piece(i * 100L, 10_000)));
      pair.a.post(
          SendRequest.read(200 + i, key, 1 << 19, pair.a.piece(600_000 + i * 10_000L, 10_000))
              .fenced());
    }
    pair.simulation.run();
    List<WorkCompletion> completed = pair.a.completed();
    assertEquals(60, completed.size());
    for (int i = 0; i < 60; i++) {
      assertTrue(completed.get(i).isSuccess());
      assertEquals(i / 3 + i % 3 * 100, completed.get(i).id());
    }
    for (int i = 0; i < 20; i++) {
      assertEquals(i, pair.a.region.segment().get(ValueLayout.JAVA_LONG, 900_000 + i * 8L));
      // The read may see later messages, but no mixture of two that is neither.
      assertEquals(i, pair.b.completed(1).getFirst().id());
    }
    assertEquals(20, pair.b.region.segment().get(ValueLayout.JAVA_LONG, 8));
    assertArrayEquals(pair.a.bytes(1_900, 10_000), pair.b.bytes(1 << 19, 10_000));
  }

  @Test
  void everyPacketOfAnAnswer_mayBeLost() throws IOException {
    for (int k = 0; k < 16; k++) {
      Pair pair =
          Pair.of(
                  7,
                  "roce100-rack",
                  1 << 20,
                  "drop:kind=read-response,message=0,packet=" + k,
                  "drop:kind=read-response,message=0,packet=" + k + ",occurrence=2")
              .connect();
      pair.b.fill(k);
      int key = pair.b.region.remoteKey();
      pair.a.post(SendRequest.read(1, key, 0, pair.a.piece(0, 16 * MTU)));
      pair.a.post(SendRequest.write(2, key, 500_000, pair.a.piece(500_000, 100)));
      pair.simulation.run();
      assertEquals(List.of("1/0", "2/0"), pair.a.outcomes(), "packet " + k);
      assertArrayEquals(pair.b.bytes(0, 16 * MTU), pair.a.bytes(0, 16 * MTU));
      assertTrue(pair.counters(pair.a).impliedErrors() > 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "3, 4", "7, 8"})
  void silentPeer_isGivenUp_afterTheComputedTime(int retries, int timeouts) throws IOException {
    Pair pair = Pair.of("ideal").with(Attribute.RETRY_COUNT, retries).connect();
    pair.link.other().crash();
    pair.a.post(SendRequest.write(1, 77, 0, pair.a.piece(0, 10_000)));
    pair.a.post(SendRequest.write(2, 77, 0, pair.a.piece(0, 10_000)));
    pair.simulation.run();
    assertEquals(List.of("1/12", "2/5"), pair.a.outcomes());
    assertEquals(timeouts * TIMEOUT_NANOS, pair.nowNanos());
    assertEquals(timeouts, pair.counters(pair.a).timeouts());
  }

  @Test
  void peerThatIsNotReadyToReceive_isSilent() throws IOException {
    Pair pair = Pair.of("ideal");
    pair.toReadyToReceive(pair.a.queuePair, pair.b.queuePair);
    pair.toReadyToSend(pair.a.queuePair);
    pair.a.post(SendRequest.write(1, pair.b.region.remoteKey(), 0, pair.a.piece(0, 10)));
    pair.simulation.runFor(Duration.ofNanos(3 * TIMEOUT_NANOS));
    assertEquals(List.of(), pair.a.outcomes());
    pair.toReadyToReceive(pair.b.queuePair, pair.a.queuePair);
    pair.simulation.run();
    assertEquals(List.of("1/0"), pair.a.outcomes());
  }

  /** A round trip of 1 ms, and a timer of 0.26 ms: all is sent four times, and is still right. */
  @Test
  void timerShorterThanTheRoundTrip_isWasteful_butRight() throws IOException {
    Pair pair = Pair.of("metro100").with(Attribute.TIMEOUT, 6).connect();
    mixedTraffic(pair);
    assertTrue(pair.counters(pair.a).timeouts() > 3);
    assertTrue(pair.counters(pair.a).resentPackets() > 3);
    assertTrue(pair.counters(pair.b).duplicates() > 3);
  }

  @Test
  void timerMuchShorterThanTheRoundTrip_givesUp() throws IOException {
    Pair pair = Pair.of("metro100").with(Attribute.TIMEOUT, 1).connect();
    pair.a.post(SendRequest.write(1, pair.b.region.remoteKey(), 0, pair.a.piece(0, 10)));
    pair.simulation.run();
    assertEquals(List.of("1/12"), pair.a.outcomes());
  }

  @Test
  void cutLink_losesWhatIsUnderWay_andGoesOnWhenItIsBack() throws IOException {
    Pair pair = Pair.of("metro100").connect();
    pair.a.fill(4);
    pair.a.post(SendRequest.write(1, pair.b.region.remoteKey(), 0, pair.a.piece(0, 1 << 20)));
    pair.simulation.schedule(100_000, pair.link::cut);
    pair.simulation.schedule(100_000_000, pair.link::restore);
    pair.simulation.runFor(Duration.ofMillis(99));
    assertFalse(pair.link.isUp());
    assertEquals(List.of(), pair.a.outcomes());
    pair.simulation.run();
    assertEquals(List.of("1/0"), pair.a.outcomes());
    assertEquals("[PORT_ERROR, PORT_ACTIVE]", events(pair.a).toString());
    assertEquals("[PORT_ERROR, PORT_ACTIVE]", events(pair.b).toString());
  }

  private static List<String> events(Side side) {
    List<String> kinds = new java.util.ArrayList<>();
    for (var event = side.host.device().pollEvent();
        event.isPresent();
        event = side.host.device().pollEvent()) {
      kinds.add(event.get().kind().name());
    }
    return kinds;
  }

  @Test
  void packetsOfAnEarlierLife_areDropped() throws IOException {
    Pair pair = Pair.of("metro100").connect();
    pair.a.fill(1);
    int key = pair.b.region.remoteKey();
    pair.a.post(SendRequest.write(1, key, 0, pair.a.piece(0, 100)));
    pair.simulation.runFor(Duration.ofNanos(100_000));
    reset(pair.a);
    reset(pair.b);
    pair.connect();
    pair.a.post(SendRequest.write(2, key, 500, pair.a.piece(500, 100)));
    pair.simulation.run();
    assertEquals(List.of("2/0"), pair.a.outcomes());
    assertArrayEquals(new byte[100], pair.b.bytes(0, 100));
    assertArrayEquals(pair.a.bytes(500, 100), pair.b.bytes(500, 100));
    assertEquals(1, pair.counters(pair.b).dropped());
  }

  private static void reset(Side side) throws IOException {
    side.queuePair.modify(
        dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.to(QueuePairState.RESET));
  }
}
