package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.tck.conformance.Needs;
import dev.sluice.tck.conformance.OnlyOn;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.Pair;
import dev.sluice.tck.fixture.TransportFixture;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Group 10: transfers that do not wait. */
@OnlyOn(Medium.LIVE)
@Needs(ChannelFeature.NON_BLOCKING)
public abstract class NonBlockingRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected NonBlockingRules(TransportFixture fixture) {
    super(fixture);
  }

  @Test
  void ch10_1_channel_blocksUntilItIsTold() throws Exception {
    Pair pair = pair();
    assertTrue(pair.incoming().isBlocking());
    pair.incoming().configureBlocking(false);
    assertFalse(pair.incoming().isBlocking());
    pair.incoming().configureBlocking(true);
    assertTrue(pair.incoming().isBlocking());
    assertUnharmed(pair);
  }

  @Test
  void ch10_2_transferThatCannotMoveAByte_returnsZero() throws Exception {
    Pair pair = pair();
    pair.incoming().configureBlocking(false);
    assertEquals(0, start(() -> pair.incoming().read(ByteBuffer.allocate(1))).result());
    fill(pair.outgoing());
  }

  /** Writes until nothing more is taken. */
  private void fill(TransportChannel channel) throws Exception {
    channel.configureBlocking(false);
    Task<Long> filling =
        start(
            () -> {
              ByteBuffer chunk = ByteBuffer.allocateDirect(64 << 10);
              long total = 0;
              for (int count; (count = channel.write(chunk.clear())) > 0; ) {
                total += count;
              }
              return total;
            });
    assertTrue(filling.resultOfATransfer() > 0, "nothing was taken");
  }

  @Test
  void ch10_2_end_isStillTheEnd() throws Exception {
    Pair pair = pair();
    pair.incoming().configureBlocking(false);
    Task<Void> closing =
        start(
            () -> {
              pair.outgoing().close();
              return null;
            });
    assertTrue(pair.incoming().awaitReadable(run().guard()));
    assertEquals(-1, pair.incoming().read(ByteBuffer.allocate(1)));
    pair.incoming().close();
    closing.result();
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void ch10_3_modeOfABlockedChannel_cannotBeChanged(ThreadKind kind) throws Exception {
    Pair pair = pair();
    Task<Integer> reading = start(kind, () -> Streams.readByte(pair.incoming()));
    reading.assertStaysBlocked();
    assertThrows(IllegalStateException.class, () -> pair.incoming().configureBlocking(false));
    assertTrue(pair.incoming().isBlocking());
    Streams.writeByte(pair.outgoing(), 1);
    assertEquals(1, reading.result());
  }

  @Test
  void ch10_4_awaitReadable_tellsOfBytes_andOfTimePassed() throws Exception {
    Pair pair = pair();
    pair.incoming().configureBlocking(false);
    assertFalse(pair.incoming().awaitReadable(Duration.ZERO));
    assertFalse(pair.incoming().awaitReadable(run().quiet()));
    Task<Boolean> waiting = start(() -> pair.incoming().awaitReadable(run().guard()));
    waiting.assertStaysBlocked();
    Streams.writeByte(pair.outgoing(), 1);
    assertTrue(waiting.result());
    assertTrue(pair.incoming().awaitReadable(Duration.ZERO));
  }

  @Test
  void ch10_4_awaitWritable_tellsOfRoom_andOfTimePassed() throws Exception {
    Pair pair = pair();
    pair.outgoing().configureBlocking(false);
    assertTrue(pair.outgoing().awaitWritable(run().guard()));
    fill(pair.outgoing());
    assertFalse(pair.outgoing().awaitWritable(run().quiet()));
    Task<Boolean> waiting = start(() -> pair.outgoing().awaitWritable(run().guard()));
    ByteBuffer chunk = ByteBuffer.allocateDirect(64 << 10);
    Task<Void> draining =
        start(
            () -> {
              while (!waiting.isDone()) {
                pair.incoming().read(chunk.clear());
              }
              return null;
            });
    assertTrue(waiting.result());
    pair.close();
    draining.settle();
  }

  @ParameterizedTest
  @MethodSource("endsAndThreads")
  void ch10_5_end_wakesWhoAwaits(EndKind how, ThreadKind kind) throws Exception {
    Pair pair = pair();
    pair.incoming().configureBlocking(false);
    Task<Boolean> waiting =
        start(kind, () -> pair.incoming().awaitReadable(run().guard().multipliedBy(2)));
    waiting.assertStaysBlocked();
    Task<Void> ending = startEnd(kind, how, pair.incoming());
    waiting.failureWithinASecond(ClosedChannelException.class);
    ending.result();
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  @Needs({ChannelFeature.NON_BLOCKING, ChannelFeature.SHUTDOWN})
  void ch10_5_shutdown_wakesWhoAwaits(ThreadKind kind) throws Exception {
    Pair pair = pair();
    pair.incoming().configureBlocking(false);
    Task<Boolean> waiting =
        start(kind, () -> pair.incoming().awaitReadable(run().guard().multipliedBy(2)));
    waiting.assertStaysBlocked();
    pair.incoming().shutdown(Direction.READ);
    assertTrue(waiting.resultWithinASecond(), "the end is something to learn");
    assertEquals(-1, pair.incoming().read(ByteBuffer.allocate(1)));
  }

  @Test
  void ch10_5_waitingInBlockingMode_isRefused_andHarmsNothing() throws Exception {
    Pair pair = pair();
    Streams.writeByte(pair.outgoing(), 1);
    assertThrows(IllegalStateException.class, () -> pair.incoming().awaitReadable(Duration.ZERO));
    assertThrows(IllegalStateException.class, () -> pair.outgoing().awaitWritable(Duration.ZERO));
    assertEquals(1, Streams.readByte(pair.incoming()));
    assertUnharmed(pair);
  }
}
