package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.memory.MemoryChannels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A shutdown while a reader is blocked: the reader gets the cause. A reader that took the stop for
 * the peer's end would install a page of zeros.
 */
@Timeout(60)
final class ShutdownRaceTest {
  /** Of each combination; a platform thread takes a hundred times as long to start. */
  private static int repetitions(ThreadKind kind, int ofVirtualReaders) {
    return kind == ThreadKind.VIRTUAL ? ofVirtualReaders : ofVirtualReaders / 10;
  }

  private static final EngineOptions OPTIONS = new EngineOptions(512, 2, 1);

  /** A call that blocks; what it returns is wrong whatever it is. */
  private interface Call {
    Object on(ChannelInput in) throws IOException;
  }

  /** All ways to read, so that none of them takes the stop for the end. */
  private static final List<Call> CALLS =
      List.of(
          ChannelInput::readLong,
          ChannelInput::atEnd,
          in -> in.read(ByteBuffer.allocate(4096)),
          in -> in.read(ByteBuffer.allocateDirect(4096)),
          ChannelInput::readUnsignedByte,
          in -> in.peekByte(3),
          in -> in.peek(0, 100),
          in -> in.readInPlace(64),
          in -> in.skipBytes(5),
          in -> String.valueOf(in.readLine()),
          in -> in.transferTo(new TakingChannel(), Long.MAX_VALUE),
          in -> in.asInputStream().read(),
          in -> in.asInputStream().readAllBytes(),
          in -> {
            in.skipFully(4096);
            return "skipped";
          },
          in -> {
            byte[] page = new byte[4096];
            in.readFully(page);
            return page;
          },
          in -> {
            ByteBuffer page = ByteBuffer.allocateDirect(4096);
            in.readFully(page);
            return page;
          },
          ChannelInput::readUTF,
          ChannelInput::readCountedString);

  /**
   * Gives a reader the end when it is stopped, and does not return from being stopped before the
   * reader has made of it what it will: whoever tells the reader the reason afterwards is too late.
   */
  private static final class HandOverChannel extends FakeChannel {
    private final CountDownLatch inRead = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch readerDone = new CountDownLatch(1);

    HandOverChannel(ChannelFeature... features) {
      super(features);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
      inRead.countDown();
      await(stopped);
      if (endings().contains("abort")) {
        throw new AsynchronousCloseException();
      }
      return -1;
    }

    @Override
    public void shutdown(Direction direction) throws IOException {
      super.shutdown(direction);
      handOver();
    }

    @Override
    public void abort() {
      super.abort();
      handOver();
    }

    private void handOver() {
      stopped.countDown();
      await(readerDone);
    }

    private static void await(CountDownLatch latch) {
      try {
        if (!latch.await(10, TimeUnit.SECONDS)) {
          fail("the other thread waits for this one");
        }
      } catch (InterruptedException interrupted) {
        throw new AssertionError(interrupted);
      }
    }
  }

  static Stream<Arguments> handOvers() {
    return Stream.of(
            Set.of(),
            Set.of(ChannelFeature.SHUTDOWN),
            Set.of(ChannelFeature.RESET),
            Set.of(ChannelFeature.SHUTDOWN, ChannelFeature.RESET))
        .flatMap(
            features ->
                Stream.of(ThreadKind.values())
                    .flatMap(
                        kind ->
                            Stream.of(
                                Arguments.of(features, kind, false),
                                Arguments.of(features, kind, true))));
  }

  @ParameterizedTest(name = "features {0}, {1} reader, by the output: {2}")
  @MethodSource("handOvers")
  void aReaderThatRunsWhileTheChannelIsBeingStopped_getsTheCause(
      Set<ChannelFeature> features, ThreadKind kind, boolean byTheOutput) {
    for (int i = repetitions(kind, 2500); i > 0; i--) {
      var channel =
          new HandOverChannel(
              Stream.concat(features.stream(), Stream.of(ChannelFeature.DUPLEX))
                  .toArray(ChannelFeature[]::new));
      ChannelInput in = ChannelInput.over(channel, OPTIONS);
      HalfChannel stopper = byTheOutput ? in.returnPath() : in;
      Call call = CALLS.get(i % CALLS.size());
      Background<Object> reader =
          Background.run(
              kind,
              () -> {
                try {
                  return call.on(in);
                } finally {
                  channel.readerDone.countDown();
                }
              });
      HandOverChannel.await(channel.inRead);
      var cause = new TransportException(Kind.CANCELLED, "stopped", "start again", null);
      stopper.shutdown(cause);
      Failures.assertReports(cause, reader.failure());
      assertSame(cause, in.firstError().orElseThrow());
      assertSame(cause, in.returnPath().firstError().orElseThrow());
      Failures.assertThrowsAgain(cause, in::atEnd);
    }
  }

  /** A shutdown that comes before, in, or after the call, as the scheduler likes. */
  @ParameterizedTest(name = "{0} reader, without {1}")
  @MethodSource("races")
  void aShutdownAtAnyMoment_isNeverAnEnd(ThreadKind kind, Set<ChannelFeature> without)
      throws Exception {
    Seeded.rounds(
        ShutdownRaceTest.class,
        1,
        random -> {
          for (int i = repetitions(kind, 3000); i > 0; i--) {
            race(kind, without, random, CALLS.get(i % CALLS.size()));
          }
        });
  }

  static Stream<Arguments> races() {
    return Stream.of(
            Set.<ChannelFeature>of(),
            Set.of(ChannelFeature.RESET),
            Set.of(ChannelFeature.SHUTDOWN),
            Set.of(ChannelFeature.SHUTDOWN, ChannelFeature.RESET))
        .flatMap(
            without -> Stream.of(ThreadKind.values()).map(kind -> Arguments.of(kind, without)));
  }

