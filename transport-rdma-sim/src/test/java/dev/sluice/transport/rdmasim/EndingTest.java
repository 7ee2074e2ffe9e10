package dev.sluice.transport.rdmasim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups 1, 5 and 7 of the channel contract: how a channel ends, and what the peer sees. */
@Timeout(20)
class EndingTest {
  private static final int LARGE_BYTE_COUNT = 4 << 20;
  private static final String FOR_EVER = Channels.WINDOW + ",linger=10m";
  private static final String SHORT = Channels.WINDOW + ",linger=200ms";

  @TempDir(factory = InMemory.class)
  private Path base;

  private Channels.Pair pair() throws Exception {
    return Channels.pair(base);
  }

  private Channels.Pair pair(String options) throws Exception {
    return Channels.pair(base, options);
  }

  /** CH-7.1: the peer sends 4 bytes that nobody reads, and reads slowly. */
  @ParameterizedTest
  @EnumSource
  void close_withUnreadInput_deliversEverythingToASlowReader(Caller caller) throws Exception {
    try (Channels.Pair pair = pair()) {
      Channels.writeFully(pair.accepted(), Channels.bytes(4));
      Caller.Call<Long> reader = caller.start(() -> slowly(pair.accepted()));
      Caller.Call<Boolean> closer =
          caller.start(
              () -> {
                Channels.writeFully(pair.connected(), Channels.bytes(LARGE_BYTE_COUNT));
                return Channels.closed(pair.connected());
              });
      assertEquals(LARGE_BYTE_COUNT, reader.result());
      assertTrue(closer.result());
      pair.accepted().close();
    }
  }

