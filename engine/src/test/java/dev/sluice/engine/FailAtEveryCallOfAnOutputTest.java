package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.fault.FaultPolicy;
import dev.sluice.tck.fault.FaultyChannel;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A scripted transfer whose Nth call of the channel fails, for every N: all bytes are delivered and
 * nobody throws, or the failure is reported and the peer does not see a complete stream.
 */
final class FailAtEveryCallOfAnOutputTest {
  private static final EngineOptions OPTIONS = new EngineOptions(512, 4, 2000);
  private static final int CAPACITY = 16 << 10;
  private static final byte[] HEAP = Bytes.random(1, 1500);
  private static final MemorySegment NATIVE =
      Bytes.nativeCopy(Arena.global(), Bytes.random(2, 3000));
  private static final byte[] EXPECTED = expected();

  /** Every way to write, each flush by a limit or by name. */
  private static void script(ChannelOutput out) throws IOException {
    out.writeLong(1);
    out.writeBorrowed(NATIVE, 0, 900, AfterFlush.KEEP);
    out.writeInt(2);
    out.writeBorrowed(NATIVE, 900, 900, AfterFlush.KEEP);
    out.writeBorrowed(NATIVE, 1800, 700, AfterFlush.KEEP);
    out.flush();
    out.write(HEAP);
    out.writeCountedString("page");
    out.write(NATIVE.asByteBuffer());
    out.asOutputStream().write(HEAP, 3, 700);
    out.writeUTF("end");
  }

  private static byte[] expected() {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), CAPACITY);
    try {
      try (ChannelOutput out = ChannelOutput.over(pair.outgoing(), OPTIONS)) {
        script(out);
        out.finish();
      }
      return Bytes.readAll(pair.incoming());
    } catch (IOException never) {
      throw new AssertionError(never);
    }
  }

  /** What became of one run. */
  private record Run(
      FaultyChannel channel,
      boolean ended,
      ByteBuffer arrived,
      @Nullable Throwable peerFailure,
      @Nullable Throwable caught) {
    boolean isComplete() {
      return peerFailure == null && arrived.equals(ByteBuffer.wrap(EXPECTED));
    }
  }

  private static Run run(FaultPolicy faults, ChannelFeature... without) {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(without), CAPACITY);
    var channel = new FaultyChannel(pair.outgoing(), faults.and(FaultPolicy.randomSizes(7)));
    ChannelOutput out = ChannelOutput.over(channel, OPTIONS);
    Throwable caught = null;
    try (out) {
      script(out);
      out.finish();
    } catch (Throwable thrown) {
      caught = thrown;
    }
    boolean ended = !channel.isOpen();
    pair.outgoing().abort(); // Whatever went wrong, the peer must not wait for ever.
    var arrived = new ByteArrayOutputStream();
    Throwable peerFailure = null;
    try {
      Bytes.readAll(pair.incoming(), arrived);
    } catch (IOException reset) {
      peerFailure = reset;
    }
    return new Run(channel, ended, ByteBuffer.wrap(arrived.toByteArray()), peerFailure, caught);
  }

  private static long callCount(ChannelFeature... without) {
    Run run = run(FaultPolicy.none(), without);
    assertTrue(run.isComplete());
    return run.channel.callCount();
  }

  @ParameterizedTest
  @EnumSource
  void once(Injected what) {
    everyCall(what, false, 0);
  }

  @ParameterizedTest
  @EnumSource
  void fromThenOn(Injected what) {
    everyCall(what, true, 0);
  }

  @ParameterizedTest
  @EnumSource
  void afterSomeBytesOfTheCall(Injected what) {
    everyCall(what, false, 5);
  }

  private static void everyCall(Injected what, boolean again, long byteCount) {
    everyCall(what, again, byteCount, new ChannelFeature[0]);
    everyCall(what, again, byteCount, ChannelFeature.SHUTDOWN);
    everyCall(what, again, byteCount, ChannelFeature.SHUTDOWN, ChannelFeature.RESET);
    everyCall(what, again, byteCount, ChannelFeature.DUPLEX, ChannelFeature.RESET);
  }

  private static void everyCall(
      Injected what, boolean again, long byteCount, ChannelFeature... without) {
    long callCount = callCount(without);
    assertTrue(callCount > 20, "the script is too short to prove anything");
    for (long number = 1; number <= callCount; number++) {
      var faults = new Injected.Faults(what, number, again, byteCount);
      Run run = run(faults, without);
      String where = what + " at call " + number + " of " + callCount;
      assertFalse(faults.thrown().isEmpty(), where);
      if (run.caught == null) {
        throw new AssertionError(
            where + ": nobody was told; the peer got " + run.arrived.remaining());
      }
      Throwable first = faults.thrown().getFirst();
      Failures.assertReports(first, run.caught);
      assertEquals(
          ByteBuffer.wrap(EXPECTED, 0, run.arrived.remaining()),
          run.arrived,
          where + ": made-up bytes");
      // A close that throws an error breaks the contract of channels.
      assertTrue(run.ended || first instanceof Error, where);
      if (run.peerFailure != null) {
        assertSame(Kind.RESET, TransportException.kindOf(run.peerFailure), where);
      } else if (!Set.of(without).contains(ChannelFeature.RESET)) {
        assertTrue(
            run.isComplete(), where + ": the peer saw the end of " + run.arrived.remaining());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyLaterCall_throwsItAgain(Injected what) {
    for (long number = 1; number < 8; number++) {
      var faults = new Injected.Faults(what, number, false, 0);
      ChannelOutput out =
          ChannelOutput.over(new FaultyChannel(new TakingChannel(), faults), OPTIONS);
      Throwable caught = null;
      try {
        script(out);
        out.finish();
      } catch (Throwable thrown) {
        caught = thrown;
      }
      if (caught == null) {
        assertTrue(faults.thrown().isEmpty());
        continue;
      }
      assertSame(faults.thrown().getFirst(), caught, "the call that meets it throws it");
      faults.assertReported(out, caught);
      for (Executable call : calls(out)) {
        Failures.assertThrowsAgain(caught, call);
      }
      assertSame(caught, out.firstError().orElseThrow());
      assertEquals(0, caught.getSuppressed().length, "no later failure happened");
    }
  }

  private static Executable[] calls(ChannelOutput out) {
    return new Executable[] {
      () -> out.write(1),
      () -> out.writeByte(1),
      () -> out.writeShort(1),
      () -> out.writeInt(1),
      () -> out.writeLong(1),
      () -> out.writeChar(1),
      () -> out.writeBoolean(true),
      () -> out.writeFloat(1),
      () -> out.writeDouble(1),
      () -> out.writeBytes("a"),
      () -> out.writeChars("a"),
      () -> out.writeUTF("a"),
      () -> out.write(new byte[1]),
      () -> out.write(new byte[9], 1, 1),
      () -> out.write(ByteBuffer.allocate(1)),
      () -> out.write(ByteBuffer.allocateDirect(5000)),
      () -> out.writeCountedString("a"),
      () -> out.writeBorrowed(NATIVE, 0, 1, AfterFlush.KEEP),
      () -> out.writeBorrowed(MemorySegment.ofArray(HEAP), 0, 1, AfterFlush.KEEP),
      out::flush,
      out::finish,
      () -> out.asOutputStream().write(1),
      () -> out.asOutputStream().flush(),
      () -> out.asOutputStream().close()
    };
  }
}
