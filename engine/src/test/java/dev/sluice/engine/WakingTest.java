package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A close or an abort by another thread ends a blocked call within a second. */
@Timeout(30)
final class WakingTest {
  private static final EngineOptions OPTIONS = new EngineOptions(512, 2, 1);

  static Stream<Arguments> cases() {
    return Stream.of(ThreadKind.values())
        .flatMap(
            kind ->
                Stream.of(
                        Set.<ChannelFeature>of(),
                        Set.of(ChannelFeature.SHUTDOWN),
                        Set.of(ChannelFeature.RESET),
                        Set.of(ChannelFeature.SHUTDOWN, ChannelFeature.RESET))
                    .map(without -> Arguments.of(kind, without)));
  }

  private static Background<Object> blockedWriter(ThreadKind kind, ChannelOutput out) {
    return Background.<Object>run(
            kind,
            () -> {
              out.write(new byte[100_000]);
              return "written";
            })
        .awaitBlocked();
  }

  @ParameterizedTest(name = "{0}, without {1}")
  @MethodSource("cases")
  void closingAnOutput_endsItsBlockedOwner(ThreadKind kind, Set<ChannelFeature> without) {
    MemoryChannels.Pair pair = MemoryChannels.pair(without, 16);
    ChannelOutput out = ChannelOutput.over(pair.outgoing(), OPTIONS);
    Background<Object> writer = blockedWriter(kind, out);
    var thrown = assertThrows(TransportException.class, out::close);
    assertSame(Kind.CANCELLED, thrown.kind());
    assertInstanceOf(IOException.class, writer.failureWithin(1000));
    assertFalse(pair.outgoing().isOpen());
  }

  @ParameterizedTest(name = "{0}, without {1}")
  @MethodSource("cases")
  void closingAnInput_endsItsBlockedOwner_asAnAsynchronousClose(
      ThreadKind kind, Set<ChannelFeature> without) throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(without, 16);
    ChannelInput in = ChannelInput.over(pair.incoming(), OPTIONS);
    Background<Object> reader = Background.<Object>run(kind, in::atEnd).awaitBlocked();
    in.close();
    assertInstanceOf(AsynchronousCloseException.class, reader.failureWithin(1000));
    assertThrows(ClosedChannelException.class, in::readByte);
    assertFalse(pair.incoming().isOpen());
  }

  @ParameterizedTest(name = "{0}, without {1}")
  @MethodSource("cases")
  void closingAnInput_endsItsBlockedOwner_theOutputBeingOpen(
      ThreadKind kind, Set<ChannelFeature> without) throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(without, 100);
    ChannelInput in = ChannelInput.over(pair.incoming(), OPTIONS);
    ChannelOutput out = in.returnPath();
    Background<Object> reader = Background.<Object>run(kind, in::readLong).awaitBlocked();
    in.close();
    assertInstanceOf(AsynchronousCloseException.class, reader.failureWithin(1000));
    if (without.contains(ChannelFeature.SHUTDOWN)) {
      assertThrows(
          IOException.class,
          () -> {
            out.writeInt(1);
            out.finish();
          },
          "only an abort wakes the reader, and the output must say so");
    } else {
      out.writeInt(1);
      out.finish();
      out.close();
      assertArrayEquals(new byte[] {0, 0, 0, 1}, Bytes.readAll(pair.outgoing()));
    }
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void closingBothHalvesUnderABlockedReader_deliversTheFinishedOutput(ThreadKind kind)
      throws IOException {
    for (int round = 0; round < 500; round++) {
      MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 100);
      ChannelOutput out = ChannelOutput.over(pair.outgoing(), OPTIONS);
      ChannelInput in = out.returnPath();
      Background<Object> reader = Background.<Object>run(kind, in::readByte).awaitBlocked();
      out.writeInt(1);
      out.finish();
      if (round % 2 == 0) {
        in.close();
        out.close();
      } else {
        out.close();
        in.close();
      }
      assertArrayEquals(new byte[] {0, 0, 0, 1}, Bytes.readAll(pair.incoming()));
      assertInstanceOf(AsynchronousCloseException.class, reader.failureWithin(1000));
    }
  }

  @ParameterizedTest(name = "{0}, without {1}")
  @MethodSource("cases")
  void abortingTheChannel_endsBothOwners(ThreadKind kind, Set<ChannelFeature> without) {
    MemoryChannels.Pair pair = MemoryChannels.pair(without, 16);
    ChannelOutput out = ChannelOutput.over(pair.outgoing(), OPTIONS);
    ChannelInput in = out.returnPath();
    Background<Object> writer = blockedWriter(kind, out);
    Background<Object> reader = Background.<Object>run(kind, in::atEnd).awaitBlocked();
    pair.outgoing().abort();
    Throwable writing = writer.failureWithin(1000);
    Throwable reading = reader.failureWithin(1000);
    assertSame(writing, out.firstError().orElseThrow());
    assertSame(reading, in.firstError().orElseThrow());
  }

  @ParameterizedTest(name = "{0}, without {1}")
  @MethodSource("cases")
  void aPeerThatVanishes_endsBothOwners_neverWithAMadeUpByte(
      ThreadKind kind, Set<ChannelFeature> without) {
    MemoryChannels.Pair pair = MemoryChannels.pair(without, 16);
    ChannelOutput out = ChannelOutput.over(pair.outgoing(), OPTIONS);
    ChannelInput in = out.returnPath();
    Background<Object> writer = blockedWriter(kind, out);
    Background<Object> reader = Background.<Object>run(kind, in::readByte).awaitBlocked();
    pair.incoming().abort();
    assertSame(Kind.RESET, TransportException.kindOf(writer.failureWithin(1000)));
    Throwable reading = reader.failureWithin(1000);
    if (without.contains(ChannelFeature.RESET)) {
      assertInstanceOf(TruncatedStreamException.class, reading);
    } else {
      assertSame(Kind.RESET, TransportException.kindOf(reading));
    }
  }

  @ParameterizedTest(name = "{0}, without {1}")
  @MethodSource("cases")
  void closingTheSameHalfInManyThreads_closesOnce(ThreadKind kind, Set<ChannelFeature> without) {
    MemoryChannels.Pair pair = MemoryChannels.pair(without, 16);
    ChannelInput in = ChannelInput.over(pair.incoming(), OPTIONS);
    ChannelOutput out = in.returnPath();
    Background<?>[] closers = new Background<?>[8];
    Arrays.setAll(
        closers,
        i ->
            Background.run(
                kind,
                () -> {
                  in.close();
                  return null;
                }));
    for (Background<?> closer : closers) {
      closer.result();
    }
    assertEquals(true, out.isOpen());
    assertEquals(true, pair.incoming().isOpen(), "several closes of one half closed the channel");
  }
}
