package dev.sluice.transport.rdmasim.virtual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.verbs.AsyncEvent;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The faults of a plan, each carried out where it says. */
@Timeout(60)
class VirtualFaultsTest {
  private static final int MTU = 4096;

  private static void write(Pair pair, long id, int packets) throws IOException {
    long byteCount = (long) packets * MTU;
    pair.a.post(SendRequest.write(id, pair.b.region.remoteKey(), 0, pair.a.piece(0, byteCount)));
  }

  private static Optional<AsyncEvent.Kind> event(Side side) {
    return side.host.device().pollEvent().map(AsyncEvent::kind);
  }

  @ParameterizedTest
  @CsvSource({
    "invalid-request, 9, QUEUE_PAIR_REQUEST_ERROR",
    "remote-access, 10, QUEUE_PAIR_ACCESS_ERROR",
    "remote-operational, 11, QUEUE_PAIR_FATAL"
  })
  void nak_ofEachCode_endsTheRequestAsItSays(String code, int status, AsyncEvent.Kind kind)
      throws IOException {
    Pair pair = Pair.of("roce100-rack", "nak:message=1,packet=2,code=" + code).connect();
    write(pair, 1, 4);
    write(pair, 2, 4);
    write(pair, 3, 4);
    pair.simulation.run();
    assertEquals(List.of("1/0", "2/" + status, "3/5"), pair.a.outcomes());
    assertEquals(QueuePairState.ERR, pair.b.queuePair.state());
    assertEquals(Optional.of(kind), event(pair.b));
  }

  @Test
  void nak_ofASequenceError_costsOnlyTime() throws IOException {
    Pair pair = Pair.of("roce100-rack", "nak:message=0,packet=2,code=sequence").connect();
    write(pair, 1, 4);
    pair.simulation.run();
    assertEquals(List.of("1/0"), pair.a.outcomes());
    assertEquals(2, pair.counters(pair.a).resentPackets());
  }

  @Test
  void flippedKeyTag_isAStaleKey() throws IOException {
    Pair pair = Pair.of("roce100-rack", "flip-key-tag:message=1").connect();
    write(pair, 1, 1);
    write(pair, 2, 1);
    pair.simulation.run();
    assertEquals(List.of("1/0", "2/10"), pair.a.outcomes());
    assertEquals(Optional.of(AsyncEvent.Kind.QUEUE_PAIR_ACCESS_ERROR), event(pair.b));
  }

  @Test
  void fatalQueuePair_flushes_andItsPeerGivesUp() throws IOException {
    Pair pair = Pair.of("roce100-rack", "qp-fatal:link=a-b>,message=1").connect();
    pair.a.receive(7, 0, 10);
    write(pair, 1, 1);
    write(pair, 2, 1);
    pair.simulation.run();
    assertEquals(List.of("2/5", "7/5"), pair.a.outcomes().stream().skip(1).toList());
    assertEquals(Optional.of(AsyncEvent.Kind.QUEUE_PAIR_FATAL), event(pair.a));
    pair.b.post(SendRequest.write(3, pair.a.region.remoteKey(), 0, pair.b.piece(0, 1)));
    pair.simulation.run();
    assertEquals(List.of("3/12"), pair.b.outcomes());
  }

  @Test
  void completionQueueWithoutRoom_takesItsQueuePairsWithIt() throws IOException {
    Pair pair = Pair.of("roce100-rack", "cq-overflow:link=a-b>,occurrence=2").connect();
    write(pair, 1, 1);
    write(pair, 2, 1);
    write(pair, 3, 1);
    pair.simulation.run();
    assertTrue(pair.a.completions.isOverrun());
    assertEquals(QueuePairState.ERR, pair.a.queuePair.state());
    assertEquals(Optional.of(AsyncEvent.Kind.COMPLETION_QUEUE_ERROR), event(pair.a));
    assertThrows(VerbsException.class, pair.a.completions::poll);
    assertFalse(pair.b.completions.isOverrun());
  }

  @Test
  void regionInvalidatedMidWrite_leavesTheFirstPart() throws IOException {
    Pair pair = Pair.of("roce100-rack", "invalidate-region:message=0,packet=5").connect();
    pair.a.fill(3);
    write(pair, 1, 10);
    pair.simulation.run();
    assertEquals(List.of("1/10"), pair.a.outcomes());
    assertArrayEquals(pair.a.bytes(0, 5 * MTU), pair.b.bytes(0, 5 * MTU));
    assertArrayEquals(new byte[5 * MTU], pair.b.bytes(5 * MTU, 5 * MTU));
    assertFalse(pair.b.region.isValid());
  }

  @Test
  void regionInvalidatedMidRead_failsTheRead() throws IOException {
    Pair pair = Pair.of("roce100-rack", "invalidate-region:message=0,packet=5").connect();
    pair.b.fill(3);
    pair.a.post(SendRequest.read(1, pair.b.region.remoteKey(), 0, pair.a.piece(0, 10 * MTU)));
    pair.simulation.run();
    assertEquals(List.of("1/10"), pair.a.outcomes());
    assertArrayEquals(pair.b.bytes(0, 5 * MTU), pair.a.bytes(0, 5 * MTU));
    assertEquals(QueuePairState.ERR, pair.b.queuePair.state());
  }

