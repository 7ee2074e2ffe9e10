package dev.sluice.tck.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.Bytes;
import dev.sluice.tck.memory.MemoryChannels;
import dev.sluice.tck.memory.MemoryFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(30)
class FaultyChannelTest {
  private final MemoryChannels.Pair pair = MemoryChannels.pair();
  private final TransportChannel peer = pair.incoming();
  private final IOException injected = new IOException("injected");

  private FaultyChannel faulty(FaultPolicy policy) {
    return new FaultyChannel(pair.outgoing(), policy);
  }

  @Test
  void proceed_changesNothing() throws IOException {
    FaultyChannel channel = faulty(FaultPolicy.none());
    assertEquals(5, channel.write(Bytes.of("there")));
    assertEquals("there", Bytes.read(peer, 10));
    peer.write(Bytes.of("back"));
    assertEquals("back", Bytes.read(channel, 10));
    channel.close();
    assertEquals(-1, peer.read(ByteBuffer.allocate(1)));
  }

  @Test
  void atMost_limitsTheTransferAndRestoresTheLimits() throws IOException {
    FaultyChannel channel = faulty(call -> Action.atMost(5));
    ByteBuffer one = Bytes.of("abc");
    ByteBuffer two = Bytes.of("defg");
    ByteBuffer three = Bytes.of("hi");

    assertEquals(5, channel.write(new ByteBuffer[] {one, two, three}));

    assertEquals(0, one.remaining());
    assertEquals(2, two.remaining());
    assertEquals(2, three.remaining());
    assertEquals("abcde", Bytes.read(peer, 10));

    peer.write(Bytes.of("0123456789"));
    ByteBuffer first = ByteBuffer.allocate(2);
    ByteBuffer second = ByteBuffer.allocate(9);
    assertEquals(5, channel.read(new ByteBuffer[] {first, second}));
    assertEquals(9, second.limit());
    assertEquals("234", Bytes.text(second));
  }

  @Test
  void atMost_rangeOfAnArray_leavesTheOtherBuffersAlone() throws IOException {
    FaultyChannel channel = faulty(FaultPolicy.oneByteAtATime());
    ByteBuffer[] sources = {Bytes.of("no"), Bytes.of("yes"), Bytes.of("no")};
    assertEquals(1, channel.write(sources, 1, 1));
    assertEquals(2, sources[0].remaining());
    assertEquals(2, sources[1].remaining());
    assertEquals("y", Bytes.read(peer, 10));
    assertThrows(IndexOutOfBoundsException.class, () -> channel.write(sources, 2, 2));
  }

  @Test
  void atMost_sameBufferTwice_keepsItsLimit() throws IOException {
    FaultyChannel channel = faulty(call -> Action.atMost(2));
    ByteBuffer twice = Bytes.of("abcd");
    channel.write(new ByteBuffer[] {twice, twice});
    assertEquals(4, twice.limit());
  }

  @Test
  void fail_doesNotTouchTheChannel() throws IOException {
    FaultyChannel channel = faulty(FaultPolicy.failAt(2, injected));
    channel.write(Bytes.of("one"));
    ByteBuffer source = Bytes.of("two");
    assertSame(injected, assertThrows(IOException.class, () -> channel.write(source)));
    assertEquals(3, source.remaining());
    channel.write(Bytes.of("three"));
    assertEquals("onethree", Bytes.read(peer, 10));
    assertTrue(channel.isOpen());
  }

  @Test
  void fail_unchecked_isThrownAsItIs() {
    var bug = new IllegalStateException("bug");
    FaultyChannel channel = faulty(call -> Action.fail(bug));
    assertSame(bug, assertThrows(IllegalStateException.class, () -> channel.write(Bytes.of("x"))));
    assertSame(bug, assertThrows(IllegalStateException.class, channel::establish));
  }

