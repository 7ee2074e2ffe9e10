package dev.sluice.transport.rdmasim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups 5, 6 and 8 of the channel contract: half-closes, and who wakes whom. */
@Timeout(20)
class ThreadsTest {
  @TempDir(factory = InMemory.class)
  private Path base;

  private Channels.Pair pair;

  @BeforeEach
  void open() throws Exception {
    pair = Channels.pair(base);
  }

  @AfterEach
  void end() {
    pair.close();
  }

  /** CH-6.1, 6.2, 6.7. */
  @ParameterizedTest
  @EnumSource
  void shutdownOfReading_wakesTheReader(Caller caller) throws Exception {
    Caller.Call<Integer> reader = Channels.blockedReader(caller, pair.connected());
    pair.connected().shutdown(Direction.READ);
    assertEquals(-1, reader.resultWithinOneSecond());
    assertEquals(-1, Channels.readOne(pair.connected()));
    Channels.writeFully(pair.connected(), Channels.one(7));
    assertEquals(7, Channels.readOne(pair.accepted()));
    assertTrue(pair.connected().isOpen());
  }

  /** CH-6.3, 6.7. */
  @ParameterizedTest
  @EnumSource
  void shutdownOfWriting_wakesTheWriter(Caller caller) throws Exception {
    Caller.Call<Long> writer = Channels.blockedWriter(caller, pair.connected());
    pair.connected().shutdown(Direction.WRITE);
    assertInstanceOf(ClosedChannelException.class, writer.failureWithinOneSecond());
    assertThrows(ClosedChannelException.class, () -> pair.connected().write(Channels.one(1)));
    Channels.writeFully(pair.accepted(), Channels.one(7));
    assertEquals(7, Channels.readOne(pair.connected()));
    assertTrue(Channels.drain(pair.accepted()) >= Channels.WINDOW_BYTE_COUNT);
  }

  /** CH-6.1. */
  @ParameterizedTest
  @EnumSource
  void shutdownOfBoth_wakesReaderAndWriter(Caller caller) throws Exception {
    Caller.Call<Integer> reader = Channels.blockedReader(caller, pair.connected());
    Caller.Call<Long> writer = Channels.blockedWriter(caller, pair.connected());
    pair.connected().shutdown(Direction.BOTH);
    assertEquals(-1, reader.resultWithinOneSecond());
    assertInstanceOf(ClosedChannelException.class, writer.failureWithinOneSecond());
  }

  /** CH-6.5. */
  @Test
  void shutdownAgain_doesNothing() throws Exception {
    pair.connected().shutdown(Direction.WRITE);
    pair.connected().shutdown(Direction.WRITE);
    pair.connected().shutdown(Direction.BOTH);
    pair.connected().shutdown(Direction.BOTH);
    assertEquals(-1, Channels.readOne(pair.accepted()));
  }

  /** CH-6.1: the thread's interrupt is its own affair, and harms the channel neither way. */
  @Test
  void shutdownByAnInterruptedThread_works_andLeavesTheChannelOpen() throws Exception {
    Caller.Call<Integer> reader = Channels.blockedReader(Caller.PLATFORM, pair.connected());
    Caller.Call<Integer> peer = Channels.blockedReader(Caller.PLATFORM, pair.accepted());
    Caller.Call<Boolean> stopper =
        Caller.PLATFORM.start(
            () -> {
              Thread.currentThread().interrupt();
              pair.connected().shutdown(Direction.WRITE);
              return Thread.interrupted();
            });
    assertTrue(stopper.result(), "its status is still set");
    assertEquals(-1, peer.resultWithinOneSecond());
    assertTrue(pair.connected().isOpen());
    Channels.writeFully(pair.accepted(), Channels.one(7));
    assertEquals(7, reader.resultWithinOneSecond());
    Caller.Call<Integer> another = Channels.blockedReader(Caller.PLATFORM, pair.connected());
    Channels.writeFully(pair.accepted(), Channels.one(8));
    assertEquals(8, another.resultWithinOneSecond());
    Caller.Call<Integer> last = Channels.blockedReader(Caller.PLATFORM, pair.connected());
    pair.accepted().close();
    assertEquals(-1, last.resultWithinOneSecond());
  }

  /** CH-6.2. */
  @Test
  void shutdownOfReading_givesTheEndAlthoughBytesArrive() throws Exception {
    Channels.writeFully(pair.accepted(), Channels.bytes(10));
    pair.connected().shutdown(Direction.READ);
    assertEquals(-1, Channels.readOne(pair.connected()));
    assertEquals(-1, Channels.readOne(pair.connected()));
  }

