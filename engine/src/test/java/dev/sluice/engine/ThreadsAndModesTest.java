package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call, by both kinds of threads, over channels that block and channels that do not. */
@Timeout(30)
final class ThreadsAndModesTest {
  private static final MemorySegment PAGE = Bytes.nativeCopy(Arena.global(), Bytes.random(6, 4096));

  static Stream<Arguments> cases() {
    return Stream.of(ThreadKind.values())
        .flatMap(
            kind ->
                Stream.of(true, false)
                    .flatMap(
                        blocking ->
                            Stream.of(Style.SMALLEST, EngineOptions.DEFAULTS)
                                .map(options -> Arguments.of(kind, blocking, options))));
  }

  @ParameterizedTest(name = "{0}, blocking {1}, {2}")
  @MethodSource("cases")
  void aConversation_withEveryCall(ThreadKind kind, boolean blocking, EngineOptions options)
      throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 100);
    pair.outgoing().configureBlocking(blocking);
    pair.incoming().configureBlocking(blocking);
    Background<Void> sender =
        Background.run(kind, () -> send(ChannelOutput.over(pair.outgoing(), options)));
    Background<Void> receiver =
        Background.run(kind, () -> receive(ChannelInput.over(pair.incoming(), options)));
    sender.result();
    receiver.result();
  }

  private static Void send(ChannelOutput out) throws IOException {
    try (out;
        ChannelInput answers = out.returnPath()) {
      for (int i = 0; i < 50; i++) {
        out.writeInt(i);
        out.writeCountedString("page " + i);
        out.writeBorrowed(PAGE, 0, PAGE.byteSize(), AfterFlush.KEEP);
        out.write(PAGE.asByteBuffer());
        out.writeUTF("end of page");
        out.flush();
        assertEquals(i, answers.readLong());
      }
      out.finish();
      assertTrue(answers.atEnd());
    }
    return null;
  }

  private static Void receive(ChannelInput in) throws IOException {
    byte[] page = Bytes.of(PAGE);
    try (in;
        ChannelOutput answers = in.returnPath()) {
      for (int i = 0; !in.atEnd(); i++) {
        assertEquals(i, in.peek(0, 4).getInt());
        assertEquals(i, in.readInt());
        assertEquals("page " + i, in.readCountedString());
        ByteBuffer direct = ByteBuffer.allocateDirect(4096);
        in.readFully(direct);
        assertArrayEquals(page, Bytes.remaining(direct.flip()));
        in.skipFully(96);
        var target = new TakingChannel().keeping();
        assertEquals(4000, in.transferTo(target, 4000));
        assertEquals("end of page", in.readUTF());
        answers.writeLong(i);
        answers.flush();
      }
      answers.finish();
    }
    return null;
  }

  @ParameterizedTest(name = "{0}, blocking {1}, {2}")
  @MethodSource("cases")
  void aBlockedCall_isEndedByAShutdown(ThreadKind kind, boolean blocking, EngineOptions options)
      throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 100);
    pair.outgoing().configureBlocking(blocking);
    ChannelOutput out = ChannelOutput.over(pair.outgoing(), options);
    ChannelInput in = out.returnPath();
    Background<Long> reader = Background.run(kind, in::readLong).awaitBlocked();
    Background<Object> writer =
        Background.<Object>run(
                kind,
                () -> {
                  out.write(new byte[1 << 20]);
                  return "written";
                })
            .awaitBlocked();
    var cause = new TransportException(Kind.TIMED_OUT, "stalled");
    out.shutdown(cause);
    Failures.assertReports(cause, reader.failureWithin(1000));
    Failures.assertReports(cause, writer.failureWithin(1000));
  }

  @Test
  void aHalfChannelMayBeHandedOver_underALock() throws IOException {
    var channel = new TakingChannel();
    ChannelOutput out = ChannelOutput.over(channel, Style.SMALL);
    var lock = new Object();
    Background<?>[] writers = new Background<?>[4];
    for (int i = 0; i < writers.length; i++) {
      ThreadKind kind = i % 2 == 0 ? ThreadKind.PLATFORM : ThreadKind.VIRTUAL;
      writers[i] =
          Background.run(
              kind,
              () -> {
                for (int n = 0; n < 1000; n++) {
                  synchronized (lock) {
                    out.writeLong(n);
                  }
                }
                return null;
              });
    }
    for (Background<?> writer : writers) {
      writer.result();
    }
    out.finish();
    assertEquals(32_000, channel.byteCount());
  }

  @Test
  void aBlockingChannelThatMovesNothing_isAnError_notAnEndlessLoop() {
    var stuck = new TakingChannel().atMostPerCall(0);
    ChannelOutput out = ChannelOutput.over(stuck);
    assertThrows(
        IOException.class,
        () -> {
          out.writeByte(1);
          out.flush();
        });
  }
}
