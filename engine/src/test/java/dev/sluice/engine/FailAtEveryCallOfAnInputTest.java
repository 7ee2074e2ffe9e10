package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.tck.fault.FaultPolicy;
import dev.sluice.tck.fault.FaultyChannel;
import dev.sluice.tck.fault.Operation;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A scripted transfer whose Nth call of the channel fails, for every N: each read gives the bytes
 * that were sent, until one throws the failure; none gives an end, zeros or bytes out of order.
 */
final class FailAtEveryCallOfAnInputTest {
  private static final EngineOptions OPTIONS = new EngineOptions(512, 4, 2000);
  private static final byte[] SENT = sent();

  private static byte[] sent() {
    byte[] bytes = Bytes.random(3, 9000);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] |= 1; // No zeros: each one that is read is made up.
    }
    bytes[8] = 30; // A counted string begins here.
    for (int i = 9; i < 39; i++) {
      bytes[i] = 'x';
    }
    return bytes;
  }

  /** Every way to read; each result is compared with what was sent. */
  private static void script(ChannelInput in) throws IOException {
    var expected = new Expected();
    assertEquals(ByteBuffer.wrap(SENT).getLong(), in.readLong());
    expected.next(8);
    assertEquals("x".repeat(30), in.readCountedString());
    expected.next(31);
    assertFalse(in.atEnd());
    assertEquals(ByteBuffer.wrap(SENT, 239, 100), in.peek(200, 100));
    assertEquals(SENT[39 + 511] & 0xFF, in.peekByte(511));
    assertEquals(expected.next(300), in.readInPlace(300));
    byte[] heap = new byte[1000];
    in.readFully(heap);
    assertEquals(expected.next(1000), ByteBuffer.wrap(heap));
    ByteBuffer direct = ByteBuffer.allocateDirect(1500);
    in.readFully(direct);
    assertEquals(expected.next(1500), direct.flip());
    MemorySegment memory = Arena.ofAuto().allocate(1500);
    in.readFully(memory, 0, 1500);
    assertEquals(expected.next(1500), memory.asByteBuffer());
    in.skipFully(700);
    expected.next(700);
    for (int left = 600; left > 0; ) {
      ByteBuffer some = ByteBuffer.allocate(left);
      int count = in.read(some);
      assertTrue(count > 0, "an end in the middle");
      assertEquals(expected.next(count), some.flip());
      left -= count;
    }
    assertEquals(SENT[expected.position] & 0xFF, in.asInputStream().read());
    expected.next(1);
    var target = new TakingChannel().keeping();
    assertEquals(900, in.transferTo(target, 900));
    assertEquals(expected.next(900), ByteBuffer.wrap(target.bytes()));
    assertEquals(expected.next(4).getInt() & 0xFFFFFFFFL, in.readUnsignedInt());
    byte[] rest = in.asInputStream().readAllBytes();
    assertEquals(expected.next(SENT.length - expected.position), ByteBuffer.wrap(rest));
    assertTrue(in.atEnd());
    assertEquals(-1, in.read(ByteBuffer.allocate(1)));
  }

  /** Walks along what was sent. */
  private static final class Expected {
    private int position;

    ByteBuffer next(int byteCount) {
      position += byteCount;
      return ByteBuffer.wrap(SENT, position - byteCount, byteCount);
    }
  }

  private static FaultyChannel faulty(FaultPolicy faults) throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 16 << 10);
    Bytes.writeAll(pair.outgoing(), SENT);
    pair.outgoing().close();
    return new FaultyChannel(pair.incoming(), faults.and(FaultPolicy.randomSizes(5)));
  }

  private static @Nullable Throwable run(ChannelInput in) {
    try {
      script(in);
      return null;
    } catch (Throwable thrown) {
      return thrown;
    }
  }

  private static long callCount() throws IOException {
    FaultyChannel channel = faulty(FaultPolicy.none());
    try (ChannelInput in = ChannelInput.over(channel, OPTIONS)) {
      script(in);
    }
    return channel.callCount();
  }

  @ParameterizedTest
  @EnumSource
  void once(Injected what) throws IOException {
    everyCall(what, false, 0);
  }

  @ParameterizedTest
  @EnumSource
  void fromThenOn(Injected what) throws IOException {
    everyCall(what, true, 0);
  }

  @ParameterizedTest
  @EnumSource
  void afterSomeBytesOfTheCall(Injected what) throws IOException {
    everyCall(what, false, 5);
  }

  private static void everyCall(Injected what, boolean again, long byteCount) throws IOException {
    long callCount = callCount();
    assertTrue(callCount > 20, "the script is too short to prove anything");
    for (long number = 1; number <= callCount; number++) {
      var faults = new Injected.Faults(what, number, again, byteCount);
      FaultyChannel channel = faulty(faults);
      ChannelInput in = ChannelInput.over(channel, OPTIONS);
      Throwable caught = run(in);
      String where = what + " at call " + number + " of " + callCount;
      if (caught == null) {
        caught = closeFailure(in, where);
      }
      Throwable first = faults.thrown().getFirst();
      assertSame(first, caught, where + ": the call that meets it throws it");
      if (in.isOpen()) {
        assertSame(first, in.firstError().orElse(null), where + ": it was not kept");
        for (Executable call : calls(in)) {
          Failures.assertThrowsAgain(first, call);
        }
        in.close();
      }
      // A close that throws an error breaks the contract of channels.
      assertFalse(channel.isOpen() && !(first instanceof Error), where);
    }
  }

  private static Throwable closeFailure(ChannelInput in, String where) {
    try {
      in.close();
    } catch (Throwable thrown) {
      return thrown;
    }
    throw new AssertionError(where + ": nobody was told");
  }

  private static Executable[] calls(ChannelInput in) {
    return new Executable[] {
      in::readByte,
      in::readUnsignedByte,
      in::readShort,
      in::readUnsignedShort,
      in::readInt,
      in::readUnsignedInt,
      in::readLong,
      in::readBoolean,
      in::readChar,
      in::readFloat,
      in::readDouble,
      in::readUTF,
      in::readLine,
      in::readCountedString,
      in::readCountedBytes,
      () -> in.readFully(new byte[1]),
      () -> in.readFully(new byte[9], 1, 1),
      () -> in.readFully(ByteBuffer.allocate(1)),
      () -> in.readFully(MemorySegment.ofArray(new byte[1]), 0, 1),
      () -> in.read(ByteBuffer.allocate(1)),
      () -> in.skipBytes(1),
      () -> in.skipFully(1),
      in::atEnd,
      () -> in.peek(0, 1),
      () -> in.peekByte(0),
      () -> in.readInPlace(1),
      () -> in.transferTo(new TakingChannel(), 1),
      () -> in.asInputStream().read(),
      () -> in.asInputStream().read(new byte[1])
    };
  }

  @ParameterizedTest
  @EnumSource
  void anEndInTheMiddle_isTruncation_neverAMadeUpByte(Style style) throws IOException {
    for (int length = 0; length < SENT.length; length += 61) {
      MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 16 << 10);
      Bytes.writeAll(pair.outgoing(), Arrays.copyOf(SENT, length));
      pair.outgoing().close();
      var random = new Random(length);
      try (ChannelInput in = ChannelInput.over(style.of(pair.incoming(), random), OPTIONS)) {
        Throwable caught = run(in);
        if (caught instanceof TruncatedStreamException truncated) {
          assertEquals(length, truncated.position() + truncated.had());
        } else if (!(caught instanceof AssertionError)) {
          throw new AssertionError("cut at " + length, caught);
        }
      }
    }
    assertArrayEquals(
        new byte[0],
        Channels.newInputStream(faulty(FaultPolicy.endAfter(0).on(Operation.READ))).readAllBytes());
  }
}