  /** Lets the window fill up between reads. */
  private static long slowly(TransportChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 14);
    long total = 0;
    int byteCount;
    while ((byteCount = channel.read(buffer.clear())) >= 0) {
      total += byteCount;
      LockSupport.parkNanos(500_000);
    }
    return total;
  }

  /** CH-7.1: the peer does not stop to send, and its window to us is full. */
  @Test
  void close_deliversWhileThePeerGoesOnSending() throws Exception {
    try (Channels.Pair pair = pair()) {
      Caller.Call<Boolean> closer =
          Caller.VIRTUAL.start(
              () -> {
                Channels.writeFully(pair.connected(), Channels.bytes(LARGE_BYTE_COUNT));
                return Channels.closed(pair.connected());
              });
      Caller.Call<Long> sender = Channels.endlessWriter(Caller.PLATFORM, pair.accepted());
      assertEquals(LARGE_BYTE_COUNT, Channels.drain(pair.accepted()));
      assertTrue(closer.result());
      Channels.failure(Kind.RESET, sender::resultWithinOneSecond);
    }
  }

  /** CH-7.1: each has bytes that the other one never read; neither waits for the other for ever. */
  @Test
  void closes_ofBothSidesWithUnreadBytes_bothSucceed() throws Exception {
    for (int i = 0; i < 60; i++) {
      try (Channels.Pair pair = pair(i % 2 == 0 ? Channels.WINDOW : ",window=1MiB")) {
        Channels.writeFully(pair.connected(), Channels.bytes(50_000));
        Channels.writeFully(pair.accepted(), Channels.bytes(1 + i));
        Caller.Call<Boolean> one = Caller.PLATFORM.start(() -> Channels.closed(pair.connected()));
        Caller.Call<Boolean> other = Caller.VIRTUAL.start(() -> Channels.closed(pair.accepted()));
        assertTrue(one.resultWithinOneSecond());
        assertTrue(other.resultWithinOneSecond());
      }
    }
  }

  /** CH-7.1: who knows the length need not read the end, and has everything nevertheless. */
  @Test
  void close_succeedsWhereThePeerReadAllBytesAndClosedWithoutReadingTheEnd() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Channels.Pair pair = pair()) {
        Channels.writeFully(pair.connected(), Channels.bytes(1_000));
        Caller.Call<Boolean> closer =
            Caller.PLATFORM.start(() -> Channels.closed(pair.connected()));
        if (i % 2 == 0) {
          closer.untilBlocked();
        }
        assertEquals(Channels.bytes(1_000), Channels.readFully(pair.accepted(), 1_000));
        pair.accepted().close();
        assertTrue(closer.resultWithinOneSecond());
      }
    }
  }

  /** CH-7.1: half-closed before, with everything still in the window. */
  @Test
  void close_afterShutdown_deliversTheWholeWindow() throws Exception {
    try (Channels.Pair pair = pair()) {
      int accepted = Channels.fill(pair.connected());
      pair.connected().shutdown(Direction.WRITE);
      Caller.Call<Boolean> closer =
          Caller.PLATFORM.start(() -> Channels.closed(pair.connected())).untilBlocked();
      assertEquals(accepted, Channels.drain(pair.accepted()));
      assertTrue(closer.resultWithinOneSecond());
    }
  }

  /** CH-7.1: what was stopped to be read does not keep the peer's bytes from being dropped. */
  @Test
  void close_afterShutdownOfReading_delivers() throws Exception {
    try (Channels.Pair pair = pair()) {
      Channels.writeFully(pair.accepted(), Channels.bytes(4));
      pair.connected().shutdown(Direction.READ);
      Caller.Call<Boolean> closer =
          Caller.PLATFORM.start(
              () -> {
                Channels.writeFully(pair.connected(), Channels.bytes(LARGE_BYTE_COUNT));
                return Channels.closed(pair.connected());
              });
      assertEquals(LARGE_BYTE_COUNT, Channels.drain(pair.accepted()));
      assertTrue(closer.resultWithinOneSecond());
    }
  }

  @Test
  void close_inNonBlockingMode_delivers() throws Exception {
    try (Channels.Pair pair = pair()) {
      int accepted = Channels.fill(pair.connected());
      pair.connected().configureBlocking(false);
      Caller.Call<Boolean> closer = Caller.PLATFORM.start(() -> Channels.closed(pair.connected()));
      assertEquals(accepted, Channels.drain(pair.accepted()));
      assertTrue(closer.resultWithinOneSecond());
    }
  }

  /** Nothing is on its way, so there is nobody to wait for; bytes and end stay readable. */
  @Test
  void close_ofAChannelThatOwesNothing_returnsAtOnce() throws Exception {
    try (Channels.Pair pair = pair(FOR_EVER)) {
      Caller.Call<Boolean> closer = Caller.PLATFORM.start(() -> Channels.closed(pair.connected()));
      assertTrue(closer.resultWithinOneSecond());
      assertEquals(-1, Channels.readOne(pair.accepted()));
      assertEquals(-1, Channels.readOne(pair.accepted()));
      Channels.failure(Kind.RESET, () -> pair.accepted().write(Channels.one(1)));
      assertTrue(Channels.closed(pair.accepted()));
    }
  }

  /** CH-1.1, 1.3, 1.4. */
  @Test
  void closedChannel_isClosedToEveryCall() throws Exception {
    try (Channels.Pair pair = pair()) {
      TransportChannel channel = pair.connected();
      channel.close();
      channel.close();
      channel.abort();
      assertFalse(channel.isOpen());
      assertThrows(ClosedChannelException.class, () -> Channels.readOne(channel));
      assertThrows(ClosedChannelException.class, () -> channel.read(ByteBuffer.allocate(0)));
      assertThrows(ClosedChannelException.class, () -> channel.write(Channels.one(1)));
      assertThrows(ClosedChannelException.class, () -> channel.shutdown(Direction.BOTH));
      assertThrows(ClosedChannelException.class, () -> channel.configureBlocking(false));
      assertThrows(ClosedChannelException.class, () -> channel.awaitReadable(Duration.ZERO));
      assertThrows(ClosedChannelException.class, () -> channel.awaitWritable(Duration.ZERO));
      assertThrows(ClosedChannelException.class, () -> channel.allocate(1));
      assertThrows(ClosedChannelException.class, () -> channel.remote(ByteBuffer.allocate(13)));
      assertEquals("rdma-sim:a", channel.info().name());
    }
  }

  /** CH-7.2, 7.3. */
  @Test
  void close_failsWhenThePeerReadsNothingWithinTheLingerTime() throws Exception {
    for (Caller caller : Caller.values()) {
      try (Channels.Pair pair = pair(SHORT)) {
        int byteCount = Channels.fill(pair.connected());
        Caller.Call<Boolean> closer = caller.start(() -> Channels.closed(pair.connected()));
        TransportException failure = Channels.failure(Kind.TIMED_OUT, closer::result);
        assertTrue(Channels.text(failure).contains("left " + byteCount + " bytes unread"));
        assertTrue(Channels.text(failure).contains("200 ms"), Channels.text(failure));
        assertTrue(failure.hint().orElseThrow().contains("linger="));
        assertFalse(pair.connected().isOpen());
        pair.connected().close();
        Channels.failure(Kind.RESET, () -> Channels.drain(pair.accepted()));
      }
    }
  }

  /** CH-7.2: a slow sender that never ends must not hold the end up. */
  @Test
  void close_failsInTimeAlthoughThePeerSendsForEver() throws Exception {
    try (Channels.Pair pair = pair(SHORT)) {
      Channels.fill(pair.connected());
      Caller.Call<Long> sender = Channels.endlessWriter(Caller.PLATFORM, pair.accepted());
      Caller.Call<Boolean> closer = Caller.PLATFORM.start(() -> Channels.closed(pair.connected()));
      Channels.failure(Kind.TIMED_OUT, closer::resultWithinOneSecond);
      Channels.failure(Kind.RESET, sender::resultWithinOneSecond);
    }
  }

  /** CH-7.3. */
  @Test
  void close_failsWhenThePeerAborts() throws Exception {
    try (Channels.Pair pair = pair(FOR_EVER)) {
      Channels.fill(pair.connected());
      Caller.Call<Boolean> closer =
          Caller.PLATFORM.start(() -> Channels.closed(pair.connected())).untilBlocked();
      pair.accepted().abort();
      TransportException failure = Channels.failure(Kind.RESET, closer::resultWithinOneSecond);
      assertTrue(Channels.text(failure).contains("rdma-sim:a"), Channels.text(failure));
    }
  }

  /** CH-7.3: the peer reads no more, so nothing is gained by waiting. */
  @Test
  void close_failsAtOnceWhenThePeerReadsNoMore() throws Exception {
    try (Channels.Pair pair = pair(FOR_EVER)) {
      Channels.writeFully(pair.connected(), Channels.bytes(100));
      pair.accepted().shutdown(Direction.READ);
      Caller.Call<Boolean> closer = Caller.PLATFORM.start(() -> Channels.closed(pair.connected()));
      TransportException failure = Channels.failure(Kind.RESET, closer::resultWithinOneSecond);
      assertTrue(Channels.text(failure).contains("100"), Channels.text(failure));
    }
  }

  /** CH-7.7. */
  @ParameterizedTest
  @EnumSource
  void close_endsOnInterrupt_andResets(Caller caller) throws Exception {
    try (Channels.Pair pair = pair(FOR_EVER)) {
      Channels.fill(pair.connected());
      Caller.Call<Boolean> closer =
          caller.start(() -> Channels.closed(pair.connected())).untilBlocked();
      closer.thread().interrupt();
      assertInstanceOf(ClosedByInterruptException.class, closer.failureWithinOneSecond());
      Channels.failure(Kind.RESET, () -> Channels.drain(pair.accepted()));
    }
  }

  /** CH-1.3, 7.9. */
  @ParameterizedTest
  @EnumSource
  void close_isCutOffByAbort(Caller caller) throws Exception {
    try (Channels.Pair pair = pair(FOR_EVER)) {
      Channels.fill(pair.connected());
      Caller.Call<Boolean> closer =
          caller.start(() -> Channels.closed(pair.connected())).untilBlocked();
      pair.connected().abort();
      assertInstanceOf(AsynchronousCloseException.class, closer.failureWithinOneSecond());
      Channels.failure(Kind.RESET, () -> Channels.drain(pair.accepted()));
    }
  }

  /** CH-7.6. */
  @ParameterizedTest
  @EnumSource
  void closeDuringATransfer_isAbort(Caller caller) throws Exception {
    try (Channels.Pair pair = pair(FOR_EVER)) {
      Caller.Call<Integer> reader = Channels.blockedReader(caller, pair.connected());
      pair.connected().close();
      assertInstanceOf(AsynchronousCloseException.class, reader.failureWithinOneSecond());
      Channels.failure(Kind.RESET, () -> Channels.readOne(pair.accepted()));
    }
    try (Channels.Pair pair = pair(FOR_EVER)) {
      Caller.Call<Long> writer = Channels.blockedWriter(caller, pair.connected());
      assertThrows(AsynchronousCloseException.class, () -> pair.connected().close());
      assertInstanceOf(ClosedChannelException.class, writer.failureWithinOneSecond());
      Channels.failure(Kind.RESET, () -> Channels.drain(pair.accepted()));
    }
  }

  /** CH-7.5: bytes may come, the end does not. */
  @Test
  void abort_isAReset_andNeverTheEnd() throws Exception {
    try (Channels.Pair pair = pair()) {
      Channels.writeFully(pair.connected(), Channels.bytes(100));
      pair.connected().abort();
      TransportException failure =
          Channels.failure(Kind.RESET, () -> Channels.drain(pair.accepted()));
      assertTrue(Channels.text(failure).contains("abandoned"), Channels.text(failure));
      Channels.failure(Kind.RESET, () -> Channels.readOne(pair.accepted()));
      Channels.failure(Kind.RESET, () -> pair.accepted().write(Channels.one(1)));
    }
  }

  /** CH-7.5: not even where writing was stopped before, and the end waits to be read. */
  @Test
  void abort_afterShutdownOfWriting_isNeverTheEnd() throws Exception {
    for (int byteCount : List.of(0, 100)) {
      try (Channels.Pair pair = pair()) {
        Channels.writeFully(pair.connected(), Channels.bytes(byteCount));
        pair.connected().shutdown(Direction.WRITE);
        pair.connected().abort();
        Channels.failure(Kind.RESET, () -> Channels.drain(pair.accepted()));
        Channels.failure(Kind.RESET, () -> Channels.readOne(pair.accepted()));
      }
    }
  }

  /** CH-5.2, 7.5: an end that was read stays one. */
  @Test
  void abort_afterThePeerReadTheEnd_leavesItTheEnd() throws Exception {
    try (Channels.Pair pair = pair()) {
      pair.connected().shutdown(Direction.WRITE);
      assertEquals(-1, Channels.readOne(pair.accepted()));
      pair.connected().abort();
      assertEquals(-1, Channels.readOne(pair.accepted()));
      Channels.failure(Kind.RESET, () -> pair.accepted().write(Channels.one(1)));
    }
  }

  /** CH-7.5, 8.3. */
  @ParameterizedTest
  @EnumSource
  void abort_wakesThePeer(Caller caller) throws Exception {
    try (Channels.Pair pair = pair()) {
      Caller.Call<Integer> reader = Channels.blockedReader(caller, pair.accepted());
      Caller.Call<Long> writer = Channels.blockedWriter(caller, pair.accepted());
      pair.connected().abort();
      Channels.failure(Kind.RESET, reader::resultWithinOneSecond);
      Channels.failure(Kind.RESET, writer::resultWithinOneSecond);
    }
  }

  /** CH-7.8, 12.5. */
  @Test
  void abort_neverThrowsAndMayBeRepeated() throws Exception {
    try (Channels.Pair pair = pair()) {
      pair.connected().abort();
      pair.connected().abort();
      pair.connected().close();
      assertFalse(pair.connected().isOpen());
      Channels.failure(Kind.RESET, () -> Channels.readOne(pair.accepted()));
      pair.accepted().abort();
      pair.accepted().close();
      assertEquals(List.of(), Channels.files(base));
    }
  }

  /** CH-12.5: everything that was accepted was read, so there is nothing to be told. */
  @Test
  void close_afterThePeersAbort_failsOnlyWhereBytesAreLost() throws Exception {
    try (Channels.Pair pair = pair()) {
      pair.accepted().abort();
      Channels.failure(Kind.RESET, () -> Channels.readOne(pair.connected()));
      pair.connected().close();
    }
    try (Channels.Pair pair = pair()) {
      Channels.writeFully(pair.connected(), Channels.one(7));
      pair.accepted().abort();
      Channels.failure(Kind.RESET, () -> pair.connected().close());
      assertFalse(pair.connected().isOpen());
    }
  }
}