  @Test
  void failAfter_movesTheBytesAndThrows() throws IOException {
    FaultyChannel channel = faulty(FaultPolicy.at(1, Action.failAfter(2, injected)));
    ByteBuffer source = Bytes.of("abcd");
    assertSame(injected, assertThrows(IOException.class, () -> channel.write(source)));
    assertEquals("ab", Bytes.read(peer, 10));
    assertEquals(2, source.remaining());
    assertEquals(4, source.limit());
    channel.write(source);
    assertEquals("cd", Bytes.read(peer, 10));
  }

  @Test
  void failAfter_zeroBytes_movesNone() {
    FaultyChannel channel = faulty(FaultPolicy.at(1, Action.failAfter(0, injected)));
    ByteBuffer source = Bytes.of("abcd");
    assertThrows(IOException.class, () -> channel.write(source));
    assertEquals(4, source.remaining());
  }

  @Test
  void endOfStream_readGivesMinusOne() throws IOException {
    peer.write(Bytes.of("unseen"));
    FaultyChannel channel = faulty(FaultPolicy.at(1, Action.endOfStream()));
    assertEquals(-1, channel.read(ByteBuffer.allocate(9)));
    assertEquals("unseen", Bytes.read(channel, 9));
  }

  @Test
  void endOfStream_write_proceeds() throws IOException {
    FaultyChannel channel = faulty(call -> Action.endOfStream());
    assertEquals(3, channel.write(Bytes.of("abc")));
  }

  @Test
  void moveNothing_givesZero() throws IOException {
    FaultyChannel channel = faulty(call -> Action.moveNothing());
    assertEquals(0, channel.write(Bytes.of("abc")));
    assertEquals(0, channel.read(ByteBuffer.allocate(1)));
  }

  @Test
  void close_failed_abortsTheChannel() {
    FaultyChannel channel = faulty(FaultPolicy.failAt(Operation.CLOSE, 1, injected));
    assertSame(injected, assertThrows(IOException.class, channel::close));
    assertFalse(channel.isOpen());
    assertReset(() -> peer.read(ByteBuffer.allocate(1)));
  }

  @Test
  void close_failedAfter_isClosedInOrder() throws IOException {
    FaultyChannel channel = faulty(FaultPolicy.at(1, Action.failAfter(0, injected)));
    assertSame(injected, assertThrows(IOException.class, channel::close));
    assertEquals(-1, peer.read(ByteBuffer.allocate(1)));
  }

  @Test
  void close_again_doesNotAskThePolicy() throws IOException {
    FaultyChannel channel = faulty(FaultPolicy.failAt(2, injected));
    channel.close();
    channel.close();
    assertEquals(1, channel.callCount());
  }

  @Test
  void establish_failed_abortsTheChannel() {
    FaultyChannel channel = faulty(FaultPolicy.failAt(Operation.ESTABLISH, 1, injected));
    assertThrows(IOException.class, channel::establish);
    assertFalse(channel.isOpen());
  }

  @Test
  void shutdown_failed_stopsAllTheSame() throws IOException {
    FaultyChannel channel = faulty(FaultPolicy.failAt(Operation.SHUTDOWN, 1, injected));
    assertSame(injected, assertThrows(IOException.class, () -> channel.shutdown(Direction.WRITE)));
    assertEquals(-1, peer.read(ByteBuffer.allocate(1)));
    assertThrows(ClosedChannelException.class, () -> channel.write(Bytes.of("x")));
  }

  @Test
  void abort_isNeverAskedAbout() {
    FaultyChannel channel = faulty(call -> Action.fail(injected));
    channel.abort();
    assertReset(() -> peer.read(ByteBuffer.allocate(1)));
    assertEquals(0, channel.callCount());
  }

  @Test
  void emptyBuffersAndClosedChannels_areNotAskedAbout() throws IOException {
    FaultyChannel channel = faulty(call -> Action.fail(injected));
    assertEquals(0, channel.write(ByteBuffer.allocate(0)));
    assertEquals(0, channel.read(ByteBuffer.allocate(0)));
    channel.abort();
    assertThrows(ClosedChannelException.class, () -> channel.write(Bytes.of("x")));
    assertEquals(0, channel.callCount());
  }

