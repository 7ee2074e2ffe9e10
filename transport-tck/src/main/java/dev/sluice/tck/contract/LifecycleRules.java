package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.tck.conformance.OnlyOn;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.Pair;
import dev.sluice.tck.fixture.TransportFixture;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

  /** The reader is there still, and gets all. */
  @Test
  void ch1_3_endsOfTheWriter_mayBeRepeated_andHarmNothing() throws Exception {
    stream(
        writer -> {
          Streams.writeByte(writer, 1);
          writer.close();
          writer.close();
          writer.abort();
          writer.close();
        },
        reader -> {
          assertEquals(1, Streams.readByte(reader));
          assertEquals(-1, Streams.readByte(reader));
        });
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch1_3_closeBehindAbort_doesNothing() throws Exception {
    Pair pair = pair();
    Streams.writeByte(pair.outgoing(), 1);
    for (TransportChannel channel : List.of(pair.outgoing(), pair.incoming())) {
      channel.abort();
      channel.close();
      channel.abort();
      channel.close();
      assertFalse(channel.isOpen());
    }
  }

  @Test
  @OnlyOn(Medium.STORED)
  void ch1_3_closeBehindAbort_storesNothing() throws Exception {
    Pattern pattern = pattern();
    Path folder = folder();
    try (TransportChannel complete = track(fixture().create(folder))) {
      Streams.send(complete, pattern, 0, 100);
    }
    TransportChannel abandoned = track(fixture().create(folder));
    Streams.send(abandoned, pattern, 50, 10);
    abandoned.abort();
    abandoned.close();
    abandoned.abort();
    assertEquals(100, Streams.receiveToTheEnd(track(fixture().reopen(folder)), pattern, 0));
  }

  @ParameterizedTest
  @EnumSource(EndKind.class)
  @OnlyOn(Medium.LIVE)
  void ch1_4_afterTheEnd_everyCallIsRefused(EndKind how) throws Exception {
    Pair pair = pair();
    ByteBuffer key = ByteBuffer.allocate(1);
    if (fixture().features().contains(ChannelFeature.REMOTE_MEMORY)) {
      key = copy(pair.incoming().allocate(1).key());
    }
    // Each may wait for the other.
    Task<Void> ending = startEnd(ThreadKind.PLATFORM, how, pair.outgoing());
    startEnd(ThreadKind.PLATFORM, how, pair.incoming()).result();
    ending.result();
    requireRefused(pair.outgoing(), isDuplex() ? Direction.BOTH : Direction.WRITE, key);
    requireRefused(pair.incoming(), isDuplex() ? Direction.BOTH : Direction.READ, key);
  }

  /** A key is gone with its channel. */
  private static ByteBuffer copy(ByteBuffer key) {
    return ByteBuffer.allocate(key.remaining()).put(key).flip();
  }

  @ParameterizedTest
  @EnumSource(EndKind.class)
  @OnlyOn(Medium.STORED)
  void ch1_4_afterTheEnd_everyCallIsRefused_ofWhatIsStored(EndKind how) throws Exception {
    Path folder = folder();
    ByteBuffer noKey = ByteBuffer.allocate(1);
    try (TransportChannel complete = track(fixture().create(folder))) {
      Streams.writeByte(complete, 1);
    }
    TransportChannel writer = track(fixture().create(folder));
    Streams.writeByte(writer, 1);
    how.end(writer);
    requireRefused(writer, Direction.WRITE, noKey);
    TransportChannel reader = track(fixture().reopen(folder));
    how.end(reader);
    requireRefused(reader, Direction.READ, noKey);
  }

  private void requireRefused(TransportChannel ended, Direction carried, ByteBuffer key) {
    new CallsOf(ended, carried, fixture().features(), key)
        .all()
        .forEach(
            (name, call) ->
                assertThrows(
                    ClosedChannelException.class,
                    call,
                    () -> name + " of " + ended + " which ended"));
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