  private static void race(ThreadKind kind, Set<ChannelFeature> without, Random random, Call call) {
    MemoryChannels.Pair pair = MemoryChannels.pair(without, 64);
    ChannelInput in = ChannelInput.over(pair.incoming(), OPTIONS);
    HalfChannel stopper = random.nextBoolean() ? in : in.returnPath();
    var started = new CountDownLatch(1);
    Background<Object> reader =
        Background.run(
            kind,
            () -> {
              started.countDown();
              return call.on(in);
            });
    HandOverChannel.await(started);
    for (int spins = random.nextInt(400); spins > 0; spins--) {
      Thread.onSpinWait();
    }
    var cause = new TransportException(Kind.TIMED_OUT, "stopped");
    stopper.shutdown(cause);
    Failures.assertReports(cause, reader.failure());
    Failures.assertThrowsAgain(cause, in::readByte);
  }

  @ParameterizedTest
  @EnumSource
  void aBlockedWriter_getsTheCause(ThreadKind kind) {
    for (ChannelFeature missing : ChannelFeature.values()) {
      MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(missing), 16);
      ChannelOutput out = ChannelOutput.over(pair.outgoing(), OPTIONS);
      Background<Object> writer =
          Background.run(
              kind,
              () -> {
                out.write(new byte[4096]);
                return "written";
              });
      writer.awaitBlocked();
      var cause = new TransportException(Kind.POLICY, "stopped");
      out.shutdown(cause);
      Failures.assertReports(cause, writer.failureWithin(1000));
      Failures.assertThrowsAgain(cause, out::flush);
    }
  }

  @Test
  void bothHalvesBlocked_bothGetTheCause_andTwoExceptions() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 16);
    ChannelOutput out = ChannelOutput.over(pair.outgoing(), OPTIONS);
    ChannelInput in = out.returnPath();
    Background<Object> writer =
        Background.run(
            () -> {
              out.write(new byte[4096]);
              return "written";
            });
    Background<Long> reader = Background.run(in::readLong);
    writer.awaitBlocked();
    reader.awaitBlocked();
    var cause = new IOException("stopped");
    in.shutdown(cause);
    Failures.assertReports(cause, writer.failureWithin(1000));
    Failures.assertReports(cause, reader.failureWithin(1000));
    in.close();
    out.close();
  }

  @Test
  void anUncheckedCause_isTheError_too() {
    ChannelInput in = ChannelInput.over(MemoryChannels.pair().incoming());
    Background<Long> reader = Background.run(in::readLong).awaitBlocked();
    var cause = new IllegalStateException("stopped");
    in.shutdown(cause);
    Failures.assertReports(cause, reader.failureWithin(1000));
  }

  @Test
  void thePeerOfAnUnfinishedOutput_getsAReset_neverAnEnd() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    ChannelOutput out = ChannelOutput.over(pair.outgoing());
    out.writeLong(1);
    out.flush();
    Background<byte[]> peer = Background.run(() -> Bytes.readAll(pair.incoming()));
    peer.awaitBlocked();
    out.shutdown(new IOException("stopped"));
    assertSame(Kind.RESET, TransportException.kindOf(peer.failureWithin(1000)));
  }

  @Test
  void withShutdownButWithoutReset_bothDirectionsAreShutDown() {
    var channel = new FakeChannel(ChannelFeature.SHUTDOWN, ChannelFeature.DUPLEX);
    ChannelOutput.over(channel).shutdown(new IOException("stopped"));
    assertEquals(List.of("shutdown BOTH"), channel.endings());
  }

  @Test
  void withoutShutdown_theChannelIsAborted() {
    var channel = new FakeChannel(ChannelFeature.DUPLEX);
    ChannelOutput.over(channel).shutdown(new IOException("stopped"));
    assertEquals(List.of("abort"), channel.endings());
  }

  @Test
  void aStopThatFails_isReplacedByAnAbort_andTheReaderGetsTheCause() {
    for (Exception failure : List.of(new IOException("no"), new IllegalStateException("no"))) {
      var channel = new UnstoppableChannel(failure);
      ChannelInput in = ChannelInput.over(channel);
      Background<Long> reader = Background.run(in::readLong);
      HandOverChannel.await(channel.inRead);
      var cause = new IOException("stopped");
      assertDoesNotThrow(() -> in.shutdown(cause));
      Failures.assertReports(cause, reader.failureWithin(1000));
      assertSame(cause, in.firstError().orElseThrow());
    }
  }

  /** Can be stopped by an abort only, whatever it says. */
  private static final class UnstoppableChannel extends FakeChannel {
    private final Exception failure;
    private final CountDownLatch inRead = new CountDownLatch(1);
    private final CountDownLatch aborted = new CountDownLatch(1);

    UnstoppableChannel(Exception failure) {
      super(ChannelFeature.SHUTDOWN);
      this.failure = failure;
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
      inRead.countDown();
      HandOverChannel.await(aborted);
      throw new AsynchronousCloseException();
    }

    @Override
    public void shutdown(Direction direction) throws IOException {
      if (failure instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw (IOException) failure;
    }

    @Override
    public void abort() {
      super.abort();
      aborted.countDown();
    }
  }

  @Test
  void aShutdownAfterAnError_keepsTheFirst() {
    ChannelInput in = ChannelInput.over(MemoryChannels.pair().incoming());
    var first = new IOException("first");
    in.fail(first);
    in.shutdown(new IOException("second"));
    assertSame(first, in.firstError().orElseThrow());
  }
}
