package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.conformance.Needs;
import dev.sluice.tck.conformance.OnlyOn;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.Pair;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Group 7: orderly and abandoned ends. */
public abstract class EndingRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected EndingRules(TransportFixture fixture) {
    super(fixture);
  }

  private static final Duration SHORT_LINGER = Duration.ofMillis(500);

  @Test
  void ch7_1_close_deliversWhatWasAccepted() throws Exception {
    Pattern pattern = pattern();
    stream(
        writer -> Streams.send(writer, pattern, 0, 3_000_000),
        reader -> assertEquals(3_000_000, Streams.receiveToTheEnd(reader, pattern, 0)));
  }

  @Test
  @OnlyOn(Medium.LIVE)
  @Needs(ChannelFeature.DUPLEX)
  void ch7_1_close_delivers_althoughThePeersBytesWereNeverRead() throws Exception {
    Pattern pattern = pattern();
    Pair pair = pair();
    Streams.send(pair.incoming(), pattern, 0, 10_000);
    Task<Void> closing =
        start(
            () -> {
              Streams.send(pair.outgoing(), pattern, 0, 2_000_000);
              pair.outgoing().close();
              return null;
            });
    Task<Long> reading =
        start(
            () -> {
              long count = Streams.receiveToTheEnd(pair.incoming(), pattern, 0);
              pair.incoming().close();
              return count;
            });
    assertEquals(2_000_000, reading.result());
    closing.result();
  }

  /** A system that drops what is under way, because input was not read, has time to do so. */
  @Test
  @OnlyOn(Medium.LIVE)
  @Needs(ChannelFeature.DUPLEX)
  void ch7_1_close_delivers_toAPeerThatReadsLater() throws Exception {
    Pattern pattern = pattern();
    Pair pair = pair();
    Streams.send(pair.incoming(), pattern, 0, 1000);
    Streams.send(pair.outgoing(), pattern, 0, 1000);
    Task<Void> closing =
        start(
            () -> {
              pair.outgoing().close();
              return null;
            });
    closing.staysBlocked();
    assertEquals(1000, start(() -> Streams.receiveToTheEnd(pair.incoming(), pattern, 0)).result());
    Task<Void> answering =
        start(
            () -> {
              pair.incoming().close();
              return null;
            });
    closing.result();
    answering.settle();
  }

  /** Either it throws, or the bytes can still be read. */
  @Test
  @OnlyOn(Medium.LIVE)
  void ch7_2_closeToAPeerThatTakesNothing_losesNothingInSilence() throws Exception {
    Pattern pattern = pattern();
    Pair pair = pair(fixture().context().withLinger(SHORT_LINGER));
    int byteCount = 1000;
    Streams.send(pair.outgoing(), pattern, 0, byteCount);
    Task<Boolean> closing =
        start(
            () -> {
              pair.outgoing().close();
              return true;
            });
    boolean delivered;
    try {
      delivered = closing.result();
    } catch (IOException told) {
      delivered = false;
    }
    assertFalse(pair.outgoing().isOpen());
    if (delivered) {
      assertEquals(byteCount, Streams.receiveToTheEnd(pair.incoming(), pattern, 0));
    }
  }

  @Test
  @OnlyOn(Medium.LIVE)
  @Needs(ChannelFeature.RESET)
  void ch7_3_closeThatCannotDeliver_throws() throws Exception {
    Pair pair = pair();
    Streams.send(pair.outgoing(), pattern(), 0, 1000);
    pair.incoming().abort();
    Task<Void> closing =
        start(
            () -> {
              pair.outgoing().close();
              return null;
            });
    closing.failure(IOException.class);
    assertFalse(pair.outgoing().isOpen());
  }

  @Test
  @OnlyOn(Medium.STORED)
  void ch7_4_abort_leavesTheTargetAsItWas() throws Exception {
    Pattern pattern = pattern();
    Path folder = folder();
    try (TransportChannel complete = track(fixture().create(folder))) {
      Streams.send(complete, pattern, 0, 100);
    }
    TransportChannel abandoned = track(fixture().create(folder));
    Streams.send(abandoned, pattern, 50, 10);
    abandoned.abort();
    assertEquals(100, Streams.receiveToTheEnd(track(fixture().reopen(folder)), pattern, 0));
  }

  @Test
  @OnlyOn(Medium.LIVE)
  @Needs(ChannelFeature.RESET)
  void ch7_5_afterAbort_peersReadFailsWithReset() throws Exception {
    Pair pair = pair();
    Streams.send(pair.outgoing(), pattern(), 0, 1000);
    pair.outgoing().abort();
    requireReset(pair.incoming());
  }

  @Test
  @OnlyOn(Medium.LIVE)
  @Needs({ChannelFeature.RESET, ChannelFeature.SHUTDOWN})
  void ch7_5_abortBehindAHalfClose_isAReset_orTheEndOfTheWholeStream() throws Exception {
    Pair pair = pair();
    Streams.send(pair.outgoing(), pattern(), 0, 1000);
    pair.outgoing().shutdown(Direction.WRITE);
    pair.outgoing().abort();
    Task<Long> reading = start(() -> Streams.receiveToTheEnd(pair.incoming(), pattern(), 0));
    try {
      assertEquals(1000, reading.result());
    } catch (TransportException failure) {
      requireAbandoned(failure);
    }
  }

  /** Bytes that were accepted before may still come. */
  private void requireReset(TransportChannel channel) throws Exception {
    Task<Long> reading = start(() -> Streams.receiveToTheEnd(channel, pattern(), 0));
    requireAbandoned(reading.failure(TransportException.class));
  }

  private static void requireAbandoned(TransportException failure) {
    assertTrue(
        EnumSet.of(Kind.RESET, Kind.TRUNCATED).contains(failure.kind()),
        () -> "neither RESET nor TRUNCATED: " + failure);
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  @OnlyOn(Medium.LIVE)
  void ch7_6_closeWithAWriteInProgress_isAnAbort_andSaysSo(ThreadKind kind) throws Exception {
    Pair pair = pair();
    BlockedWriter writer = BlockedWriter.on(this, kind, pair.outgoing());
    assertThrows(AsynchronousCloseException.class, () -> pair.outgoing().close());
    // Woken with what was accepted, it learns from its next write.
    writer.task().failureWithinASecond(ClosedChannelException.class);
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  @OnlyOn(Medium.LIVE)
  @Needs(ChannelFeature.RESET)
  void ch7_7_interruptInAWrite_isAnAbort(ThreadKind kind) throws Exception {
    Pair pair = pair();
    BlockedWriter writer = BlockedWriter.on(this, kind, pair.outgoing());
    writer.task().thread().interrupt();
    writer.task().failureWithinASecond(ClosedByInterruptException.class);
    assertFalse(pair.outgoing().isOpen());
    Task<Long> reading = start(() -> Streams.receiveToTheEnd(pair.incoming(), writer.pattern(), 0));
    requireAbandoned(reading.failure(TransportException.class));
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch7_8_abort_returnsAtOnce_andNeverThrows() throws Exception {
    Pair pair = pair();
    BlockedWriter writer = BlockedWriter.on(this, ThreadKind.PLATFORM, pair.outgoing());
    Task<Void> aborting =
        start(
            () -> {
              pair.outgoing().abort();
              pair.outgoing().abort();
              return null;
            });
    aborting.resultWithinASecond();
    writer.task().failureWithinASecond(ClosedChannelException.class);
  }

  /** Where close returns before the peer has read, it has delivered already. */
  @Test
  @OnlyOn(Medium.LIVE)
  void ch7_9_abort_cutsOffACloseThatDelivers() throws Exception {
    Pattern pattern = pattern();
    Pair pair = pair();
    Streams.send(pair.outgoing(), pattern, 0, 1000);
    CountDownLatch begun = new CountDownLatch(1);
    Task<Boolean> closing =
        start(
            () -> {
              begun.countDown();
              pair.outgoing().close();
              return true;
            });
    begun.await();
    if (closing.staysBlocked()) {
      pair.outgoing().abort();
      closing.failureWithinASecond(IOException.class);
    } else {
      assertEquals(1000, Streams.receiveToTheEnd(pair.incoming(), pattern, 0));
    }
  }
}