  /** Whoever polls the last byte of a write believes too early that all of it is there. */
  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void scrambledPlacement_showsTheLastByteFirst(int packets) throws IOException {
    Pair pair = Pair.of("roce100-rack", "scramble-placement:times=all").connect();
    pair.a.fill(3);
    pair.a.region.segment().set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) 1);
    long last = (long) packets * MTU - 1;
    pair.a.region.segment().set(java.lang.foreign.ValueLayout.JAVA_BYTE, last, (byte) 1);
    pair.b.queuePair.postReceive(ReceiveRequest.of(1));
    pair.a.post(
        SendRequest.write(1, pair.b.region.remoteKey(), 0, pair.a.piece(0, last + 1))
            .withImmediate(1));
    pair.simulation.runUntil(() -> pair.b.bytes(last, 1)[0] == 1);
    assertEquals(0, pair.b.bytes(0, 1)[0]);
    assertEquals(List.of(), pair.b.outcomes());
    pair.simulation.runUntil(() -> pair.counters(pair.b).acknowledgements() > 0);
    assertEquals(List.of("1/0"), pair.b.outcomes());
    assertArrayEquals(pair.a.bytes(0, last + 1), pair.b.bytes(0, last + 1));
    pair.simulation.run();
    assertEquals(List.of("1/0"), pair.a.outcomes());
  }

  @Test
  void crash_atAPoint_endsTheSideThatReachesIt() throws IOException {
    Pair pair = Pair.of("roce100-rack", "crash:link=a-b<,point=place,message=1").connect();
    pair.a.fill(3);
    write(pair, 1, 1);
    write(pair, 2, 2);
    pair.simulation.run();
    assertTrue(pair.link.other().isCrashed());
    assertEquals(List.of("1/0", "2/12"), pair.a.outcomes());
    assertThrows(
        IOException.class,
        () -> pair.link.other().await(List.of(), () -> false, Duration.ofSeconds(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"post-send", "post-receive", "transmit", "receive", "place", "acknowledge"})
  void crash_atEachPoint_isNoticedByThePeer(String point) throws IOException {
    boolean sender = point.equals("post-send") || point.equals("transmit");
    Pair pair =
        Pair.of("roce100-rack", "crash:link=a-b" + (sender ? ">" : "<") + ",point=" + point)
            .connect();
    assertFalse(pair.link.one().isCrashed(), "nothing was posted yet");
    pair.b.receive(5, 0, MTU);
    pair.a.post(SendRequest.send(1, pair.a.piece(0, 10)));
    pair.simulation.run();
    assertEquals(sender, pair.link.one().isCrashed());
    assertEquals(!sender, pair.link.other().isCrashed());
    assertEquals(sender ? List.of() : List.of("1/12"), pair.a.outcomes());
  }

  @Test
  void crash_atAPostedRequest_isThatOfItsNumber() throws IOException {
    Pair pair = Pair.of("roce100-rack", "crash:point=post-send,message=1").connect();
    write(pair, 1, 1);
    pair.simulation.run();
    assertEquals(List.of("1/0"), pair.a.outcomes());
    assertFalse(pair.link.one().isCrashed());
    write(pair, 2, 1);
    assertTrue(pair.link.one().isCrashed());
  }

  @Test
  void occurrence_atPostedRequests_countsThem() throws IOException {
    Pair pair = Pair.of("roce100-rack", "crash:link=a-b>,point=post-send,occurrence=2").connect();
    write(pair, 1, 1);
    pair.simulation.run();
    assertFalse(pair.link.one().isCrashed());
    write(pair, 2, 1);
    assertTrue(pair.link.one().isCrashed());
  }

  @Test
  void frozenPeer_isSlow_notDead() throws IOException {
    Pair pair =
        Pair.of("roce100-rack", "freeze:link=a-b<,point=acknowledge,message=1,by=400ms").connect();
    write(pair, 1, 1);
    write(pair, 2, 1);
    write(pair, 3, 1);
    pair.simulation.runFor(Duration.ofMillis(399));
    assertEquals(List.of("1/0"), pair.a.outcomes());
    pair.simulation.run();
    assertEquals(List.of("2/0", "3/0"), pair.a.outcomes());
  }

  @Test
  void registration_mayFail_orTakeTime() throws IOException {
    Pair pair =
        Pair.of(
            "roce100-rack",
            "slow-registration:occurrence=3,by=200us",
            "fail-registration:occurrence=4");
    long before = pair.nowNanos();
    pair.a.domain.registerLogical(10 << 20, Side.ALL);
    assertEquals(2_000_000, pair.nowNanos() - before);
    VerbsException refused =
        assertThrows(VerbsException.class, () -> pair.a.domain.registerLogical(10 << 20, Side.ALL));
    assertEquals(VerbsException.Reason.FULL, refused.reason());
    pair.a.domain.registerLogical(10 << 20, Side.ALL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"drop", "corrupt", "duplicate", "delay:by=3us"})
  void packetFaults_harmNothing(String fault) throws IOException {
    Pair pair =
        Pair.of("roce100-rack", fault + (fault.contains(":") ? "," : ":") + "message=0,packet=3")
            .with(Attribute.TIMEOUT, 5)
            .connect();
    pair.a.fill(3);
    write(pair, 1, 10);
    write(pair, 2, 10);
    pair.simulation.run();
    assertEquals(List.of("1/0", "2/0"), pair.a.outcomes());
    assertArrayEquals(pair.a.bytes(0, 10 * MTU), pair.b.bytes(0, 10 * MTU));
    assertEquals(1, pair.simulation.faults().struckCount());
  }

  @Test
  void everyFault_isInTheTrace() throws IOException {
    String plain = trace();
    assertEquals(plain, trace());
    for (String fault :
        List.of("rnr", "nak:code=sequence", "scramble-placement", "duplicate:kind=ack")) {
      assertFalse(plain.equals(trace(fault)), fault);
      assertEquals(trace(fault), trace(fault));
    }
  }

  private static String trace(String... faults) throws IOException {
    Pair pair = Pair.of("roce100-rack", faults).connect();
    write(pair, 1, 3);
    pair.simulation.run();
    return pair.simulation.trace().toString();
  }
}
