package dev.sluice.transport.rdmasim.virtual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links that are cut for a moment, hosts that stand still or end in the middle of their work. */
@Timeout(60)
class PausesTest {
  private static final int MTU = 4096;

  private static void write(Pair pair, long id, int packets) throws IOException {
    pair.a.post(
        SendRequest.write(id, pair.b.region.remoteKey(), 0, pair.a.piece(0, (long) packets * MTU)));
  }

  private static void read(Pair pair, long id, int packets) throws IOException {
    pair.a.post(
        SendRequest.read(id, pair.b.region.remoteKey(), 0, pair.a.piece(0, (long) packets * MTU)));
  }

  /** As short as it may be: what was on its way is lost, and is sent again after a time-out. */
  @Test
  void cut_losesWhatIsUnderWay_evenIfTheLinkIsUpAgainBefore() throws IOException {
    Pair pair = Pair.of("metro100").connect();
    pair.a.fill(3);
    write(pair, 1, 4);
    pair.simulation.runFor(Duration.ofNanos(pair.link.forward().profile().oneWayNanos() / 2));
    pair.link.cut();
    pair.link.restore();
    pair.simulation.run();
    assertEquals(List.of("1/0"), pair.a.outcomes());
    assertEquals(1, pair.counters(pair.a).timeouts());
    assertArrayEquals(pair.a.bytes(0, 4 * MTU), pair.b.bytes(0, 4 * MTU));
  }

  @Test
  void crash_whileAReadIsAnswered_sendsNothingOfThatSlice() throws IOException {
    Pair pair =
        Pair.of("roce100-rack", "crash:link=a-b<,point=place,kind=read-response,packet=3")
            .connect();
    pair.b.fill(3);
    read(pair, 1, 8);
    pair.simulation.run();
    assertTrue(pair.link.other().isCrashed());
    assertEquals(List.of("1/12"), pair.a.outcomes());
    assertArrayEquals(pair.b.bytes(0, 3 * MTU), pair.a.bytes(0, 3 * MTU));
    assertArrayEquals(new byte[MTU], pair.a.bytes(3 * MTU, MTU));
  }

  /** Nothing is lost, so nothing is sent twice. */
  @ParameterizedTest
  @ValueSource(strings = {"receive", "place", "acknowledge"})
  void freeze_atAPoint_onlyDelays(String point) throws IOException {
    Pair pair =
        Pair.of("roce100-rack", "freeze:link=a-b<,message=1,by=1ms,point=" + point)
            .with(Attribute.TIMEOUT, 14)
            .connect();
    pair.a.fill(3);
    write(pair, 1, 4);
    write(pair, 2, 4);
    write(pair, 3, 4);
    pair.simulation.run();
    assertEquals(List.of("1/0", "2/0", "3/0"), pair.a.outcomes());
    assertEquals(0, pair.counters(pair.a).timeouts());
    assertEquals(0, pair.counters(pair.a).resentPackets());
    assertTrue(pair.nowNanos() >= 1_000_000, () -> pair.nowNanos() + " ns");
    assertArrayEquals(pair.a.bytes(0, 4 * MTU), pair.b.bytes(0, 4 * MTU));
  }

  @Test
  void freeze_whileAReadIsAnswered_onlyDelays() throws IOException {
    Pair pair =
        Pair.of("roce100-rack", "freeze:link=a-b<,point=place,kind=read-response,packet=3,by=1ms")
            .with(Attribute.TIMEOUT, 14)
            .connect();
    pair.b.fill(3);
    read(pair, 1, 8);
    pair.simulation.run();
    assertEquals(List.of("1/0"), pair.a.outcomes());
    assertEquals(0, pair.counters(pair.a).timeouts());
    assertArrayEquals(pair.b.bytes(0, 8 * MTU), pair.a.bytes(0, 8 * MTU));
  }

  /** The timer of the one that stands still is due when it goes on, not a time-out later. */
  @Test
  void timerThatIsDueInAPause_expiresAtItsEnd() throws IOException {
    Pair pair = Pair.of("roce100-rack").with(Attribute.TIMEOUT, 14).connect();
    pair.link.other().crash();
    write(pair, 1, 1);
    pair.simulation.runFor(Duration.ofMillis(1));
    pair.link.one().freeze(Duration.ofMillis(80));
    pair.simulation.runUntil(() -> pair.counters(pair.a).timeouts() > 0);
    assertEquals(81_000_000, pair.nowNanos());
  }

  @Test
  void scrambledMessage_onALossyLink_keepsTheRestOfItsPackets() throws IOException {
    Pair pair = Pair.of("roce100-rack,loss=1e-9", "scramble-placement:message=0").connect();
    pair.a.fill(3);
    write(pair, 1, 16);
    pair.simulation.run();
    assertEquals(List.of("1/0"), pair.a.outcomes());
    assertEquals(0, pair.counters(pair.a).resentPackets());
    assertArrayEquals(pair.a.bytes(0, 16 * MTU), pair.b.bytes(0, 16 * MTU));
  }

  /** RS-... names the queue pair on which the messages are counted, wherever the rule strikes. */
  @ParameterizedTest
  @ValueSource(strings = {"receive", "place", "acknowledge"})
  void queuePairOfARule_isTheSenders(String point) throws IOException {
    Pair first = Pair.of("roce100-rack").connect();
    int sender = first.a.queuePair.number();
    Pair pair =
        Pair.of("roce100-rack", "crash:link=a-b<,point=" + point + ",qp=" + sender).connect();
    pair.link.other().device().createProtectionDomain();
    write(pair, 1, 1);
    pair.simulation.run();
    assertTrue(pair.link.other().isCrashed());
    Pair other =
        Pair.of("roce100-rack", "crash:link=a-b<,point=" + point + ",qp=" + (sender + 1)).connect();
    write(other, 1, 1);
    other.simulation.run();
    assertEquals(List.of("1/0"), other.a.outcomes());
  }
}
