package dev.sluice.transport.rdmasim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException.Kind;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Group 10 of the channel contract. */
@Timeout(20)
class NonBlockingTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  @TempDir(factory = InMemory.class)
  private Path base;

  private Channels.Pair pair;
  private TransportChannel channel;

  @BeforeEach
  void open() throws Exception {
    pair = Channels.pair(base);
    channel = pair.connected();
  }

  @AfterEach
  void end() {
    pair.close();
  }

  private void fill() throws Exception {
    Channels.fill(channel);
    channel.configureBlocking(false);
  }

  /** CH-10.1, 10.2, 10.4. */
  @Test
  void transfers_returnAtOnceAndCanBeWaitedFor() throws Exception {
    assertTrue(channel.isBlocking());
    channel.configureBlocking(false);
    assertFalse(channel.isBlocking());
    assertEquals(0, channel.read(ByteBuffer.allocate(1)));
    assertFalse(channel.awaitReadable(Duration.ZERO));
    assertFalse(channel.awaitReadable(Duration.ofMillis(20)));
    assertTrue(channel.awaitWritable(Duration.ZERO));
    fill();
    assertEquals(0, channel.write(Channels.one(1)));
    assertFalse(channel.awaitWritable(Duration.ZERO));
    assertFalse(channel.awaitWritable(Duration.ofMillis(20)));
    Caller.Call<Boolean> waiter =
        Caller.VIRTUAL.start(() -> channel.awaitWritable(LONG)).untilBlocked();
    Caller.Call<Long> drain = Caller.PLATFORM.start(() -> Channels.drain(pair.accepted()));
    assertTrue(waiter.resultWithinOneSecond());
    Channels.writeFully(pair.accepted(), Channels.one(7));
    assertTrue(channel.awaitReadable(LONG));
    assertTrue(channel.awaitReadable(Duration.ZERO));
    assertEquals(7, Channels.readOne(channel));
    channel.configureBlocking(true);
    channel.shutdown(Direction.WRITE);
    assertTrue(drain.result() > 0);
    pair.accepted().shutdown(Direction.WRITE);
    assertEquals(-1, Channels.readOne(channel));
  }

  /** CH-10.2, 10.4: the end. */
  @ParameterizedTest
  @EnumSource
  void peersEnd_isReadable(Caller caller) throws Exception {
    channel.configureBlocking(false);
    Caller.Call<Boolean> waiter = caller.start(() -> channel.awaitReadable(LONG)).untilBlocked();
    pair.accepted().shutdown(Direction.WRITE);
    assertTrue(waiter.resultWithinOneSecond());
    assertEquals(-1, Channels.readOne(channel));
    assertTrue(channel.awaitReadable(Duration.ZERO));
  }

  /** CH-10.2, 10.4: a failure. */
  @ParameterizedTest
  @EnumSource
  void peersAbort_isReadableAndWritable(Caller caller) throws Exception {
    fill();
    Caller.Call<Boolean> reader = caller.start(() -> channel.awaitReadable(LONG)).untilBlocked();
    Caller.Call<Boolean> writer = caller.start(() -> channel.awaitWritable(LONG)).untilBlocked();
    pair.accepted().abort();
    assertTrue(reader.resultWithinOneSecond());
    assertTrue(writer.resultWithinOneSecond());
    Channels.failure(Kind.RESET, () -> Channels.readOne(channel));
    Channels.failure(Kind.RESET, () -> channel.write(Channels.one(1)));
  }

  /** CH-10.4: with zero they only look, and see it all the same. */
  @Test
  void peersAbort_isSeenByOneLook() throws Exception {
    fill();
    pair.accepted().abort();
    assertTrue(channel.awaitReadable(Duration.ZERO));
    assertTrue(channel.awaitWritable(Duration.ZERO));
  }

  /** CH-6.2, 6.3, 10.5. */
  @ParameterizedTest
  @EnumSource
  void shutdown_wakesTheWaiters(Caller caller) throws Exception {
    fill();
    Caller.Call<Boolean> reader = caller.start(() -> channel.awaitReadable(LONG)).untilBlocked();
    Caller.Call<Boolean> writer = caller.start(() -> channel.awaitWritable(LONG)).untilBlocked();
    channel.shutdown(Direction.BOTH);
    assertTrue(reader.resultWithinOneSecond());
    assertEquals(-1, Channels.readOne(channel));
    assertInstanceOf(ClosedChannelException.class, writer.failureWithinOneSecond());
  }

  /** CH-7.6, 10.5. */
  @ParameterizedTest
  @EnumSource
  void close_wakesTheWaiters(Caller caller) throws Exception {
    fill();
    Caller.Call<Boolean> reader = caller.start(() -> channel.awaitReadable(LONG)).untilBlocked();
    Caller.Call<Boolean> writer = caller.start(() -> channel.awaitWritable(LONG)).untilBlocked();
    assertThrows(AsynchronousCloseException.class, channel::close, "what it accepted is lost");
    assertInstanceOf(ClosedChannelException.class, reader.failureWithinOneSecond());
    assertInstanceOf(ClosedChannelException.class, writer.failureWithinOneSecond());
  }

  /** CH-8.4, 10.5. */
  @ParameterizedTest
  @EnumSource
  void interrupt_endsAWaiter(Caller caller) throws Exception {
    channel.configureBlocking(false);
    Caller.Call<Boolean> reader = caller.start(() -> channel.awaitReadable(LONG)).untilBlocked();
    reader.thread().interrupt();
    assertInstanceOf(ClosedByInterruptException.class, reader.failureWithinOneSecond());
    assertFalse(channel.isOpen());
    Channels.failure(Kind.RESET, () -> Channels.readOne(pair.accepted()));
  }

  /** CH-10.3. */
  @ParameterizedTest
  @EnumSource
  void mode_cannotChangeDuringATransfer(Caller caller) throws Exception {
    Caller.Call<Integer> reader = Channels.blockedReader(caller, channel);
    assertThrows(IllegalStateException.class, () -> channel.configureBlocking(false));
    assertTrue(channel.isBlocking());
    Channels.writeFully(pair.accepted(), Channels.one(7));
    assertEquals(7, reader.result());
  }

  /** CH-10.5. */
  @Test
  void waitingInBlockingMode_isRefused() throws Exception {
    assertThrows(IllegalStateException.class, () -> channel.awaitReadable(LONG));
    assertThrows(IllegalStateException.class, () -> channel.awaitWritable(LONG));
    Channels.writeFully(pair.accepted(), Channels.one(7));
    assertEquals(7, Channels.readOne(channel));
  }
}
