package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportChannel;
import dev.sluice.tck.conformance.Needs;
import dev.sluice.tck.conformance.OnlyOn;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.Pair;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Group 8: who waits for whom, and who wakes whom. */
@OnlyOn(Medium.LIVE)
public abstract class ThreadRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected ThreadRules(TransportFixture fixture) {
    super(fixture);
  }

  @Test
  @Needs(ChannelFeature.DUPLEX)
  void ch8_1_readAndWrite_goOnAtOnce() throws Exception {
    Pair pair = pair();
    Task<Integer> reading = start(() -> Streams.readByte(pair.outgoing()));
    reading.assertStaysBlocked();
    Streams.writeByte(pair.outgoing(), 1);
    assertEquals(1, Streams.readByte(pair.incoming()));
    Streams.writeByte(pair.incoming(), 2);
    assertEquals(2, reading.result());
  }

  @Test
  @Needs(ChannelFeature.DUPLEX)
  void ch8_1_bothDirections_carryBytesAtOnce() throws Exception {
    Pattern pattern = pattern();
    Pair pair = pair();
    int byteCount = 4 << 20;
    Task<Void> there = start(() -> send(pair.outgoing(), pattern, byteCount));
    Task<Void> back = start(() -> send(pair.incoming(), pattern, byteCount));
    Task<Void> received = start(() -> receive(pair.outgoing(), pattern, byteCount));
    receive(pair.incoming(), pattern, byteCount);
    received.resultOfATransfer();
    there.resultOfATransfer();
    back.resultOfATransfer();
  }

  private static Void send(TransportChannel channel, Pattern pattern, int byteCount)
      throws IOException {
    Streams.send(channel, pattern, 0, byteCount);
    return null;
  }

  private static Void receive(TransportChannel channel, Pattern pattern, int byteCount)
      throws IOException {
    Streams.receive(channel, pattern, 0, byteCount);
    return null;
  }

  @Test
  void ch8_2_secondRead_waitsForTheFirst() throws Exception {
    Pair pair = pair();
    Task<Integer> first = start(() -> Streams.readByte(pair.incoming()));
    first.assertStaysBlocked();
    Task<Integer> second = start(() -> Streams.readByte(pair.incoming()));
    second.assertStaysBlocked();
    Streams.writeByte(pair.outgoing(), 1);
    assertEquals(1, first.result(), "what the first reader got");
    Streams.writeByte(pair.outgoing(), 2);
    assertEquals(2, second.result(), "what the second reader got");
  }

  @ParameterizedTest
  @MethodSource("endsAndThreads")
  void ch8_3_end_wakesReaderAndWriter(EndKind how, ThreadKind kind) throws Exception {
    Pair pair = pair();
    Task<Integer> reading = start(kind, () -> Streams.readByte(pair.incoming()));
    reading.assertStaysBlocked();
    Task<Void> endingRead = startEnd(ThreadKind.VIRTUAL, how, pair.incoming());
    reading.failureWithinASecond(ClosedChannelException.class);
    endingRead.resultWithinASecond();
    Pair other = pair();
    BlockedWriter writer = BlockedWriter.on(this, kind, other.outgoing());
    Task<Void> endingWrite = startEnd(ThreadKind.VIRTUAL, how, other.outgoing());
    writer.task().failureWithinASecond(ClosedChannelException.class);
    endingWrite.resultWithinASecond();
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void ch8_4_interruptInARead_isToldAndKept(ThreadKind kind) throws Exception {
    Pair pair = pair();
    Task<Boolean> reading = start(kind, () -> isInterruptedIn(pair.incoming()));
    reading.assertStaysBlocked();
    reading.thread().interrupt();
    assertTrue(reading.resultWithinASecond(), "the interrupt status is gone");
    assertFalse(pair.incoming().isOpen());
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void ch8_4_interruptBeforeARead_isToldAndKept(ThreadKind kind) throws Exception {
    Pair pair = pair();
    Streams.writeByte(pair.outgoing(), 1);
    Task<Boolean> reading =
        start(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return isInterruptedIn(pair.incoming());
            });
    assertTrue(reading.resultWithinASecond(), "the interrupt status is gone");
    assertFalse(pair.incoming().isOpen());
  }

  private static boolean isInterruptedIn(TransportChannel channel) throws IOException {
    try {
      int value = Streams.readByte(channel);
      throw new AssertionError("the read gave " + value);
    } catch (ClosedByInterruptException expected) {
      return Thread.interrupted();
    }
  }

  @ParameterizedTest
  @MethodSource("endsAndThreads")
  void ch8_5_transferThatIsEnded_isToldSo(EndKind how, ThreadKind kind) throws Exception {
    Pair pair = pair();
    Task<Integer> reading = start(kind, () -> Streams.readByte(pair.incoming()));
    reading.assertStaysBlocked();
    Task<Void> ending = startEnd(kind, how, pair.incoming());
    reading.failureWithinASecond(AsynchronousCloseException.class);
    ending.resultWithinASecond();
  }

  @ParameterizedTest
  @EnumSource(EndKind.class)
  void ch8_6_whoWaitsForItsTurn_isWokenToo(EndKind how) throws Exception {
    Pair pair = pair();
    Task<Integer> first = start(() -> Streams.readByte(pair.incoming()));
    first.assertStaysBlocked();
    Task<Integer> second = start(() -> Streams.readByte(pair.incoming()));
    second.assertStaysBlocked();
    Task<Void> ending = startEnd(ThreadKind.PLATFORM, how, pair.incoming());
    first.failureWithinASecond(ClosedChannelException.class);
    second.failureWithinASecond(ClosedChannelException.class);
    ending.resultWithinASecond();
  }

  @Test
  void ch8_7_blockedVirtualThreads_doNotStopTheOthers() throws Exception {
    int count = 2 * Runtime.getRuntime().availableProcessors() + 1;
    List<Task<Integer>> readers = new ArrayList<>();
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Pair pair = pair();
      pairs.add(pair);
      readers.add(start(ThreadKind.VIRTUAL, () -> Streams.readByte(pair.incoming())));
    }
    readers.getLast().assertStaysBlocked();
    assertEquals(42, start(ThreadKind.VIRTUAL, () -> 42).resultWithinASecond());
    for (int i = 0; i < count; i++) {
      Streams.writeByte(pairs.get(i).outgoing(), i);
      assertEquals(i, readers.get(i).result());
    }
  }
}
