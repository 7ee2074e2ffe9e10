package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a stream counts as complete, and who closes the channel. */
final class EndingTest {
  private static final ChannelFeature[] BOTH_WAYS = {
    ChannelFeature.DUPLEX, ChannelFeature.SHUTDOWN
  };

  private static Kind peersFailure(MemoryChannels.Pair pair) {
    return TransportException.kindOf(
        assertThrows(IOException.class, () -> Bytes.readAll(pair.incoming())));
  }

  @Test
  void anExceptionInTheTryBlock_givesThePeerAReset() {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () -> {
              try (ChannelOutput out = ChannelOutput.over(pair.outgoing())) {
                out.writeLong(1);
                out.flush();
                throw new IllegalStateException("in the block");
              }
            });
    assertEquals("in the block", thrown.getMessage());
    assertSame(Kind.RESET, peersFailure(pair));
  }

  @Test
  void anExceptionInTheTryBlock_withHalfAStreamSent_givesThePeerAReset_inBothDirections() {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    assertThrows(
        EOFException.class,
        () -> {
          try (ChannelOutput out = ChannelOutput.over(pair.outgoing());
              ChannelInput answers = out.returnPath()) {
            out.writeLong(1);
            out.flush();
            assertEquals(0, answers.transferred());
            throw new EOFException("in the block");
          }
        });
    assertSame(Kind.RESET, peersFailure(pair));
    assertFalse(pair.outgoing().isOpen());
  }

  @Test
  void withoutReset_ourSideReports() {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(ChannelFeature.RESET), 100);
    ChannelOutput out = ChannelOutput.over(pair.outgoing());
    var thrown = assertThrows(TransportException.class, out::close);
    assertSame(Kind.CANCELLED, thrown.kind());
  }

  @Test
  void withoutReset_anExceptionInTheTryBlock_stillLeaves() {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(ChannelFeature.RESET), 100);
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () -> {
              try (ChannelOutput out = ChannelOutput.over(pair.outgoing())) {
                out.writeLong(1);
                throw new IllegalStateException("in the block");
              }
            });
    assertEquals("in the block", thrown.getMessage());
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void closeWithoutFinish_isReported_andAborts(ThreadKind kind) {
    var channel = new TakingChannel();
    ChannelOutput out = ChannelOutput.over(channel);
    Background<Void> closing =
        Background.run(
            kind,
            () -> {
              out.writeLong(1);
              out.close();
              return null;
            });
    var thrown = assertInstanceOf(TransportException.class, closing.failure());
    assertSame(Kind.CANCELLED, thrown.kind());
    assertTrue(thrown.hint().isPresent(), "what to do is not said");
    assertEquals(List.of("abort"), channel.endings());
    assertEquals(0, channel.byteCount(), "close flushed");
  }

  @Test
  void closeTwice_theSecondDoesNothing() throws IOException {
    var channel = new TakingChannel();
    ChannelOutput out = ChannelOutput.over(channel);
    assertThrows(TransportException.class, out::close);
    out.close();
    assertEquals(List.of("abort"), channel.endings());
    assertFalse(out.isOpen());
  }

  @Test
  void finish_flushesAndEndsThisDirection() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    ChannelOutput out = ChannelOutput.over(pair.outgoing());
    out.writeLong(0x0102030405060708L);
    out.finish();
    assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, Bytes.readAll(pair.incoming()));
    out.close();
    assertFalse(pair.outgoing().isOpen());
  }

  @Test
  void withoutShutdown_finishIsSeenByThePeerAtClose() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(ChannelFeature.SHUTDOWN), 100);
    ChannelOutput out = ChannelOutput.over(pair.outgoing());
    out.writeByte(1);
    out.finish();
    assertEquals(1, pair.incoming().read(ByteBuffer.allocate(10)));
    Background<Integer> end = Background.run(() -> pair.incoming().read(ByteBuffer.allocate(10)));
    end.awaitBlocked();
    out.close();
    assertEquals(-1, end.result());
  }

  @Test
  void finishTwice_theSecondDoesNothing() throws IOException {
    var channel = new TakingChannel(ChannelFeature.SHUTDOWN);
    ChannelOutput out = ChannelOutput.over(channel);
    out.finish();
    out.finish();
    assertEquals(List.of("shutdown WRITE"), channel.endings());
    out.close();
    assertEquals(List.of("shutdown WRITE", "close"), channel.endings());
  }

  @Test
  void writesAfterFinish_areRefused_andTheStreamStaysComplete() throws IOException {
    for (ChannelFeature[] features :
        List.of(new ChannelFeature[0], new ChannelFeature[] {ChannelFeature.SHUTDOWN})) {
      var channel = new TakingChannel(features);
      ChannelOutput out = ChannelOutput.over(channel);
      out.writeByte(1);
      out.finish();
      assertThrows(
          Exception.class,
          () -> {
            out.writeLong(2);
            out.flush();
          });
      assertEquals(1, channel.byteCount());
    }
  }

  @Test
  void writesAfterClose_areRefused() throws IOException {
    ChannelOutput out = ChannelOutput.over(new TakingChannel());
    out.writeByte(1);
    out.finish();
    out.close();
    assertThrows(ClosedChannelException.class, () -> out.write(ByteBuffer.allocate(1)));
    assertThrows(ClosedChannelException.class, () -> out.writeByte(1));
    assertThrows(ClosedChannelException.class, out::flush);
  }

  @Test
  void readsAfterClose_areRefused_asByAnyChannel() throws IOException {
    ChannelInput in = closedWithBytesInTheBuffer();
    assertFalse(in.isOpen());
    assertThrows(ClosedChannelException.class, () -> in.read(ByteBuffer.allocate(1)));
    assertThrows(ClosedChannelException.class, in::atEnd);
    in.close();
  }

  @Test
  void readsOfSmallValuesAfterClose_areRefused_atTheLatestAtTheEndOfTheBuffer() throws IOException {
    ChannelInput in = closedWithBytesInTheBuffer();
    assertThrows(
        ClosedChannelException.class,
        () -> {
          for (int i = 0; i < 100; i++) {
            in.readByte();
          }
        });
  }

  private static ChannelInput closedWithBytesInTheBuffer() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    Bytes.writeAll(pair.outgoing(), new byte[100]);
    ChannelInput in = ChannelInput.over(pair.incoming());
    in.readByte();
    in.close();
    return in;
  }

  @Test
  void closingTheStreamView_isFinishAndClose() throws IOException {
    var channel = new TakingChannel(ChannelFeature.SHUTDOWN);
    ChannelOutput out = ChannelOutput.over(channel);
    OutputStream stream = out.asOutputStream();
    stream.write(7);
    stream.close();
    assertEquals(1, channel.byteCount());
    assertEquals(List.of("shutdown WRITE", "close"), channel.endings());
    stream.close();
    assertFalse(out.isOpen());
  }

  @Test
  void closingTheStreamView_whereFinishFails_abortsAndThrows() {
    var channel = new TakingChannel(ChannelFeature.SHUTDOWN).failingAfter(3);
    ChannelOutput out = ChannelOutput.over(channel);
    assertThrows(
        IOException.class,
        () -> {
          try (OutputStream stream = out.asOutputStream()) {
            stream.write(new byte[100]);
          }
        });
    assertEquals(List.of("abort"), channel.endings());
    assertFalse(out.isOpen());
  }

  @Test
  void closingTheStreamViewOfAnInput_closesTheInput() throws IOException {
    var channel = new FakeChannel();
    ChannelInput in = ChannelInput.over(channel);
    in.asInputStream().close();
    assertFalse(in.isOpen());
    assertEquals(List.of("close"), channel.endings());
  }

  @Test
  void anOutputThatHoldsAnError_aborts_evenIfItWasFinished() throws IOException {
    var channel = new TakingChannel(BOTH_WAYS);
    ChannelOutput out = ChannelOutput.over(channel);
    out.finish();
    out.fail(new IOException("late"));
    closeQuietly(out);
    assertEquals(List.of("shutdown WRITE", "abort"), channel.endings());
  }

  private static void closeQuietly(HalfChannel half) {
    try {
      half.close();
    } catch (IOException reported) {
      assertTrue(half.firstError().isPresent(), "an error without a reason");
    }
  }

  @Test
  void anErrorThatTheOwnerWasNeverTold_isToldByClose() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(ChannelFeature.RESET), 100);
    ChannelOutput out = ChannelOutput.over(pair.outgoing());
    out.writeLong(1);
    out.finish();
    var stall = new TransportException(Kind.TIMED_OUT, "stalled");
    Background<Void> watchdog =
        Background.run(
            () -> {
              out.shutdown(stall);
              return null;
            });
    watchdog.result();
    Throwable thrown =
        assertThrows(
            IOException.class, out::close, "aborted, and nobody of those who close was told");
    Failures.assertReports(stall, thrown);
  }

  @Test
  void anAbortOfTheChannel_afterFinish_isToldByClose() throws IOException {
    for (ChannelFeature[] features :
        List.of(new ChannelFeature[0], new ChannelFeature[] {ChannelFeature.SHUTDOWN})) {
      var channel = new TakingChannel(features);
      ChannelOutput out = ChannelOutput.over(channel);
      out.writeLong(1);
      out.finish();
      channel.abort();
      assertThrows(IOException.class, out::close, "what was abandoned looks complete");
    }
  }

  @Test
  void anUnfinishedOutput_whoseChannelWasAborted_isReportedAllTheSame() throws IOException {
    var channel = new TakingChannel();
    ChannelOutput out = ChannelOutput.over(channel);
    out.writeLong(1);
    channel.abort();
    assertThrows(IOException.class, out::close, "neither finished nor failed");
  }

  @Test
  void anErrorOfTheOtherHalf_thatAbortsAFinishedOutput_isToldByClose() throws IOException {
    var channel = new TakingChannel(BOTH_WAYS);
    ChannelOutput out = ChannelOutput.over(channel);
    ChannelInput in = out.returnPath();
    out.writeLong(1);
    out.finish();
    in.fail(new IOException("answers are broken"));
    in.close();
    assertThrows(IOException.class, out::close, "aborted, and nobody of those who close was told");
    assertTrue(channel.endings().contains("abort"));
  }

  @Test
  void theLastHalf_closesTheChannel_theOutputFirst() throws IOException {
    var channel = new TakingChannel(BOTH_WAYS);
    ChannelOutput out = ChannelOutput.over(channel);
    ChannelInput in = out.returnPath();
    out.finish();
    out.close();
    assertTrue(channel.isOpen());
    in.close();
    assertEquals("close", channel.endings().getLast());
  }

  @Test
  void theLastHalf_closesTheChannel_theInputFirst() throws IOException {
    var channel = new TakingChannel(BOTH_WAYS);
    ChannelInput in = ChannelInput.over(channel);
    ChannelOutput out = in.returnPath();
    in.close();
    assertTrue(channel.isOpen());
    out.writeLong(1);
    out.finish();
    assertTrue(channel.isOpen());
    out.close();
    assertEquals("close", channel.endings().getLast());
    assertEquals(8, channel.byteCount());
  }

  @Test
  void anInputAlone_closesTheChannelInOrder_evenIfBytesAreLeft() throws IOException {
    var channel = new FakeChannel(BOTH_WAYS);
    ChannelInput.over(channel).close();
    assertEquals("close", channel.endings().getLast());
    assertFalse(channel.endings().contains("abort"));
  }

  @Test
  void anInputWithAnError_abortsTheChannel_whenItIsTheLast() throws IOException {
    var channel = new TakingChannel(BOTH_WAYS);
    ChannelOutput out = ChannelOutput.over(channel);
    ChannelInput in = out.returnPath();
    out.finish();
    out.close();
    in.fail(new IOException("broken"));
    closeQuietly(in);
    assertEquals("abort", channel.endings().getLast());
    assertFalse(channel.endings().contains("close"));
  }

  @Test
  void anUnfinishedOutput_abortsAtOnce_theInputBeingOpen() {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    ChannelOutput out = ChannelOutput.over(pair.outgoing());
    ChannelInput in = out.returnPath();
    assertThrows(TransportException.class, out::close);
    assertSame(Kind.RESET, peersFailure(pair));
    assertThrows(IOException.class, in::atEnd, "an aborted stream has no end");
  }

  @Test
  void closingAnInput_onlyEndsReading() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    ChannelOutput out = ChannelOutput.over(pair.outgoing());
    ChannelInput in = out.returnPath();
    in.close();
    byte[] page = Bytes.random(1, 5000);
    out.write(page);
    out.finish();
    out.close();
    assertArrayEquals(page, Bytes.readAll(pair.incoming()));
  }

  @Test
  void afterAHalfClose_readingGoesOn() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    ChannelOutput out = ChannelOutput.over(pair.outgoing());
    ChannelInput answers = out.returnPath();
    out.writeInt(1);
    out.finish();
    out.close();
    assertEquals(4, Bytes.readAll(pair.incoming()).length);
    Bytes.writeAll(pair.incoming(), new byte[] {0, 0, 0, 42});
    pair.incoming().close();
    assertEquals(42, answers.readInt());
    assertTrue(answers.atEnd());
    answers.close();
    assertFalse(pair.outgoing().isOpen());
  }

  @Test
  void closeThatCannotDeliver_throwsWhatTheChannelThrew() throws IOException {
    var undelivered = new TransportException(Kind.IO, "disk full");
    var channel =
        new TakingChannel() {
          @Override
          public void close() throws IOException {
            super.close();
            throw undelivered;
          }
        };
    ChannelOutput out = ChannelOutput.over(channel);
    out.finish();
    Failures.assertReports(undelivered, assertThrows(IOException.class, out::close));
  }

  @Test
  void finishThatFails_isNotFinished() {
    var channel = new TakingChannel(ChannelFeature.SHUTDOWN).failingAfter(0);
    ChannelOutput out = ChannelOutput.over(channel);
    assertThrows(
        IOException.class,
        () -> {
          out.writeByte(1);
          out.finish();
        });
    assertThrows(IOException.class, out::finish);
    closeQuietly(out);
    assertEquals(List.of("abort"), channel.endings());
  }
}