  /** A peer that reads no more is no living one: what is sent to it is lost, and that is told. */
  @Test
  void peerThatReadsNoMore_isAResetForTheWriter() throws Exception {
    Caller.Call<Long> writer = Channels.blockedWriter(Caller.PLATFORM, pair.accepted());
    pair.connected().shutdown(Direction.READ);
    Channels.failure(Kind.RESET, writer::resultWithinOneSecond);
  }

  /** CH-5.1, 5.2, 5.5, 6.4. */
  @Test
  void halfCloses_inEitherOrder_deliverBothDirections() throws Exception {
    halfCloses(pair.connected(), pair.accepted());
    try (Channels.Pair another = Channels.pair(base)) {
      halfCloses(another.accepted(), another.connected());
    }
  }

  private static void halfCloses(TransportChannel first, TransportChannel second)
      throws IOException {
    Channels.writeFully(first, Channels.bytes(1_000));
    first.shutdown(Direction.WRITE);
    assertEquals(1_000, Channels.drain(second));
    assertEquals(-1, Channels.readOne(second));
    Channels.writeFully(second, Channels.bytes(2_000));
    second.shutdown(Direction.WRITE);
    assertEquals(2_000, Channels.drain(first));
    assertEquals(-1, Channels.readOne(first));
    first.close();
    second.close();
  }

  /** CH-5.5: the end of one direction, with the other one full. */
  @ParameterizedTest
  @EnumSource
  void peersEnd_isTheEndAlthoughAWriterIsBlocked(Caller caller) throws Exception {
    Caller.Call<Long> writer = Channels.blockedWriter(caller, pair.connected());
    Caller.Call<Integer> reader = Channels.blockedReader(caller, pair.connected());
    pair.accepted().shutdown(Direction.WRITE);
    assertEquals(-1, reader.resultWithinOneSecond());
    assertFalse(writer.task().isDone());
  }

  /** CH-5.3, 8.3, 8.5. */
  @ParameterizedTest
  @EnumSource
  void abort_wakesReaderAndWriter(Caller caller) throws Exception {
    Caller.Call<Integer> reader = Channels.blockedReader(caller, pair.connected());
    Caller.Call<Long> writer = Channels.blockedWriter(caller, pair.connected());
    pair.connected().abort();
    assertInstanceOf(AsynchronousCloseException.class, reader.failureWithinOneSecond());
    assertInstanceOf(ClosedChannelException.class, writer.failureWithinOneSecond());
  }

  /** CH-8.4. */
  @ParameterizedTest
  @EnumSource
  void interrupt_ofAReader_abandonsTheChannel(Caller caller) throws Exception {
    Caller.Call<Boolean> reader =
        caller
            .start(
                () -> {
                  assertThrows(
                      ClosedByInterruptException.class, () -> Channels.readOne(pair.connected()));
                  return Thread.interrupted();
                })
            .untilBlocked();
    reader.thread().interrupt();
    assertTrue(reader.resultWithinOneSecond(), "the status is still set");
    assertFalse(pair.connected().isOpen());
    Channels.failure(Kind.RESET, () -> Channels.readOne(pair.accepted()));
  }

  /** CH-8.4. */
  @ParameterizedTest
  @EnumSource
  void interrupt_ofAWriter_abandonsTheChannel(Caller caller) throws Exception {
    Caller.Call<Long> writer = Channels.blockedWriter(caller, pair.connected());
    writer.thread().interrupt();
    assertInstanceOf(ClosedByInterruptException.class, writer.failureWithinOneSecond());
    assertFalse(pair.connected().isOpen());
    Channels.failure(Kind.RESET, () -> Channels.drain(pair.accepted()));
  }

  /** CH-8.4: even where the transfer would not have to wait. */
  @ParameterizedTest
  @EnumSource
  void interruptedThread_cannotTransfer(Caller caller) throws Exception {
    Channels.writeFully(pair.accepted(), Channels.bytes(10));
    Caller.Call<Integer> reader =
        caller.start(
            () -> {
              Thread.currentThread().interrupt();
              return Channels.readOne(pair.connected());
            });
    assertInstanceOf(ClosedByInterruptException.class, reader.failureWithinOneSecond());
    assertFalse(pair.connected().isOpen());
    Channels.failure(Kind.RESET, () -> Channels.readOne(pair.accepted()));
  }

  /** CH-8.2, 8.6. */
  @ParameterizedTest
  @EnumSource
  void secondReader_waitsForTheFirst(Caller caller) throws Exception {
    Caller.Call<Integer> first = Channels.blockedReader(caller, pair.connected());
    Caller.Call<Integer> second = Channels.blockedReader(caller, pair.connected());
    Channels.writeFully(pair.accepted(), Channels.one(1));
    assertEquals(1, first.resultWithinOneSecond());
    Channels.writeFully(pair.accepted(), Channels.one(2));
    assertEquals(2, second.resultWithinOneSecond());
    Caller.Call<Integer> third = Channels.blockedReader(caller, pair.connected());
    Caller.Call<Integer> fourth = Channels.blockedReader(caller, pair.connected());
    pair.connected().abort();
    assertInstanceOf(ClosedChannelException.class, third.failureWithinOneSecond());
    assertInstanceOf(ClosedChannelException.class, fourth.failureWithinOneSecond());
  }

