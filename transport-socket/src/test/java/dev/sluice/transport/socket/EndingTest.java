package dev.sluice.transport.socket;

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
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(20)
class EndingTest {
  private static final int LARGE_BYTE_COUNT = 8 << 20;

  /** The peer sends 4 bytes that nobody reads, and reads slowly: a plain close loses the rest. */
  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.ThreadsTest#everywhereByEveryone")
  void close_withUnreadInput_deliversEverything(String listenAt, Caller caller) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      Sockets.writeFully(pair.accepted(), Sockets.bytes(4));
      Caller.Call<Long> reader = caller.start(() -> slowly(pair.accepted()));
      Caller.Call<Boolean> closer =
          caller.start(
              () -> {
                Sockets.writeFully(pair.connected(), Sockets.bytes(LARGE_BYTE_COUNT));
                return closed(pair.connected());
              });
      assertEquals(LARGE_BYTE_COUNT, reader.result());
      pair.accepted().close();
      assertTrue(closer.result());
    }
  }

  /** Lets the kernel's buffers fill up between reads. */
  private static long slowly(TransportChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    long total = 0;
    int byteCount;
    while ((byteCount = channel.read(buffer.clear())) >= 0) {
      total += byteCount;
      LockSupport.parkNanos(1_000_000);
    }
    return total;
  }

  private static boolean closed(TransportChannel channel) throws IOException {
    channel.close();
    assertFalse(channel.isOpen());
    return true;
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void close_deliversWhileThePeerGoesOnSending(String listenAt) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      Caller.Call<Boolean> closer =
          Caller.VIRTUAL.start(
              () -> {
                Sockets.writeFully(pair.connected(), Sockets.bytes(LARGE_BYTE_COUNT));
                return closed(pair.connected());
              });
      Caller.Call<Long> reader = Caller.PLATFORM.start(() -> Sockets.drain(pair.accepted()));
      Sockets.writeFully(pair.accepted(), Sockets.bytes(LARGE_BYTE_COUNT));
      assertEquals(LARGE_BYTE_COUNT, reader.result());
      pair.accepted().close();
      assertTrue(closer.result());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void close_afterShutdownOfReading_deliversAlthoughThePeerSends(String listenAt) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      pair.connected().shutdown(Direction.READ);
      Sockets.writeFully(pair.accepted(), Sockets.bytes(4));
      assertEquals(-1, Sockets.readOne(pair.connected()));
      Caller.Call<Boolean> closer =
          Caller.PLATFORM.start(
              () -> {
                Sockets.writeFully(pair.connected(), Sockets.bytes(LARGE_BYTE_COUNT));
                return closed(pair.connected());
              });
      assertEquals(LARGE_BYTE_COUNT, slowly(pair.accepted()));
      pair.accepted().close();
      assertTrue(closer.result());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void close_inNonBlockingMode_delivers(String listenAt) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      TransportChannel channel = pair.connected();
      channel.configureBlocking(false);
      Sockets.writeFully(pair.accepted(), Sockets.bytes(4));
      assertTrue(channel.awaitReadable(Duration.ofSeconds(5)));
      Caller.Call<Long> reader = Caller.PLATFORM.start(() -> slowly(pair.accepted()));
      ByteBuffer bytes = Sockets.bytes(LARGE_BYTE_COUNT);
      while (bytes.hasRemaining()) {
        if (channel.write(bytes) == 0) {
          assertTrue(channel.awaitWritable(Duration.ofSeconds(5)));
        }
      }
      Caller.Call<Boolean> closer = Caller.PLATFORM.start(() -> closed(channel));
      assertEquals(LARGE_BYTE_COUNT, reader.result());
      pair.accepted().close();
      assertTrue(closer.result());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void close_returnsAtOnceWhenThePeerEndedBefore_andTheKernelDelivers(String listenAt)
      throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt, ",linger=10m")) {
      pair.accepted().shutdown(Direction.WRITE);
      assertEquals(-1, Sockets.readOne(pair.connected()));
      int byteCount = Sockets.fill(pair.connected());
      Caller.Call<Boolean> closer = Caller.PLATFORM.start(() -> closed(pair.connected()));
      assertTrue(closer.resultWithinOneSecond());
      assertEquals(byteCount, Sockets.drain(pair.accepted()));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void close_failsWhenThePeerHoldsItsSideOpen(String listenAt) throws Exception {
    for (Caller caller : Caller.values()) {
      try (Sockets.Pair pair = Sockets.pair(listenAt, ",linger=200ms")) {
        Caller.Call<Boolean> closer = caller.start(() -> closed(pair.connected()));
        TransportException failure = Sockets.failure(Kind.TIMED_OUT, closer::result);
        assertTrue(Sockets.text(failure).contains(pair.connected().toString()));
        assertTrue(Sockets.text(failure).contains("within 200ms"));
        assertTrue(failure.hint().orElseThrow().contains("linger="));
        assertFalse(pair.connected().isOpen());
        pair.connected().close();
      }
    }
  }

  @Test
  void close_thatFailsWhileThePeerHasNotReadEverything_resets() throws Exception {
    try (Sockets.Plain plain = Sockets.connectedToPlain(",linger=200ms")) {
      Sockets.fill(plain.channel());
      Sockets.failure(Kind.TIMED_OUT, plain.channel()::close);
      assertResetBeforeTheEnd(plain.peer());
    }
  }

  /** The peer gets what its kernel had, and no end: that would have come after all bytes. */
  private static void assertResetBeforeTheEnd(SocketChannel peer) {
    SocketException failure = assertThrows(SocketException.class, () -> Sockets.drain(peer));
    assertEquals("Connection reset", failure.getMessage());
  }

  /** A slow sender that never ends must not hold the end up: the linger time is for all of it. */
  @Test
  void close_failsWhenThePeerSendsForEver() throws Exception {
    try (Sockets.Plain plain = Sockets.connectedToPlain(",linger=200ms")) {
      Caller.Call<Boolean> closer = Caller.PLATFORM.start(() -> closed(plain.channel()));
      assertThrows(
          IOException.class,
          () -> {
            while (true) {
              plain.peer().write(Sockets.bytes(1_000));
            }
          });
      Sockets.failure(Kind.TIMED_OUT, closer::result);
    }
  }

  @Test
  void close_failsWhenThePeerResetsWithoutReading() throws Exception {
    try (Sockets.Plain plain = Sockets.connectedToPlain("")) {
      Sockets.writeFully(plain.channel(), Sockets.bytes(100_000));
      Caller.Call<Boolean> closer =
          Caller.PLATFORM.start(() -> closed(plain.channel())).untilBlocked();
      plain.resetByPeer();
      TransportException failure = Sockets.failure(Kind.RESET, closer::result);
      assertTrue(Sockets.text(failure).contains(plain.channel().toString()));
    }
  }

  @Test
  void close_failsAfterAResetThatAWriteHasReported() throws Exception {
    try (Sockets.Plain plain = Sockets.connectedToPlain("")) {
      plain.resetByPeer();
      Sockets.failure(
          Kind.RESET,
          () -> {
            while (true) {
              plain.channel().write(Sockets.one(1));
            }
          });
      Sockets.failure(Kind.RESET, plain.channel()::close);
    }
  }

  @ParameterizedTest
  @EnumSource
  void close_endsOnInterruptAndResets(Caller caller) throws Exception {
    try (Sockets.Plain plain = Sockets.connectedToPlain(",linger=10m")) {
      Sockets.fill(plain.channel());
      Caller.Call<Boolean> closer = caller.start(() -> closed(plain.channel())).untilBlocked();
      closer.thread().interrupt();
      assertInstanceOf(ClosedByInterruptException.class, closer.failureWithinOneSecond());
      assertResetBeforeTheEnd(plain.peer());
    }
  }

  @ParameterizedTest
  @EnumSource
  void close_isCutOffByAbort(Caller caller) throws Exception {
    try (Sockets.Plain plain = Sockets.connectedToPlain(",linger=10m")) {
      Sockets.fill(plain.channel());
      Caller.Call<Boolean> closer = caller.start(() -> closed(plain.channel())).untilBlocked();
      plain.channel().abort();
      assertInstanceOf(AsynchronousCloseException.class, closer.failureWithinOneSecond());
      assertResetBeforeTheEnd(plain.peer());
    }
  }

  @Test
  void abort_resets() throws Exception {
    for (boolean connecting : new boolean[] {true, false}) {
      try (Sockets.Plain plain = plain(connecting)) {
        Sockets.writeFully(plain.channel(), Sockets.one(7));
        assertEquals(7, Sockets.readOne(plain.peer()));
        plain.channel().abort();
        assertReset(plain.peer());
        assertThrows(ClosedChannelException.class, () -> Sockets.readOne(plain.channel()));
      }
    }
  }

  private static Sockets.Plain plain(boolean connecting) throws IOException {
    return connecting ? Sockets.connectedToPlain("") : Sockets.acceptedFromPlain("");
  }

  private static void assertReset(SocketChannel peer) {
    SocketException failure = assertThrows(SocketException.class, () -> Sockets.readOne(peer));
    assertEquals("Connection reset", failure.getMessage());
  }

  @Test
  void abort_afterThePeersEnd_resets() throws Exception {
    try (Sockets.Plain plain = Sockets.connectedToPlain("")) {
      plain.peer().shutdownOutput();
      assertEquals(-1, Sockets.readOne(plain.channel()));
      plain.channel().abort();
      assertReset(plain.peer());
    }
  }

  @ParameterizedTest
  @EnumSource
  void abort_withABlockedReader_wakesItAndResets(Caller caller) throws Exception {
    try (Sockets.Plain plain = Sockets.connectedToPlain("")) {
      Caller.Call<Integer> reader = Sockets.blockedReader(caller, plain.channel());
      plain.channel().abort();
      assertInstanceOf(AsynchronousCloseException.class, reader.failureWithinOneSecond());
      assertReset(plain.peer());
    }
  }

  @ParameterizedTest
  @EnumSource
  void abort_withABlockedWriter_wakesItAndResets(Caller caller) throws Exception {
    try (Sockets.Plain plain = Sockets.connectedToPlain("")) {
      Caller.Call<Long> writer = Sockets.blockedWriter(caller, plain.channel());
      plain.channel().abort();
      assertInstanceOf(ClosedChannelException.class, writer.failureWithinOneSecond());
      assertResetBeforeTheEnd(plain.peer());
    }
  }

  @ParameterizedTest
  @EnumSource
  void abort_inNonBlockingMode_resets(Caller caller) throws Exception {
    try (Sockets.Plain plain = Sockets.connectedToPlain("")) {
      plain.channel().configureBlocking(false);
      Caller.Call<Boolean> waiter =
          caller.start(() -> plain.channel().awaitReadable(Duration.ofMinutes(1))).untilBlocked();
      assertTrue(plain.channel().awaitWritable(Duration.ofSeconds(1)));
      plain.channel().abort();
      assertInstanceOf(AsynchronousCloseException.class, waiter.failureWithinOneSecond());
      assertReset(plain.peer());
    }
  }

  @ParameterizedTest
  @EnumSource
  void interruptOfAReader_resets(Caller caller) throws Exception {
    try (Sockets.Plain plain = Sockets.connectedToPlain("")) {
      Caller.Call<Integer> reader = Sockets.blockedReader(caller, plain.channel());
      reader.thread().interrupt();
      assertInstanceOf(ClosedByInterruptException.class, reader.failureWithinOneSecond());
      assertReset(plain.peer());
      assertFalse(plain.channel().isOpen());
    }
  }

  @ParameterizedTest
  @EnumSource
  void closeDuringATransfer_isAbort(Caller caller) throws Exception {
    try (Sockets.Plain plain = Sockets.connectedToPlain(",linger=10m")) {
      Caller.Call<Integer> reader = Sockets.blockedReader(caller, plain.channel());
      plain.channel().close();
      assertInstanceOf(AsynchronousCloseException.class, reader.failureWithinOneSecond());
      assertReset(plain.peer());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void abort_neverThrowsAndMayBeRepeated(String listenAt) throws IOException {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      pair.connected().abort();
      pair.connected().abort();
      pair.connected().close();
      assertFalse(pair.connected().isOpen());
    }
  }
}
