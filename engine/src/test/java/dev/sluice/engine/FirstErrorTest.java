package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The first error of a half-channel is kept and told again. */
final class FirstErrorTest {
  @Test
  void withoutAnError_thereIsNone() {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    ChannelOutput out = ChannelOutput.over(pair.outgoing());
    ChannelInput in = ChannelInput.over(pair.incoming());
    assertEquals(Optional.empty(), out.firstError());
    assertEquals(Optional.empty(), HalfChannel.firstErrorOf(out, in));
  }

  @Test
  void firstErrorOf_isThatOfTheOneThatHasOne() {
    ChannelOutput one = ChannelOutput.over(new TakingChannel());
    ChannelOutput other = ChannelOutput.over(new TakingChannel());
    var second = new IOException("second");
    other.fail(second);
    assertSame(second, HalfChannel.firstErrorOf(one, other).orElseThrow());
    var first = new IOException("first");
    one.fail(first);
    assertSame(first, HalfChannel.firstErrorOf(one, other).orElseThrow());
  }

  @Test
  void fail_keepsTheFirst_andAttachesAtMostEightLaterOnes() {
    ChannelOutput out = ChannelOutput.over(new TakingChannel());
    var first = new IOException("first");
    out.fail(first);
    Throwable[] later = new Throwable[20];
    for (int i = 0; i < later.length; i++) {
      later[i] = new IOException("later " + i);
      out.fail(later[i]);
    }
    assertSame(first, out.firstError().orElseThrow());
    assertEquals(Arrays.asList(later).subList(0, 8), Arrays.asList(first.getSuppressed()));
  }

  @Test
  void theSameErrorTwice_isNotAttachedToItself() {
    ChannelOutput out = ChannelOutput.over(new TakingChannel());
    var first = new IOException("first");
    out.fail(first);
    out.fail(first);
    out.shutdown(first);
    assertSame(first, out.firstError().orElseThrow());
    assertEquals(0, first.getSuppressed().length);
  }

  @Test
  void fail_endsTheOwnersCalls_atTheLatestAtTheEndOfTheBuffer() {
    var options = new EngineOptions(512, 2, Long.MAX_VALUE);
    ChannelOutput out = ChannelOutput.over(new TakingChannel(), options);
    var first = new IOException("first");
    out.fail(first);
    Throwable thrown =
        assertThrows(
            IOException.class,
            () -> {
              for (int i = 0; i <= 512; i++) {
                out.writeByte(i);
              }
            });
    Failures.assertReports(first, thrown);
    Failures.assertThrowsAgain(first, () -> out.writeByte(1));
  }

  @Test
  void fail_endsAReader_atTheLatestAtTheEndOfTheBuffer() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    Bytes.writeAll(pair.outgoing(), new byte[600]);
    ChannelInput in = ChannelInput.over(pair.incoming(), new EngineOptions(512, 2, 1));
    in.readByte();
    var first = new TransportException(Kind.TIMED_OUT, "first", "look at the cable", null);
    in.fail(first);
    Throwable thrown =
        assertThrows(
            TransportException.class,
            () -> {
              for (int i = 0; i <= 512; i++) {
                in.readByte();
              }
            });
    Failures.assertReports(first, thrown);
    Failures.assertThrowsAgain(first, in::readByte);
    Failures.assertThrowsAgain(first, in::atEnd);
  }

  @Test
  void fail_doesNotStopTheOtherHalf() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    ChannelInput in = ChannelInput.over(pair.incoming());
    ChannelOutput back = in.returnPath();
    in.fail(new IOException("only here"));
    assertFalse(back.firstError().isPresent());
    back.writeInt(7);
    back.flush();
    assertEquals(4, pair.outgoing().read(ByteBuffer.allocate(10)));
  }

  @Test
  void twoLaterCalls_throwTwoExceptions() {
    ChannelOutput out = ChannelOutput.over(new TakingChannel().failingAfter(0));
    assertThrows(IOException.class, () -> writeAndFlush(out));
    Throwable second = assertThrows(IOException.class, out::flush);
    Throwable third = assertThrows(IOException.class, out::flush);
    assertNotSame(second, third);
  }

  private static void writeAndFlush(ChannelOutput out) throws IOException {
    out.writeByte(1);
    out.flush();
  }

  @Test
  void tryWithResources_overTheStreamView_keepsTheFirstErrorAsTheOneThatLeaves() {
    ChannelOutput out = ChannelOutput.over(new TakingChannel().failingAfter(0));
    IOException thrown =
        assertThrows(
            IOException.class,
            () -> {
              try (OutputStream stream = out.asOutputStream()) {
                stream.write(1);
                stream.flush();
              }
            });
    assertSame(thrown, out.firstError().orElseThrow());
    for (Throwable suppressed : thrown.getSuppressed()) {
      assertNotSame(thrown, suppressed);
    }
  }

  @Test
  void anErrorThatTheOwnerFailedWith_andThrows_survivesTryWithResources() {
    var first = new IOException("first");
    IOException thrown =
        assertThrows(
            IOException.class,
            () -> {
              try (ChannelOutput out = ChannelOutput.over(MemoryChannels.pair().outgoing());
                  ChannelInput in = out.returnPath()) {
                in.fail(first);
                out.fail(first);
                throw first;
              }
            });
    assertSame(first, thrown);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyKind_isTheSameWhenToldAgain(Kind kind) {
    ChannelOutput out = ChannelOutput.over(new TakingChannel());
    var first = new TransportException(kind, "first", "do this", new IOException("below"));
    out.fail(first);
    Failures.assertThrowsAgain(first, out::flush);
    Throwable again = assertThrows(IOException.class, out::flush);
    assertTrue(String.valueOf(again.getMessage()).contains("first"), "the message is lost");
  }

  /** What a plugin may throw. */
  private static final class PeerGone extends TransportException {
    @Serial private static final long serialVersionUID = 1;

    PeerGone() {
      super(Kind.RESET, "gone", "call again later", null);
    }
  }

  @Test
  void aSubclassOfTransportException_keepsItsKindAndHint() {
    ChannelOutput out = ChannelOutput.over(new TakingChannel());
    var first = new PeerGone();
    out.fail(first);
    var again = assertThrows(IOException.class, out::flush);
    assertSame(Kind.RESET, TransportException.kindOf(again));
    assertSame(first, again.getCause());
    assertEquals(
        first.hint(), assertInstanceOf(TransportException.class, again).hint(), "the hint is lost");
  }

  @Test
  void aClassThatCannotBeMadeAgain_isToldByItsNearestRelative() {
    ChannelOutput out = ChannelOutput.over(new TakingChannel());
    var first = new UncheckedIOException("first", new IOException("below"));
    out.fail(first);
    var again = assertThrows(RuntimeException.class, out::flush);
    assertSame(first, again.getCause());
  }

  @Test
  void anInterrupt_endsABlockedCall_asTheFirstError_andStaysSet() {
    for (ThreadKind kind : ThreadKind.values()) {
      ChannelInput reader = ChannelInput.over(MemoryChannels.pair().incoming());
      Background<Boolean> blocked =
          Background.run(
              kind,
              () -> {
                Throwable thrown = assertThrows(IOException.class, reader::readLong);
                assertInstanceOf(ClosedByInterruptException.class, thrown);
                assertSame(thrown, reader.firstError().orElseThrow());
                return Thread.currentThread().isInterrupted();
              });
      blocked.awaitBlocked().interrupt();
      assertTrue(blocked.result(), "the interrupt was swallowed");
    }
  }
}