  /** CH-8.2: transfers of one direction never mix. */
  @Test
  void manyWriters_doNotMix() throws Exception {
    int writerCount = 4;
    int recordCount = 2_000;
    List<Caller.Call<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < writerCount; i++) {
      int writer = i;
      writers.add(
          (i % 2 == 0 ? Caller.PLATFORM : Caller.VIRTUAL)
              .start(
                  () -> {
                    ByteBuffer pattern = ByteBuffer.allocate(16);
                    for (int j = 0; j < recordCount; j++) {
                      pattern.clear().putLong(writer).putLong(j).flip();
                      assertEquals(16, pair.connected().write(pattern));
                    }
                    return true;
                  }));
    }
    long[] next = new long[writerCount];
    for (int i = 0; i < writerCount * recordCount; i++) {
      ByteBuffer pattern = Channels.readFully(pair.accepted(), 16);
      int writer = (int) pattern.getLong();
      assertEquals(next[writer]++, pattern.getLong());
    }
    for (Caller.Call<Boolean> writer : writers) {
      assertTrue(writer.result());
    }
  }

  /** CH-8.7: more of them than there are processors. */
  @Test
  void blockedVirtualThreads_letOthersRun() throws Exception {
    List<Channels.Pair> pairs = new ArrayList<>();
    List<Caller.Call<Integer>> readers = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * Runtime.getRuntime().availableProcessors(); i++) {
        pairs.add(Channels.pair(base));
        readers.add(Channels.blockedReader(Caller.VIRTUAL, pairs.getLast().connected()));
      }
      assertTrue(Caller.VIRTUAL.start(() -> true).resultWithinOneSecond());
      for (Channels.Pair each : pairs) {
        Channels.writeFully(each.accepted(), Channels.one(7));
      }
      for (Caller.Call<Integer> reader : readers) {
        assertEquals(7, reader.resultWithinOneSecond());
      }
    } finally {
      pairs.forEach(Channels.Pair::close);
    }
  }

  /** CH-6.2, 8.3: whatever comes first. */
  @ParameterizedTest
  @EnumSource
  void shutdownOfReading_neverMissesAReaderThatIsAboutToRead(Caller caller) throws Exception {
    long seed = Long.getLong("sluice.seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int i = 0; i < 30; i++) {
      try (Channels.Pair each = Channels.pair(base)) {
        Caller.Call<Integer> reader = caller.start(() -> Channels.readOne(each.connected()));
        spin(random.nextInt(20_000));
        each.connected().shutdown(Direction.READ);
        assertEquals(-1, reader.resultWithinOneSecond());
      } catch (Exception | AssertionError failure) {
        throw new AssertionError("repeat with -DargLine=-Dsluice.seed=" + seed, failure);
      }
    }
  }

  private static void spin(int rounds) {
    for (int i = 0; i < rounds; i++) {
      Thread.onSpinWait();
    }
  }

  /**
   * CH-1.4, 8.3, 8.5: any interleaving of transfers and an abort gives bytes or a closed channel.
   */
  @Test
  void abort_atAnyMoment_endsTransfersWithNothingElse() throws Exception {
    long seed = Long.getLong("sluice.seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      try (Channels.Pair each = Channels.pair(base)) {
        TransportChannel channel = each.connected();
        Caller caller = i % 2 == 0 ? Caller.PLATFORM : Caller.VIRTUAL;
        Caller.Call<Long> writer = Channels.endlessWriter(caller, channel);
        Caller.Call<Long> reader = caller.start(() -> Channels.drain(channel));
        Caller.Call<Long> peersWriter = Channels.endlessWriter(caller, each.accepted());
        Caller.Call<Long> peersReader = caller.start(() -> Channels.drain(each.accepted()));
        spin(random.nextInt(200_000));
        channel.abort();
        assertInstanceOf(ClosedChannelException.class, writer.failureWithinOneSecond());
        assertInstanceOf(ClosedChannelException.class, reader.failureWithinOneSecond());
        Channels.failure(Kind.RESET, peersWriter::resultWithinOneSecond);
        Channels.failure(Kind.RESET, peersReader::resultWithinOneSecond);
      } catch (Exception | AssertionError failure) {
        throw new AssertionError("repeat with -DargLine=-Dsluice.seed=" + seed, failure);
      }
    }
  }
}