  @Test
  void calls_carryNumbersAndByteCounts() throws IOException {
    List<Call> calls = new ArrayList<>();
    FaultyChannel channel =
        faulty(
            call -> {
              calls.add(call);
              return Action.atMost(4);
            });
    peer.write(Bytes.of("back"));
    channel.write(Bytes.of("123456"));
    channel.read(ByteBuffer.allocate(10));
    channel.write(new ByteBuffer[] {Bytes.of("5"), Bytes.of("6")});
    channel.shutdown(Direction.WRITE);

    assertEquals(
        List.of(
            new Call(Operation.WRITE, 1, 1, 6, 0),
            new Call(Operation.READ, 2, 1, 10, 0),
            new Call(Operation.WRITE, 3, 2, 2, 4),
            new Call(Operation.SHUTDOWN, 4, 1, 0, 0)),
        calls);
  }

  @Test
  void positionalCalls_goThroughThePolicy() throws IOException {
    var file = new MemoryFile("0123456789".getBytes(StandardCharsets.UTF_8));
    List<Operation> operations = new ArrayList<>();
    var channel =
        new FaultyChannel(
            file.open(Direction.BOTH),
            call -> {
              operations.add(call.operation());
              return call.operation() == Operation.SIZE ? Action.fail(injected) : Action.atMost(2);
            });
    ByteBuffer target = ByteBuffer.allocate(5);
    assertEquals(2, channel.readAt(target, 3));
    assertEquals("34", Bytes.text(target));
    assertEquals(2, channel.writeAt(Bytes.of("abc"), 0));
    channel.position(8);
    assertEquals(8, channel.position());
    assertSame(injected, assertThrows(IOException.class, channel::size));
    assertEquals(
        List.of(
            Operation.READ_AT,
            Operation.WRITE_AT,
            Operation.SEEK,
            Operation.POSITION,
            Operation.SIZE),
        operations);
  }

  @Test
  void modeAndWaits_goThroughThePolicy() throws IOException {
    FaultyChannel channel = faulty(FaultPolicy.failAt(3, injected));
    channel.configureBlocking(false);
    assertFalse(channel.awaitReadable(Duration.ZERO));
    assertSame(
        injected, assertThrows(IOException.class, () -> channel.awaitWritable(Duration.ZERO)));
  }

  @Test
  void nioChannel_isEmpty() {
    var withNio = new RemoteMemoryChannel(pair.outgoing());
    assertTrue(withNio.nioChannel().isPresent());
    assertTrue(new FaultyChannel(withNio, FaultPolicy.none()).nioChannel().isEmpty());
    assertTrue(new OneByteChannel(withNio).nioChannel().isEmpty());
    assertTrue(new RecordingChannel(withNio).nioChannel().isEmpty());
  }

  @Test
  void remoteWrites_goThroughThePolicy() throws IOException {
    var behind = new RemoteMemoryChannel(pair.outgoing());
    var channel =
        new FaultyChannel(behind, FaultPolicy.failAt(Operation.REMOTE_WRITE, 2, injected));
    var memory = channel.remote(Bytes.of("key"));
    assertEquals(4096, memory.byteCount());
    memory.write(10, behind.source(), 0, 4);
    assertSame(
        injected, assertThrows(IOException.class, () -> memory.write(20, behind.source(), 0, 4)));
    assertEquals(List.of(10L), behind.offsets());
  }

  @Test
  void oneByteChannel_movesOneByte() throws IOException {
    var channel = new OneByteChannel(pair.outgoing());
    assertEquals(1, channel.write(Bytes.of("abc")));
    peer.write(Bytes.of("xyz"));
    assertEquals(
        1, channel.read(new ByteBuffer[] {ByteBuffer.allocate(0), ByteBuffer.allocate(9)}));
    assertEquals("a", Bytes.read(peer, 9));
  }

  private static void assertReset(Executable call) {
    assertEquals(Kind.RESET, assertThrows(TransportException.class, call).kind());
  }
}
