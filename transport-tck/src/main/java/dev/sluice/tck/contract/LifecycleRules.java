package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Group 1: from the first call to the last. */
public abstract class LifecycleRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected LifecycleRules(TransportFixture fixture) {
    super(fixture);
  }

  @Test
  void ch1_1_isOpen_isTrueUntilTheFirstEnd() throws Exception {
    stream(
        writer -> {
          assertTrue(writer.isOpen());
          Streams.writeByte(writer, 1);
          assertTrue(writer.isOpen());
        },
        reader -> {
          assertTrue(reader.isOpen());
          assertEquals(1, Streams.readByte(reader));
          assertEquals(-1, Streams.readByte(reader));
          assertTrue(reader.isOpen());
          reader.close();
          assertFalse(reader.isOpen(), "open behind close");
        });
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch1_1_isOpen_isFalseBehindAbort() throws Exception {
    Pair pair = pair();
    pair.outgoing().abort();
    assertFalse(pair.outgoing().isOpen());
  }

  @Test
  void ch1_2_hundredConnections_leaveNoDescriptorAndNoThread() throws Exception {
    Resources before = null;
    for (int i = 0; i < 110; i++) {
      if (i == 10) {
        // What a transport loads or starts once is there now.
        before = Resources.settled(run());
      }
      stream(writer -> Streams.writeByte(writer, 1), reader -> Streams.readByte(reader));
    }
    Resources.requireNoMoreThan(before, run());
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch1_2_hundredAborts_leaveNoDescriptorAndNoThread() throws Exception {
    Resources before = null;
    for (int i = 0; i < 110; i++) {
      if (i == 10) {
        before = Resources.settled(run());
      }
      pair().close();
    }
    Resources.requireNoMoreThan(before, run());
  }

  @Test
  void ch1_3_endsMayBeRepeated_inAnyOrder() throws Exception {
    stream(
        writer -> Streams.writeByte(writer, 1),
        reader -> {
          assertEquals(1, Streams.readByte(reader));
          assertEquals(-1, Streams.readByte(reader));
          reader.close();
          reader.close();
          reader.abort();
          reader.close();
          reader.abort();
        });
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch1_4_afterTheEnd_everyTransferIsRefused() throws Exception {
    Pair pair = pair();
    ByteBuffer one = ByteBuffer.allocate(1);
    pair.outgoing().abort();
    assertThrows(ClosedChannelException.class, () -> pair.outgoing().write(one));
    pair.incoming().abort();
    assertThrows(ClosedChannelException.class, () -> pair.incoming().read(one));
    if (isDuplex()) {
      assertThrows(ClosedChannelException.class, () -> pair.outgoing().read(one));
      assertThrows(ClosedChannelException.class, () -> pair.incoming().write(one));
    }
  }

  @Test
  @OnlyOn(Medium.LIVE)
  @Needs(ChannelFeature.SHUTDOWN)
  void ch1_4_afterTheEnd_shutdownIsRefused() throws Exception {
    Pair pair = pair();
    pair.outgoing().abort();
    assertThrows(ClosedChannelException.class, () -> pair.outgoing().shutdown(Direction.BOTH));
  }

  @Test
  void ch1_5_info_namesTheChannel_alsoBehindItsEnd() throws Exception {
    stream(
        writer -> {
          assertFalse(writer.info().name().isBlank(), "the outgoing side has no name");
          Streams.writeByte(writer, 1);
        },
        reader -> {
          assertFalse(reader.info().name().isBlank(), "the incoming side has no name");
          Streams.readByte(reader);
          assertEquals(-1, Streams.readByte(reader));
          reader.close();
          assertFalse(reader.info().name().isBlank(), "no name behind the end");
        });
  }

  @Test
  void ch1_6_establish_hasNothingToDo_onAConnectedChannel() throws Exception {
    stream(
        writer -> {
          writer.establish();
          Streams.writeByte(writer, 7);
        },
        reader -> assertEquals(7, Streams.readByte(reader)));
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch1_8_remains_canBeAskedBeforeAndBehindAbort() throws Exception {
    Pair pair = pair();
    Optional<String> before = pair.outgoing().remains();
    pair.outgoing().abort();
    assertEquals(before.map(String::isBlank), before.map(_ -> false), "blank remains");
    assertEquals(Optional.empty(), pair.outgoing().remains(), "a connection leaves nothing");
  }
}
