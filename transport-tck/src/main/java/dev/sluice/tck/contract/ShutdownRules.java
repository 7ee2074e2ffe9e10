package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.tck.conformance.Needs;
import dev.sluice.tck.conformance.OnlyOn;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.Pair;
import dev.sluice.tck.fixture.TransportFixture;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Group 6: stopping a direction without closing. */
@OnlyOn(Medium.LIVE)
@Needs(ChannelFeature.SHUTDOWN)
public abstract class ShutdownRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected ShutdownRules(TransportFixture fixture) {
    super(fixture);
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void ch6_1_shutdown_endsABlockedRead_andTheChannelStaysOpen(ThreadKind kind) throws Exception {
    Pair pair = pair();
    Task<Integer> reading = start(kind, () -> Streams.readByte(pair.incoming()));
    reading.assertStaysBlocked();
    pair.incoming().shutdown(Direction.READ);
    reading.resultWithinASecond();
    assertTrue(pair.incoming().isOpen());
  }

  @Test
  void ch6_2_afterReadingWasStopped_readsGiveTheEnd() throws Exception {
    Pair pair = pair();
    Streams.writeByte(pair.outgoing(), 1);
    pair.incoming().shutdown(Direction.READ);
    assertEquals(-1, Streams.readByte(pair.incoming()));
    assertEquals(-1, Streams.readByte(pair.incoming()));
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void ch6_2_stoppingReading_wakesTheReaderWithTheEnd(ThreadKind kind) throws Exception {
    Pair pair = pair();
    Task<Integer> reading = start(kind, () -> Streams.readByte(pair.incoming()));
    reading.assertStaysBlocked();
    pair.incoming().shutdown(Direction.READ);
    assertEquals(-1, reading.resultWithinASecond());
  }

  @Test
  void ch6_3_afterWritingWasStopped_writesAreRefused() throws Exception {
    Pair pair = pair();
    pair.outgoing().shutdown(Direction.WRITE);
    assertThrows(ClosedChannelException.class, () -> pair.outgoing().write(ByteBuffer.allocate(1)));
    assertTrue(pair.outgoing().isOpen());
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void ch6_3_stoppingWriting_wakesTheWriter(ThreadKind kind) throws Exception {
    Pair pair = pair();
    BlockedWriter writer = BlockedWriter.on(this, kind, pair.outgoing());
    pair.outgoing().shutdown(Direction.WRITE);
    writer.task().failureWithinASecond(ClosedChannelException.class);
  }

  @Test
  void ch6_4_afterWritingWasStopped_peerReadsAllAndThenTheEnd() throws Exception {
    Pattern pattern = pattern();
    Pair pair = pair();
    Task<Long> reading = start(() -> Streams.receiveToTheEnd(pair.incoming(), pattern, 0));
    Task<Void> sending =
        start(
            () -> {
              Streams.send(pair.outgoing(), pattern, 0, 500_000);
              pair.outgoing().shutdown(Direction.WRITE);
              return null;
            });
    assertEquals(500_000, reading.result());
    sending.result();
  }

  /** Nothing was read before the end, so all of it is still under way. */
  @Test
  void ch6_4_afterWritingWasStopped_bytesUnderWayArrive() throws Exception {
    Pattern pattern = pattern();
    Pair pair = pair();
    Streams.send(pair.outgoing(), pattern, 0, 1000);
    pair.outgoing().shutdown(Direction.WRITE);
    assertEquals(1000, start(() -> Streams.receiveToTheEnd(pair.incoming(), pattern, 0)).result());
  }

  @Test
  void ch6_5_stoppingAgain_doesNothing() throws Exception {
    Pair pair = pair();
    for (int i = 0; i < 3; i++) {
      pair.outgoing().shutdown(Direction.WRITE);
      pair.outgoing().shutdown(Direction.BOTH);
      pair.outgoing().shutdown(Direction.READ);
    }
    assertEquals(-1, start(() -> Streams.readByte(pair.incoming())).result());
  }

  @Test
  @Needs({ChannelFeature.SHUTDOWN, ChannelFeature.DUPLEX})
  void ch6_7_stoppingOneDirection_leavesTheOther() throws Exception {
    Pattern pattern = pattern();
    Pair pair = pair();
    pair.outgoing().shutdown(Direction.WRITE);
    Streams.send(pair.incoming(), pattern, 0, 1000);
    Streams.receive(pair.outgoing(), pattern, 0, 1000);
    Pair other = pair();
    other.outgoing().shutdown(Direction.READ);
    Streams.send(other.outgoing(), pattern, 0, 1000);
    Streams.receive(other.incoming(), pattern, 0, 1000);
  }
}
