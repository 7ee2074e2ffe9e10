package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.fault.FaultPolicy;
import dev.sluice.tck.fault.FaultyChannel;
import dev.sluice.tck.fault.Operation;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Moving bytes from an input to another channel, by the kernel where it can. */
@Timeout(30)
final class TransferToTest {
  private static final EngineOptions OPTIONS = new EngineOptions(512, 4, 5000);
  private static final byte[] CONTENT = Bytes.random(4, 3_000_000);

  @TempDir private Path folder;

  private static ChannelInput inputOf(byte[] bytes) throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 1 << 20);
    Bytes.writeAll(pair.outgoing(), bytes);
    pair.outgoing().close();
    return ChannelInput.over(pair.incoming(), OPTIONS);
  }

  private FileChannel source() throws IOException {
    Path path = folder.resolve("source");
    Files.write(path, CONTENT);
    return FileChannel.open(path, StandardOpenOption.READ);
  }

  private FileChannel target() throws IOException {
    return FileChannel.open(
        folder.resolve("target"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private byte[] written() throws IOException {
    return Files.readAllBytes(folder.resolve("target"));
  }

  private static byte[] part(int from, int to) {
    return Arrays.copyOfRange(CONTENT, from, to);
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void blockedInASocketThatNobodyReads_isEndedByTheTargetsClose(ThreadKind kind) throws Exception {
    try (ServerSocketChannel server =
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        RandomAccessFile sparse = new RandomAccessFile(folder.resolve("big").toFile(), "rw")) {
      sparse.setLength(1L << 30);
      SocketChannel target = SocketChannel.open(server.getLocalAddress());
      try (SocketChannel unread = server.accept()) {
        ChannelInput in = ChannelInput.over(NioChannel.over(sparse.getChannel()), OPTIONS);
        Background<Object> copying =
            Background.run(kind, () -> in.transferTo(target, Long.MAX_VALUE));
        assertEquals(1, unread.read(ByteBuffer.allocate(1)), "it has begun; nothing holds it all");
        target.close();
        assertInstanceOf(ClosedChannelException.class, copying.failureWithin(1000));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.engine.Style#withOptions")
  void anySource_toAnyTarget(Style style, EngineOptions options) {
    Seeded.rounds(TransferToTest.class, 3, random -> copy(style, options, random));
  }

  private static void copy(Style style, EngineOptions options, Random random) throws IOException {
    byte[] all = Bytes.random(random, random.nextInt(5000));
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 10_000);
    Bytes.writeAll(pair.outgoing(), all);
    pair.outgoing().close();
    MemoryChannels.Pair to = MemoryChannels.pair(Set.of(), 10_000);
    TransportChannel target = style.of(to.outgoing(), random);
    try (ChannelInput in = ChannelInput.over(style.of(pair.incoming(), random), options)) {
      int position = 0;
      while (position < all.length) {
        if (random.nextBoolean()) {
          in.peekByte(random.nextInt(300));
        }
        long atMost = random.nextInt(5) == 0 ? Long.MAX_VALUE : random.nextInt(2000);
        long moved = in.transferTo(target, atMost);
        assertEquals(Math.min(atMost, all.length - position), moved);
        position += (int) moved;
        assertEquals(position, in.position());
        assertEquals(position, in.transferred());
      }
      assertEquals(0, in.transferTo(target, 1));
    }
    target.close();
    assertArrayEquals(all, Bytes.readAll(to.incoming()));
  }

  @Test
  void bytesThatWaitInTheBuffer_goFirst() throws IOException {
    try (FileChannel from = source();
        FileChannel to = target()) {
      ChannelInput in = ChannelInput.over(NioChannel.over(from), OPTIONS);
      in.skipFully(10);
      in.peek(0, 400);
      assertEquals(CONTENT.length - 10, in.transferTo(to, Long.MAX_VALUE));
      assertArrayEquals(part(10, CONTENT.length), written());
    }
  }

  @Test
  void fileToFile_isCopiedByTheKernel() throws IOException {
    try (FileChannel from = source();
        FileChannel to = target()) {
      NioChannel channel = NioChannel.over(from);
      ChannelInput in = ChannelInput.over(channel, OPTIONS);
      assertEquals(1_000_000, in.transferTo(to, 1_000_000));
      assertEquals(1_000_000, in.position());
      assertEquals(1_000_000, from.position());
      assertEquals(1_000_000, to.position());
      assertEquals(0, channel.transfers(), "bytes went through memory of this process");
      assertEquals(2_000_000, in.transferTo(to, 5_000_000));
      assertTrue(channel.transfers() <= 1, "at most the look for the end");
      assertEquals(3_000_000, in.transferred());
      assertArrayEquals(CONTENT, written());
      assertTrue(in.atEnd());
      assertEquals(0, in.transferTo(to, 1));
    }
  }

  @Test
  void fileToFile_inParts_withOtherReadsBetween() throws IOException {
    try (FileChannel from = source();
        FileChannel to = target()) {
      ChannelInput in = ChannelInput.over(NioChannel.over(from), OPTIONS);
      var expected = new ByteArrayOutputStream();
      int position = 0;
      var random = new Random(1);
      while (position < CONTENT.length) {
        int count = Math.min(random.nextInt(300_000), CONTENT.length - position);
        assertEquals(count, in.transferTo(to, count));
        expected.write(CONTENT, position, count);
        position += count;
        assertEquals(position, in.position());
        if (position + 100 < CONTENT.length) {
          assertEquals(CONTENT[position + 99] & 0xFF, in.peekByte(99));
          assertEquals(CONTENT[position++], in.readByte());
        }
      }
      assertArrayEquals(expected.toByteArray(), written());
    }
  }

  @Test
  void betweenTransportChannels_theKernelCopiesToo() throws IOException {
    try (FileChannel from = source();
        FileChannel to = target()) {
      NioChannel source = NioChannel.over(from);
      NioChannel target = NioChannel.over(to);
      ChannelInput in = ChannelInput.over(source, OPTIONS);
      assertEquals(CONTENT.length, in.transferTo(target, Long.MAX_VALUE));
      assertEquals(0, target.transfers());
      assertTrue(source.transfers() <= 1, "at most the look for the end");
      assertArrayEquals(CONTENT, written());
    }
  }

  @Test
  void aChannelThatHidesItsFile_isCopiedByHand() throws IOException {
    try (FileChannel from = source();
        FileChannel to = target()) {
      NioChannel target = NioChannel.hiding(to);
      ChannelInput in = ChannelInput.over(NioChannel.over(from), OPTIONS);
      assertEquals(CONTENT.length, in.transferTo(target, Long.MAX_VALUE));
      assertTrue(target.transfers() > 0, "the bytes went round the channel");
      assertArrayEquals(CONTENT, written());
    }
    try (FileChannel from = source();
        FileChannel to = target()) {
      NioChannel channel = NioChannel.hiding(from);
      ChannelInput in = ChannelInput.over(channel, OPTIONS);
      assertEquals(CONTENT.length, in.transferTo(to, Long.MAX_VALUE));
      assertTrue(channel.transfers() > 0, "the bytes went round the channel");
    }
  }

  @Test
  void fileToSocket_isCopiedByTheKernel() throws IOException {
    try (FileChannel from = source();
        ServerSocketChannel server =
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketChannel to = SocketChannel.open(server.getLocalAddress());
        SocketChannel peer = server.accept()) {
      kernelCopy(from, to, peer);
    }
  }

  @Test
  void fileToPipe_isCopiedByTheKernel() throws IOException {
    Pipe pipe = Pipe.open();
    try (FileChannel from = source();
        Pipe.SinkChannel to = pipe.sink();
        Pipe.SourceChannel peer = pipe.source()) {
      kernelCopy(from, to, peer);
    }
  }

  private static void kernelCopy(FileChannel from, WritableByteChannel to, ReadableByteChannel peer)
      throws IOException {
    NioChannel channel = NioChannel.over(from);
    ChannelInput in = ChannelInput.over(channel, OPTIONS);
    Background<byte[]> arrived =
        Background.run(() -> Channels.newInputStream(peer).readNBytes(2_000_000));
    assertEquals(2_000_000, in.transferTo(to, 2_000_000));
    assertEquals(0, channel.transfers(), "bytes went through memory of this process");
    assertEquals(2_000_000, in.position());
    assertEquals(2_000_000, from.position());
    assertArrayEquals(part(0, 2_000_000), arrived.result());
    assertEquals(CONTENT[2_000_000], in.readByte());
  }

  @Test
  void anotherOutput_isATarget() throws IOException {
    var channel = new TakingChannel().keeping();
    ChannelOutput out = ChannelOutput.over(channel);
    out.writeByte(9);
    ChannelInput in = inputOf(part(0, 3000));
    assertEquals(3000, in.transferTo(out, Long.MAX_VALUE));
    out.finish();
    assertEquals(3001, channel.byteCount());
    assertArrayEquals(part(0, 3000), Arrays.copyOfRange(channel.bytes(), 1, 3001));
  }

  @Test
  void nothing_isNothing() throws IOException {
    var target = new TakingChannel();
    ChannelInput in = inputOf(part(0, 10));
    assertEquals(0, in.transferTo(target, 0));
    assertThrows(IllegalArgumentException.class, () -> in.transferTo(target, -1));
    assertEquals(0, in.position());
    assertEquals(CONTENT[0], in.readByte());
  }

  @Test
  void itDoesNotWaitForMore_thanItWasAskedFor() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    Bytes.writeAll(pair.outgoing(), part(0, 100));
    ChannelInput in = ChannelInput.over(pair.incoming(), OPTIONS);
    assertEquals(100, in.transferTo(new TakingChannel(), 100));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 511, 512, 513, 2000})
  void aTargetThatFails_isNoErrorOfTheInput_andWhatItDidNotTakeIsLeft(int taken)
      throws IOException {
    ChannelInput in = inputOf(part(0, 3000));
    in.peekByte(0);
    var target = new TakingChannel().keeping().atMostPerCall(100).failingAfter(taken);
    assertThrows(IOException.class, () -> in.transferTo(target, Long.MAX_VALUE));
    assertTrue(in.firstError().isEmpty(), "the target's failure was kept");
    assertEquals(taken, target.byteCount());
    assertEquals(taken, in.position());
    byte[] rest = new byte[3000 - taken];
    in.readFully(rest);
    assertArrayEquals(part(taken, 3000), rest);
    assertTrue(in.atEnd());
  }

  @Test
  void aTargetThatIsClosed_isNoErrorOfTheInput_byTheKernelToo() throws IOException {
    try (FileChannel from = source()) {
      ChannelInput in = ChannelInput.over(NioChannel.over(from), OPTIONS);
      FileChannel closed = target();
      closed.close();
      assertThrows(ClosedChannelException.class, () -> in.transferTo(closed, Long.MAX_VALUE));
      assertTrue(in.firstError().isEmpty());
      assertEquals(0, in.position());
      assertEquals(CONTENT[0], in.readByte());
    }
  }

  @Test
  void aSourceThatFails_isTheFirstErrorOfTheInput() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    Bytes.writeAll(pair.outgoing(), part(0, 3000));
    ChannelInput in =
        ChannelInput.over(
            new FaultyChannel(pair.incoming(), FaultPolicy.resetAfter(1000).on(Operation.READ)),
            OPTIONS);
    var target = new TakingChannel().keeping();
    IOException first =
        assertThrows(IOException.class, () -> in.transferTo(target, Long.MAX_VALUE));
    assertSame(first, in.firstError().orElseThrow());
    assertArrayEquals(part(0, (int) target.byteCount()), target.bytes());
    Failures.assertThrowsAgain(first, () -> in.transferTo(target, 1));
  }

  @Test
  void aSourceThatWasAborted_isTheFirstErrorOfTheInput_byTheKernelToo() throws IOException {
    try (FileChannel to = target()) {
      NioChannel channel = NioChannel.over(source());
      ChannelInput in = ChannelInput.over(channel, OPTIONS);
      channel.abort();
      IOException first = assertThrows(IOException.class, () -> in.transferTo(to, 10));
      assertSame(first, in.firstError().orElse(null), "it was not kept");
    }
  }

  @Test
  void aShutdownDuringAKernelCopy_isItsFailure() throws IOException {
    try (FileChannel from = source();
        ServerSocketChannel server =
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketChannel to = SocketChannel.open(server.getLocalAddress());
        SocketChannel peer = server.accept()) {
      NioChannel channel = NioChannel.over(from);
      ChannelInput in = ChannelInput.over(channel, OPTIONS);
      Background<Long> copy =
          Background.run(
              () -> {
                while (true) {
                  in.transferTo(to, 1_000_000);
                  in.position(0);
                }
              });
      assertEquals(1, peer.read(ByteBuffer.allocate(1)), "the copy has begun");
      var cause = new TransportException(Kind.TIMED_OUT, "stalled");
      in.shutdown(cause);
      Background<byte[]> _ = Background.run(() -> Channels.newInputStream(peer).readAllBytes());
      Failures.assertReports(cause, copy.failure());
    }
  }

  @Test
  void aTargetThatTakesLittle_getsAll() throws IOException {
    var written = new ByteArrayOutputStream();
    WritableByteChannel slow =
        new WritableByteChannel() {
          @Override
          public int write(ByteBuffer source) {
            written.write(source.get());
            return 1;
          }

          @Override
          public boolean isOpen() {
            return true;
          }

          @Override
          public void close() {}
        };
    assertEquals(3000, inputOf(part(0, 3000)).transferTo(slow, Long.MAX_VALUE));
    assertArrayEquals(part(0, 3000), written.toByteArray());
  }

  @Test
  void aTransportChannelThatDoesNotBlock_isWaitedFor() throws IOException {
    MemoryChannels.Pair to = MemoryChannels.pair(Set.of(), 64);
    to.outgoing().configureBlocking(false);
    Background<byte[]> peer = Background.run(() -> Bytes.readAll(to.incoming()));
    assertEquals(3000, inputOf(part(0, 3000)).transferTo(to.outgoing(), Long.MAX_VALUE));
    to.outgoing().close();
    assertArrayEquals(part(0, 3000), peer.result());
  }
}
