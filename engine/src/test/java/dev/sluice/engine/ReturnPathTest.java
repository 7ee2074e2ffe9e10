package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The two half-channels of one channel. */
@Timeout(30)
final class ReturnPathTest {
  @Test
  void itIsTheSameObjectEachTime_fromBothSides() {
    ChannelOutput out = ChannelOutput.over(MemoryChannels.pair().outgoing());
    ChannelInput in = out.returnPath();
    assertSame(in, out.returnPath());
    assertSame(out, in.returnPath());
    assertSame(out.channel(), in.channel());
  }

  @Test
  void itIsTheSameObjectForThreadsThatAskAtOnce() {
    for (int i = 0; i < 200; i++) {
      ChannelOutput out = ChannelOutput.over(MemoryChannels.pair().outgoing());
      Background<ChannelInput> one = Background.run(ThreadKind.VIRTUAL, out::returnPath);
      Background<ChannelInput> other = Background.run(ThreadKind.VIRTUAL, out::returnPath);
      assertSame(one.result(), other.result());
    }
  }

  @Test
  void askedForAfterTheOrderlyEnd_itClosesInSilence() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    ChannelOutput out = ChannelOutput.over(pair.outgoing());
    out.writeByte(1);
    out.finish();
    out.close();
    ChannelInput late = out.returnPath();
    assertThrows(ClosedChannelException.class, late::readByte);
    late.close();
    assertArrayEquals(new byte[] {1}, Bytes.readAll(pair.incoming()));
  }

  @Test
  void withoutDuplex_anOutputHasNone_andGoesOn() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(ChannelFeature.DUPLEX), 100);
    ChannelOutput out = ChannelOutput.over(pair.outgoing());
    out.writeByte(1);
    var refused = assertThrows(FeatureUnsupportedException.class, out::returnPath);
    assertSame(ChannelFeature.DUPLEX, refused.feature());
    assertEquals(pair.outgoing().info().name(), refused.channelName());
    assertTrue(out.firstError().isEmpty());
    out.writeByte(2);
    out.finish();
    out.close();
    assertArrayEquals(new byte[] {1, 2}, Bytes.readAll(pair.incoming()));
  }

  @Test
  void withoutDuplex_anInputHasNone_andGoesOn() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(ChannelFeature.DUPLEX), 100);
    Bytes.writeAll(pair.outgoing(), new byte[] {7});
    ChannelInput in = ChannelInput.over(pair.incoming());
    assertThrows(FeatureUnsupportedException.class, in::returnPath);
    assertEquals(7, in.readByte());
  }

  @Test
  void itHasTheSizesOfTheFirstHalf() throws IOException {
    ChannelInput in =
        ChannelOutput.over(MemoryChannels.pair().outgoing(), Style.SMALLEST).returnPath();
    assertThrows(IllegalArgumentException.class, () -> in.peek(0, 513));
    ChannelOutput out =
        ChannelInput.over(MemoryChannels.pair().incoming(), Style.SMALLEST).returnPath();
    out.write(new byte[2000]);
    assertTrue(out.flushed() > 0, "a buffer of 512 bytes held 2000");
  }

  @ParameterizedTest
  @EnumSource
  void bothHalvesAreUsedAtOnce_byTwoThreads(ThreadKind kind) throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 300);
    ChannelOutput out = ChannelOutput.over(pair.outgoing(), Style.SMALL);
    ChannelInput answers = out.returnPath();
    Background<Void> echo =
        Background.run(
            kind,
            () -> {
              try (ChannelInput in = ChannelInput.over(pair.incoming(), Style.SMALL);
                  ChannelOutput back = in.returnPath()) {
                while (!in.atEnd()) {
                  back.writeLong(in.readLong() + 1);
                }
                back.finish();
              }
              return null;
            });
    Background<Long> reader =
        Background.run(
            kind,
            () -> {
              long count = 0;
              while (!answers.atEnd()) {
                assertEquals(++count, answers.readLong());
              }
              return count;
            });
    for (long i = 0; i < 20_000; i++) {
      out.writeLong(i);
    }
    out.finish();
    assertEquals(20_000, reader.result());
    echo.result();
    out.close();
    answers.close();
  }

  @Test
  void aShutdown_isKnownToAReturnPathThatIsMadeLater() {
    ChannelOutput out = ChannelOutput.over(MemoryChannels.pair().outgoing());
    var cause = new IOException("stopped");
    out.shutdown(cause);
    ChannelInput in = out.returnPath();
    assertSame(cause, in.firstError().orElseThrow());
    Failures.assertThrowsAgain(cause, in::atEnd);
  }

  @Test
  void theFirstShutdown_isTheOneThatALaterReturnPathKnows() {
    ChannelInput in = ChannelInput.over(MemoryChannels.pair().incoming());
    var first = new IOException("first");
    in.shutdown(first);
    in.shutdown(new IOException("second"));
    ChannelOutput out = in.returnPath();
    Failures.assertThrowsAgain(first, () -> writeAndFlush(out));
  }

  private static void writeAndFlush(ChannelOutput out) throws IOException {
    out.writeByte(1);
    out.flush();
  }

  @Test
  void aReturnPathThatWasNeverAskedFor_needNotBeClosed() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    ChannelInput.over(pair.incoming()).close();
    assertEquals(false, pair.incoming().isOpen());
  }

  @Test
  void anOutputThatWasAskedForButNotFinished_isNotComplete() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    ChannelInput in = ChannelInput.over(pair.incoming());
    ChannelOutput out = in.returnPath();
    in.close();
    assertThrows(IOException.class, out::close);
    assertThrows(IOException.class, () -> Bytes.readAll(pair.outgoing()));
  }
}
