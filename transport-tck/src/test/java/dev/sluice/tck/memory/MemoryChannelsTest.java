package dev.sluice.tck.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.Background;
import dev.sluice.tck.Bytes;
import dev.sluice.tck.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class MemoryChannelsTest {
  private final MemoryChannels.Pair pair = MemoryChannels.pair();
  private final TransportChannel outgoing = pair.outgoing();
  private final TransportChannel incoming = pair.incoming();

  static Stream<Thread.Builder> threads() {
    return Stream.of(Thread.ofPlatform().daemon(), Thread.ofVirtual());
  }

  @Test
  void pair_whatOneSideWrites_theOtherReads() throws IOException {
    outgoing.write(Bytes.of("there"));
    incoming.write(Bytes.of("back"));

    assertEquals("there", Bytes.read(incoming, 10));
    assertEquals("back", Bytes.read(outgoing, 10));
  }

  @Test
  void pair_features_areAllThatMemoryCanHave() {
    Set<ChannelFeature> all =
        EnumSet.of(
            ChannelFeature.SHUTDOWN,
            ChannelFeature.DUPLEX,
            ChannelFeature.RESET,
            ChannelFeature.NON_BLOCKING);
    assertEquals(all, outgoing.features());
    assertEquals(all, incoming.features());
    assertTrue(outgoing.nioChannel().isEmpty());
  }

  @ParameterizedTest
  @EnumSource(names = {"SHUTDOWN", "DUPLEX", "RESET", "NON_BLOCKING"})
  void pair_withoutFeature_neitherSideHasIt(ChannelFeature feature) {
    var lesser = MemoryChannels.pair(Set.of(feature), 16);
    Set<ChannelFeature> rest = EnumSet.copyOf(outgoing.features());
    rest.remove(feature);
    assertEquals(rest, lesser.outgoing().features());
    assertEquals(rest, lesser.incoming().features());
  }

  @Test
  void pair_withoutShutdown_shutdownIsUnsupported() {
    var lesser = MemoryChannels.pair(Set.of(ChannelFeature.SHUTDOWN), 16);
    var failure =
        assertThrows(
            FeatureUnsupportedException.class, () -> lesser.outgoing().shutdown(Direction.BOTH));
    assertEquals(ChannelFeature.SHUTDOWN, failure.feature());
  }

  @Test
  void pair_withoutDuplex_outgoingOnlyWritesAndIncomingOnlyReads() throws IOException {
    var oneWay = MemoryChannels.pair(Set.of(ChannelFeature.DUPLEX), 16);
    assertThrows(NonReadableChannelException.class, () -> Bytes.read(oneWay.outgoing(), 1));
    assertThrows(
        NonWritableChannelException.class, () -> oneWay.incoming().write(Bytes.of("back")));

    oneWay.outgoing().write(Bytes.of("there"));
    oneWay.outgoing().close();

    assertEquals("there", Bytes.read(oneWay.incoming(), 10));
    assertEquals(-1, oneWay.incoming().read(ByteBuffer.allocate(1)));
  }

  @Test
  void pair_capacityZero_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> MemoryChannels.pair(Set.of(), 0));
  }

  @Test
  void write_moreThanTheCapacity_isShortThenBlocksUntilTheReaderMakesRoom() throws Exception {
    var small = MemoryChannels.pair(Set.of(), 4);
    assertEquals(4, small.outgoing().write(Bytes.of("abcdef")));
    var writer = Background.run(() -> small.outgoing().write(Bytes.of("ef"))).awaitBlocked();

    assertEquals("a", Bytes.read(small.incoming(), 1));

    assertEquals(1, writer.result());
    assertEquals("bcde", Bytes.read(small.incoming(), 10));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 1000})
  void transfers_randomSizesThroughAnyCapacity_keepTheBytes(int capacity) throws Exception {
    long seed = Seed.print(getClass());
    byte[] sent = Bytes.random(seed, 20_000);
    var small = MemoryChannels.pair(Set.of(), capacity);
    var writer =
        Background.run(
            () -> {
              var random = new Random(seed + 1);
              ByteBuffer source = ByteBuffer.wrap(sent);
              while (source.hasRemaining()) {
                int first = Math.min(random.nextInt(50), source.remaining());
                int second = Math.min(random.nextInt(50), source.remaining() - first);
                ByteBuffer[] run = {
                  source.slice(source.position(), first),
                  source.slice(source.position() + first, second)
                };
                long moved = small.outgoing().write(run);
                source.position(source.position() + (int) moved);
              }
              small.outgoing().close();
              return true;
            });
    var random = new Random(seed + 2);
    ByteBuffer received = ByteBuffer.allocate(sent.length + 1);
    while (true) {
      int room = received.remaining();
      int first = Math.min(random.nextInt(50), room - 1);
      ByteBuffer[] run = {
        received.slice(received.position(), first),
        received.slice(received.position() + first, Math.min(1 + random.nextInt(50), room - first))
      };
      long moved = small.incoming().read(run);
      if (moved < 0) {
        break;
      }
      received.position(received.position() + (int) moved);
    }
    assertTrue(writer.result());
    assertArrayEquals(sent, Arrays.copyOf(received.array(), received.position()));
  }

  @Test
  void close_withBytesThatNobodyRead_deliversThemThenTheEnd() throws IOException {
    incoming.write(Bytes.of("never read"));
    outgoing.write(Bytes.of("everything"));
    outgoing.close();

    assertEquals("everything", Bytes.read(incoming, 100));
    assertEquals(-1, incoming.read(ByteBuffer.allocate(1)));
    assertEquals(-1, incoming.read(ByteBuffer.allocate(1)));
  }

  @Test
  void write_peerClosed_failsWithReset() throws IOException {
    incoming.close();
    assertReset(() -> outgoing.write(Bytes.of("late")));
  }

  @Test
  void write_blockedWhilePeerCloses_failsWithReset() throws Exception {
    var small = MemoryChannels.pair(Set.of(), 1);
    var writer = Background.run(() -> writeForever(small.outgoing())).awaitBlocked();
    small.incoming().close();
    assertReset(writer::result);
  }

  @Test
  void abort_peerReads_failWithResetAndNeverEnd() throws IOException {
    outgoing.write(Bytes.of("incomplete"));
    outgoing.abort();

    assertReset(() -> incoming.read(ByteBuffer.allocate(1)));
    assertReset(() -> incoming.read(ByteBuffer.allocate(1)));
    assertReset(() -> incoming.write(Bytes.of("x")));
  }

  @Test
  void abort_peerBlockedInRead_failsWithReset() throws Exception {
    var reader = Background.run(() -> incoming.read(ByteBuffer.allocate(1))).awaitBlocked();
    outgoing.abort();
    assertReset(reader::result);
  }

  @Test
  void abort_afterHalfClose_peerReadStillFailsWithReset() throws IOException {
    outgoing.shutdown(Direction.WRITE);
    outgoing.abort();
    assertReset(() -> incoming.read(ByteBuffer.allocate(1)));
  }

  @Test
  void abort_afterClose_changesNothing() throws IOException {
    outgoing.write(Bytes.of("complete"));
    outgoing.close();
    outgoing.abort();
    assertEquals("complete", Bytes.read(incoming, 100));
    assertEquals(-1, incoming.read(ByteBuffer.allocate(1)));
  }

  @Test
  void abort_withoutReset_looksLikeTheEnd() throws IOException {
    var lesser = MemoryChannels.pair(Set.of(ChannelFeature.RESET), 16);
    lesser.outgoing().write(Bytes.of("incomplete"));
    lesser.outgoing().abort();

    assertEquals("incomplete", Bytes.read(lesser.incoming(), 100));
    assertEquals(-1, lesser.incoming().read(ByteBuffer.allocate(1)));
  }

  @ParameterizedTest
  @MethodSource("threads")
  void abort_ownBlockedThreads_wakeWithAsynchronousClose(Thread.Builder kind) throws Exception {
    var small = MemoryChannels.pair(Set.of(), 1);
    TransportChannel channel = small.outgoing();
    var reader = Background.on(kind, () -> channel.read(ByteBuffer.allocate(1))).awaitBlocked();
    var writer = Background.on(kind, () -> writeForever(channel)).awaitBlocked();

    channel.abort();

    assertThrows(AsynchronousCloseException.class, reader::result);
    assertThrows(ClosedChannelException.class, writer::result);
  }

  @ParameterizedTest
  @MethodSource("threads")
  void interrupt_blockedReader_abortsAndPeerIsReset(Thread.Builder kind) throws Exception {
    var reader = Background.on(kind, () -> incoming.read(ByteBuffer.allocate(1))).awaitBlocked();
    reader.interrupt();
    assertThrows(ClosedByInterruptException.class, reader::result);
    assertFalse(incoming.isOpen());
    assertReset(() -> outgoing.read(ByteBuffer.allocate(1)));
  }

  @Test
  void shutdownWrite_peerReadsTheRestThenTheEnd_andTheOtherDirectionGoesOn() throws IOException {
    outgoing.write(Bytes.of("rest"));
    outgoing.shutdown(Direction.WRITE);

    assertThrows(ClosedChannelException.class, () -> outgoing.write(Bytes.of("x")));
    assertEquals("rest", Bytes.read(incoming, 100));
    assertEquals(-1, incoming.read(ByteBuffer.allocate(1)));
    incoming.write(Bytes.of("answer"));
    assertEquals("answer", Bytes.read(outgoing, 100));
  }

  @ParameterizedTest
  @MethodSource("threads")
  void shutdownRead_blockedReader_getsTheEndAndPeerCannotWrite(Thread.Builder kind)
      throws Exception {
    var reader = Background.on(kind, () -> incoming.read(ByteBuffer.allocate(1))).awaitBlocked();
    incoming.shutdown(Direction.READ);
    assertEquals(-1, reader.result());
    assertReset(() -> outgoing.write(Bytes.of("x")));
    incoming.write(Bytes.of("still writes"));
    assertEquals("still writes", Bytes.read(outgoing, 100));
  }

  @ParameterizedTest
  @MethodSource("threads")
  void shutdownWrite_blockedWriter_wakesWithAsynchronousClose(Thread.Builder kind)
      throws Exception {
    var small = MemoryChannels.pair(Set.of(), 1);
    small.outgoing().write(Bytes.of("1"));
    var writer = Background.on(kind, () -> small.outgoing().write(Bytes.of("2"))).awaitBlocked();
    small.outgoing().shutdown(Direction.WRITE);
    assertThrows(ClosedChannelException.class, writer::result);
    assertEquals("1", Bytes.read(small.incoming(), 10));
    assertEquals(-1, small.incoming().read(ByteBuffer.allocate(1)));
  }

  @Test
  void nonBlocking_nothingToMove_givesZero() throws IOException {
    var small = MemoryChannels.pair(Set.of(), 2);
    small.outgoing().configureBlocking(false);
    small.incoming().configureBlocking(false);

    assertEquals(0, small.incoming().read(ByteBuffer.allocate(1)));
    assertEquals(2, small.outgoing().write(Bytes.of("abc")));
    assertEquals(0, small.outgoing().write(Bytes.of("c")));
    assertEquals("ab", Bytes.read(small.incoming(), 10));
    small.outgoing().close();
    assertEquals(-1, small.incoming().read(ByteBuffer.allocate(1)));
  }

  @Test
  void awaitReadable_tellsByteEndAndTime() throws Exception {
    incoming.configureBlocking(false);
    assertFalse(incoming.awaitReadable(Duration.ZERO));
    assertFalse(incoming.awaitReadable(Duration.ofMillis(1)));
    var waiter =
        Background.run(() -> incoming.awaitReadable(Duration.ofDays(200_000))).awaitBlocked();
    outgoing.write(Bytes.of("x"));
    assertTrue(waiter.result());
    assertEquals("x", Bytes.read(incoming, 1));
    outgoing.close();
    assertTrue(incoming.awaitReadable(Duration.ZERO));
  }

  @Test
  void awaitWritable_tellsRoomAndTime() throws Exception {
    var small = MemoryChannels.pair(Set.of(), 1);
    small.outgoing().configureBlocking(false);
    assertTrue(small.outgoing().awaitWritable(Duration.ZERO));
    small.outgoing().write(Bytes.of("x"));
    assertFalse(small.outgoing().awaitWritable(Duration.ofMillis(1)));
    var waiter =
        Background.run(() -> small.outgoing().awaitWritable(Duration.ofSeconds(20))).awaitBlocked();
    Bytes.read(small.incoming(), 1);
    assertTrue(waiter.result());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void awaitReadable_closedMeanwhile_throws(Thread.Builder kind) throws Exception {
    incoming.configureBlocking(false);
    var waiter =
        Background.on(kind, () -> incoming.awaitReadable(Duration.ofSeconds(20))).awaitBlocked();
    incoming.abort();
    assertThrows(AsynchronousCloseException.class, waiter::result);
  }

  /** Repeated, because the waiter may wake before or after the interrupt reached the channel. */
  @ParameterizedTest
  @MethodSource("threads")
  void awaitWritable_interrupted_throwsAndAborts(Thread.Builder kind) throws Exception {
    for (int i = 0; i < 200; i++) {
      var small = MemoryChannels.pair(Set.of(), 1);
      small.outgoing().configureBlocking(false);
      small.outgoing().write(Bytes.of("x"));
      var waiter =
          Background.on(kind, () -> small.outgoing().awaitWritable(Duration.ofSeconds(20)))
              .awaitBlocked();
      waiter.interrupt();
      assertThrows(ClosedByInterruptException.class, waiter::result);
      assertReset(() -> small.incoming().read(ByteBuffer.allocate(1)));
    }
  }

  private static int writeForever(TransportChannel channel) throws IOException {
    while (true) {
      channel.write(Bytes.of("more"));
    }
  }

  private static void assertReset(Executable call) {
    assertEquals(Kind.RESET, assertThrows(TransportException.class, call).kind());
  }
}
