package dev.sluice.tck.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.Background;
import dev.sluice.tck.Bytes;
import dev.sluice.tck.Seed;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FaultPolicyTest {
  private static final Action FAIL = Action.fail(new IOException("injected"));

  private static Call call(Operation operation, long number, long byteCount) {
    return new Call(operation, number, number, byteCount, 0);
  }

  private static List<Action> sizes(FaultPolicy policy, Operation operation) {
    return LongStream.rangeClosed(1, 1000)
        .mapToObj(number -> policy.before(call(operation, number, 1000)))
        .toList();
  }

  @Test
  void randomSizes_sameSeed_sameSizes() {
    long seed = Seed.print(getClass());
    List<Action> sizes = sizes(FaultPolicy.randomSizes(seed), Operation.READ);
    assertEquals(sizes, sizes(FaultPolicy.randomSizes(seed), Operation.READ));
    assertNotEquals(sizes, sizes(FaultPolicy.randomSizes(seed + 1), Operation.READ));
    assertNotEquals(sizes, sizes(FaultPolicy.randomSizes(seed), Operation.WRITE));
  }

  @Test
  void randomSizes_doNotDependOnTheCallsOfOtherOperations() {
    FaultPolicy policy = FaultPolicy.randomSizes(42);
    assertEquals(
        policy.before(new Call(Operation.READ, 3, 2, 100, 0)),
        policy.before(new Call(Operation.READ, 9, 2, 100, 50)));
  }

  @Test
  void randomSizes_areFromOneToAll_smallOnesOften() {
    long seed = Seed.print(getClass());
    List<Long> sizes =
        sizes(FaultPolicy.randomSizes(seed), Operation.WRITE).stream()
            .map(action -> assertInstanceOf(Action.AtMost.class, action).byteCount())
            .toList();
    assertTrue(sizes.stream().allMatch(size -> size >= 1 && size <= 1000), sizes.toString());
    assertTrue(sizes.stream().anyMatch(size -> size > 800), sizes.toString());
    assertTrue(sizes.stream().filter(size -> size <= 16).count() > 300, sizes.toString());
    assertEquals(
        Action.atMost(1), FaultPolicy.randomSizes(seed).before(call(Operation.READ, 1, 1)));
    assertEquals(
        Action.proceed(), FaultPolicy.randomSizes(seed).before(call(Operation.CLOSE, 1, 0)));
  }

  @Test
  void failAt_onlyThatCallFails() {
    var injected = new IOException("injected");
    FaultPolicy policy = FaultPolicy.failAt(2, injected);
    assertEquals(Action.proceed(), policy.before(call(Operation.WRITE, 1, 5)));
    assertEquals(Action.fail(injected), policy.before(call(Operation.CLOSE, 2, 0)));
    assertEquals(Action.proceed(), policy.before(call(Operation.WRITE, 3, 5)));
  }

  @Test
  void failAt_operation_countsItsCallsOnly() {
    FaultPolicy policy = FaultPolicy.failAt(Operation.WRITE, 2, new IOException("injected"));
    assertEquals(Action.proceed(), policy.before(new Call(Operation.READ, 2, 2, 5, 0)));
    assertInstanceOf(Action.Fail.class, policy.before(new Call(Operation.WRITE, 7, 2, 5, 0)));
  }

  @Test
  void failAt_checkedExceptionThatNoChannelThrows_isRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> FaultPolicy.failAt(1, new InterruptedException("injected")));
  }

  @Test
  void atMost_zero_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> Action.atMost(0));
    assertThrows(
        IllegalArgumentException.class, () -> Action.failAfter(-1, new IOException("injected")));
  }

  @Test
  void resetAfter_movesExactlySoManyBytesThenFailsForEver() throws IOException {
    var pair = MemoryChannels.pair();
    var channel = new FaultyChannel(pair.outgoing(), FaultPolicy.resetAfter(5));
    assertEquals(3, channel.write(Bytes.of("abc")));
    assertEquals(2, channel.write(Bytes.of("defgh")));
    for (int i = 0; i < 2; i++) {
      var failure = assertThrows(TransportException.class, () -> channel.write(Bytes.of("fgh")));
      assertEquals(Kind.RESET, failure.kind());
    }
    assertEquals("abcde", Bytes.read(pair.incoming(), 10));
  }

  @Test
  void resetAfter_on_breaksOneDirection() throws IOException {
    var pair = MemoryChannels.pair();
    var channel = new FaultyChannel(pair.outgoing(), FaultPolicy.resetAfter(0).on(Operation.READ));
    pair.incoming().write(Bytes.of("lost"));
    assertEquals(3, channel.write(Bytes.of("abc")));
    assertThrows(TransportException.class, () -> channel.read(ByteBuffer.allocate(1)));
  }

  @Test
  void endAfter_cutsTheStreamShort() throws IOException {
    var pair = MemoryChannels.pair();
    pair.incoming().write(Bytes.of("complete"));
    var channel = new FaultyChannel(pair.outgoing(), FaultPolicy.endAfter(4));
    assertEquals("comp", Bytes.read(channel, 10));
    assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
    assertEquals(3, channel.write(Bytes.of("abc")));
  }

  @Test
  void and_smallerLimitAndStrongerActionWin() {
    Action proceed = Action.proceed();
    Action one = Action.atMost(1);
    Action nine = Action.atMost(9);
    Action end = Action.endOfStream();
    assertCombined(one, one, nine);
    assertCombined(one, nine, one);
    assertCombined(nine, proceed, nine);
    assertCombined(nine, nine, proceed);
    assertCombined(FAIL, FAIL, one);
    assertCombined(FAIL, one, FAIL);
    assertCombined(FAIL, proceed, FAIL);
    assertCombined(FAIL, FAIL, end);
    assertCombined(end, end, FAIL);
    assertCombined(proceed, proceed, proceed);
  }

  private static void assertCombined(Action expected, Action one, Action two) {
    FaultPolicy first = call -> one;
    FaultPolicy second = call -> two;
    assertEquals(expected, first.and(second).before(call(Operation.READ, 1, 100)));
  }

  @Test
  void combination_randomSizesAndReset_keepsTheBytesBeforeIt() throws Exception {
    long seed = Seed.print(getClass());
    byte[] sent = Bytes.random(seed, 10_000);
    var pair = MemoryChannels.pair(Set.of(), 100);
    FaultPolicy policy = FaultPolicy.randomSizes(seed).and(FaultPolicy.resetAfter(7777));
    var channel = new FaultyChannel(pair.outgoing(), policy);
    var reader = Background.run(() -> Bytes.readAll(pair.incoming()));

    assertThrows(TransportException.class, () -> Bytes.writeAll(channel, ByteBuffer.wrap(sent)));
    channel.close();

    assertArrayEquals(Arrays.copyOf(sent, 7777), reader.result());
  }
}
