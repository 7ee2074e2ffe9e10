package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Group 5: the end, and nothing that looks like it. */
public abstract class EndOfStreamRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected EndOfStreamRules(TransportFixture fixture) {
    super(fixture);
  }

  @Test
  void ch5_1_end_comesBehindTheLastByte() throws Exception {
    Pattern pattern = pattern();
    stream(
        writer -> Streams.send(writer, pattern, 0, 1_000_003),
        reader -> assertEquals(1_000_003, Streams.receiveToTheEnd(reader, pattern, 0)));
  }

  @Test
  void ch5_2_end_isAState() throws Exception {
    stream(
        writer -> Streams.writeByte(writer, 1),
        reader -> {
          Streams.readByte(reader);
          for (int i = 0; i < 3; i++) {
            assertEquals(-1, Streams.readByte(reader));
            assertEquals(-1L, reader.read(new ByteBuffer[] {ByteBuffer.allocate(1)}));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("endsAndThreads")
  @OnlyOn(Medium.LIVE)
  void ch5_3_ownEnd_doesNotLookLikeThePeers(EndKind how, ThreadKind kind) throws Exception {
    Pair pair = pair();
    Task<Integer> reading = start(kind, () -> Streams.readByte(pair.incoming()));
    reading.assertStaysBlocked();
    Task<Void> ending = startEnd(kind, how, pair.incoming());
    reading.failureWithinASecond(ClosedChannelException.class);
    ending.result();
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  @OnlyOn(Medium.LIVE)
  void ch5_3_interrupt_doesNotLookLikeTheEnd(ThreadKind kind) throws Exception {
    Pair pair = pair();
    Task<Integer> reading = start(kind, () -> Streams.readByte(pair.incoming()));
    reading.assertStaysBlocked();
    reading.thread().interrupt();
    reading.failureWithinASecond(ClosedChannelException.class);
  }

  @Test
  @OnlyOn(Medium.STORED)
  void ch5_4_medium_ends() throws Exception {
    Path folder = folder();
    try (TransportChannel writer = track(fixture().create(folder))) {
      Streams.writeByte(writer, 5);
    }
    TransportChannel reader = track(fixture().reopen(folder));
    assertEquals(5, Streams.readByte(reader));
    assertEquals(-1, Streams.readByte(reader));
  }

  @Test
  @OnlyOn(Medium.LIVE)
  @Needs({ChannelFeature.DUPLEX, ChannelFeature.SHUTDOWN})
  void ch5_5_endOfOneDirection_leavesTheOther_inEitherOrder() throws Exception {
    Pattern pattern = pattern();
    for (boolean outgoingFirst : new boolean[] {true, false}) {
      Pair pair = pair();
      TransportChannel first = outgoingFirst ? pair.outgoing() : pair.incoming();
      TransportChannel second = outgoingFirst ? pair.incoming() : pair.outgoing();
      Streams.send(first, pattern, 0, 1000);
      first.shutdown(Direction.WRITE);
      assertEquals(1000, start(() -> Streams.receiveToTheEnd(second, pattern, 0)).result());
      Streams.send(second, pattern, 0, 2000);
      second.shutdown(Direction.WRITE);
      assertEquals(2000, start(() -> Streams.receiveToTheEnd(first, pattern, 0)).result());
    }
  }
}
