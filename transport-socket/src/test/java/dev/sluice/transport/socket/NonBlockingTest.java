package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(20)
class NonBlockingTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void transfers_returnAtOnceAndCanBeWaitedFor(String listenAt) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      TransportChannel channel = pair.connected();
      assertTrue(channel.isBlocking());
      channel.configureBlocking(false);
      assertFalse(channel.isBlocking());
      assertEquals(0, channel.read(ByteBuffer.allocate(1)));
      assertFalse(channel.awaitReadable(Duration.ZERO));
      assertFalse(channel.awaitReadable(Duration.ofMillis(20)));
      assertTrue(channel.awaitWritable(Duration.ZERO));
      fill(channel);
      assertFalse(channel.awaitWritable(Duration.ofMillis(20)));
      Caller.Call<Boolean> waiter =
          Caller.VIRTUAL.start(() -> channel.awaitWritable(LONG)).untilBlocked();
      Caller.Call<Long> drain = Caller.PLATFORM.start(() -> Sockets.drain(pair.accepted()));
      assertTrue(waiter.result());
      Sockets.writeFully(pair.accepted(), Sockets.one(7));
      assertTrue(channel.awaitReadable(LONG));
      assertEquals(7, Sockets.readOne(channel));
      channel.configureBlocking(true);
      channel.shutdown(Direction.WRITE);
      assertTrue(drain.result() > 0);
      pair.accepted().shutdown(Direction.WRITE);
      assertEquals(-1, Sockets.readOne(channel));
    }
  }

  private static void fill(TransportChannel channel) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 16);
    do {
      // The receiving end takes what is on its way within moments: until then, there is room.
      while (channel.write(bytes.clear()) > 0) {}
    } while (channel.awaitWritable(Duration.ofMillis(100)));
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.ThreadsTest#everywhereByEveryone")
  void peersEnd_isReadable(String listenAt, Caller caller) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      pair.connected().configureBlocking(false);
      Caller.Call<Boolean> waiter =
          caller.start(() -> pair.connected().awaitReadable(LONG)).untilBlocked();
      pair.accepted().shutdown(Direction.WRITE);
      assertTrue(waiter.result());
      assertEquals(-1, Sockets.readOne(pair.connected()));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.ThreadsTest#everywhereByEveryone")
  void shutdown_wakesTheWaiters(String listenAt, Caller caller) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      TransportChannel channel = pair.connected();
      channel.configureBlocking(false);
      fill(channel);
      Caller.Call<Boolean> reader = caller.start(() -> channel.awaitReadable(LONG)).untilBlocked();
      Caller.Call<Boolean> writer = caller.start(() -> channel.awaitWritable(LONG)).untilBlocked();
      channel.shutdown(Direction.BOTH);
      assertTrue(reader.resultWithinOneSecond());
      assertEquals(-1, Sockets.readOne(channel));
      assertInstanceOf(ClosedChannelException.class, writer.failureWithinOneSecond());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.ThreadsTest#everywhereByEveryone")
  void close_wakesTheWaiters(String listenAt, Caller caller) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      TransportChannel channel = pair.connected();
      channel.configureBlocking(false);
      fill(channel);
      Caller.Call<Boolean> reader = caller.start(() -> channel.awaitReadable(LONG)).untilBlocked();
      Caller.Call<Boolean> writer = caller.start(() -> channel.awaitWritable(LONG)).untilBlocked();
      assertThrows(AsynchronousCloseException.class, channel::close, "what it accepted is lost");
      assertInstanceOf(ClosedChannelException.class, reader.failureWithinOneSecond());
      assertInstanceOf(ClosedChannelException.class, writer.failureWithinOneSecond());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.ThreadsTest#everywhereByEveryone")
  void interrupt_endsAWaiter(String listenAt, Caller caller) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      TransportChannel channel = pair.connected();
      channel.configureBlocking(false);
      Caller.Call<Boolean> reader = caller.start(() -> channel.awaitReadable(LONG)).untilBlocked();
      reader.thread().interrupt();
      assertInstanceOf(ClosedByInterruptException.class, reader.failureWithinOneSecond());
      assertFalse(channel.isOpen());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.ThreadsTest#everywhereByEveryone")
  void mode_cannotChangeDuringATransfer(String listenAt, Caller caller) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      Caller.Call<Integer> reader = Sockets.blockedReader(caller, pair.connected());
      assertThrows(IllegalStateException.class, () -> pair.connected().configureBlocking(false));
      Sockets.writeFully(pair.accepted(), Sockets.one(7));
      assertEquals(7, reader.result());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void waitingInBlockingMode_isRefused(String listenAt) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      assertThrows(IllegalStateException.class, () -> pair.connected().awaitReadable(LONG));
      assertThrows(IllegalStateException.class, () -> pair.connected().awaitWritable(LONG));
      assertTrue(pair.connected().isOpen());
    }
  }
}
