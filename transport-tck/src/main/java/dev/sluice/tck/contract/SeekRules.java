package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportChannel;
import dev.sluice.tck.conformance.Needs;
import dev.sluice.tck.conformance.OnlyOn;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Group 9: bytes with positions. */
@OnlyOn(Medium.STORED)
@Needs(ChannelFeature.SEEKABLE)
public abstract class SeekRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected SeekRules(TransportFixture fixture) {
    super(fixture);
  }

  private TransportChannel create() throws IOException {
    return track(fixture().create(folder()));
  }

  @Test
  void ch9_1_position_isThatOfTheNextTransfer() throws Exception {
    TransportChannel channel = create();
    assertEquals(0, channel.position());
    Streams.send(channel, pattern(), 0, 1000);
    assertEquals(1000, channel.position());
  }

  @Test
  void ch9_2_position_canBeMoved_andBytesGoThere() throws Exception {
    Pattern pattern = pattern();
    Path folder = folder();
    try (TransportChannel channel = track(fixture().create(folder))) {
      Streams.send(channel, pattern, 0, 100);
      channel.position(40);
      assertEquals(40, channel.position());
      Streams.send(channel, pattern, 40, 100);
      assertEquals(140, channel.position());
    }
    TransportChannel reader = track(fixture().reopen(folder));
    reader.position(100);
    assertEquals(40, Streams.receiveToTheEnd(reader, pattern, 100));
  }

  @Test
  void ch9_3_pastTheEnd_readsEnd_andWritesLeaveZeros() throws Exception {
    Path folder = folder();
    try (TransportChannel channel = track(fixture().create(folder))) {
      channel.position(10);
      Streams.writeByte(channel, 1);
    }
    TransportChannel reader = track(fixture().reopen(folder));
    for (int i = 0; i < 10; i++) {
      assertEquals(0, Streams.readByte(reader), "byte " + i + " of the gap");
    }
    assertEquals(1, Streams.readByte(reader));
    reader.position(1000);
    assertEquals(-1, Streams.readByte(reader));
  }

  @Test
  void ch9_4_positionalTransfers_leaveThePositionAlone() throws Exception {
    Pattern pattern = pattern();
    Path folder = folder();
    try (TransportChannel channel = track(fixture().create(folder))) {
      Streams.send(channel, pattern, 0, 10);
      ByteBuffer later = pattern.buffer(10, 10);
      for (long at = 10; later.hasRemaining(); ) {
        at += channel.writeAt(later, at);
      }
      assertEquals(10, channel.position());
    }
    TransportChannel reader = track(fixture().reopen(folder));
    ByteBuffer target = ByteBuffer.allocate(5);
    for (long at = 12; target.hasRemaining(); ) {
      at += reader.readAt(target, at);
    }
    pattern.verify(target.flip(), 12);
    assertEquals(0, reader.position());
    Streams.receive(reader, pattern, 0, 20);
  }

  @ParameterizedTest
  @EnumSource(Room.class)
  void ch9_4_positionalTransfers_moveTheBuffersByWhatTheyReturn_andNothingElse(Room room)
      throws Exception {
    Pattern pattern = pattern();
    Path folder = folder();
    try (TransportChannel channel = track(fixture().create(folder))) {
      ByteBuffer whole = room.of(4096);
      pattern.fill(whole, 0);
      ByteBuffer source = whole.duplicate().position(100).limit(3000);
      for (int at = 100; at < 3000; ) {
        int count = channel.writeAt(source, at);
        assertTrue(count > 0, () -> "writeAt gave " + count);
        at += count;
        assertEquals(at, source.position(), "the position of the source");
        assertEquals(3000, source.limit(), "the limit of the source");
      }
      pattern.verify(whole.clear(), 0);
      assertEquals(3000, channel.size(), "what was written");
    }
    TransportChannel reader = track(fixture().reopen(folder));
    for (int at = 100; at < 3000; ) {
      ByteBuffer whole = room.of(4096);
      Room.fill(whole, (byte) 0x55);
      ByteBuffer target = whole.duplicate().position(200).limit(1000);
      int count = reader.readAt(target, at);
      assertTrue(count > 0, () -> "readAt with room gave " + count);
      assertEquals(1000, target.limit(), "the limit of the target");
      assertEquals(200 + count, target.position(), "the position of the target");
      for (int i = 0; i < whole.capacity(); i++) {
        if (i < 200 || i >= 200 + count) {
          assertEquals((byte) 0x55, whole.get(i), "a byte outside, at " + i);
        }
      }
      pattern.verify(whole.slice(200, count), at);
      at += count;
    }
  }

  @Test
  void ch9_4_readAtIntoAReadOnlyTarget_isRefused() throws Exception {
    Path folder = folder();
    try (TransportChannel channel = track(fixture().create(folder))) {
      Streams.send(channel, pattern(), 0, 10);
    }
    TransportChannel reader = track(fixture().reopen(folder));
    assertThrows(
        IllegalArgumentException.class,
        () -> reader.readAt(ByteBuffer.allocate(5).asReadOnlyBuffer(), 0));
    Streams.receive(reader, pattern(), 0, 10);
  }

  @Test
  void ch9_5_readAt_endsAtTheEnd_andNeedsRoom() throws Exception {
    Path folder = folder();
    try (TransportChannel channel = track(fixture().create(folder))) {
      Streams.send(channel, pattern(), 0, 10);
    }
    TransportChannel reader = track(fixture().reopen(folder));
    assertEquals(-1, reader.readAt(ByteBuffer.allocate(1), 10));
    assertEquals(-1, reader.readAt(ByteBuffer.allocate(1), 1L << 40));
    assertEquals(0, reader.readAt(ByteBuffer.allocate(0), 3));
  }

  @Test
  void ch9_6_negativePosition_isRefused_andHarmsNothing() throws Exception {
    Path folder = folder();
    try (TransportChannel channel = track(fixture().create(folder))) {
      ByteBuffer one = ByteBuffer.allocate(1);
      assertThrows(IllegalArgumentException.class, () -> channel.position(-1));
      assertThrows(IllegalArgumentException.class, () -> channel.writeAt(one, -1));
      assertEquals(1, one.remaining(), "what is left of the source");
      assertEquals(0, channel.position());
      Streams.writeByte(channel, 7);
    }
    TransportChannel reader = track(fixture().reopen(folder));
    ByteBuffer one = ByteBuffer.allocate(1);
    assertThrows(IllegalArgumentException.class, () -> reader.position(-1));
    assertThrows(IllegalArgumentException.class, () -> reader.readAt(one, -1));
    assertThrows(IllegalArgumentException.class, () -> reader.readAt(one, Long.MIN_VALUE));
    assertEquals(1, one.remaining(), "the room left in the target");
    assertEquals(7, Streams.readByte(reader));
  }

  @Test
  void ch9_7_size_hasWhatWasWritten() throws Exception {
    TransportChannel channel = create();
    assertEquals(0, channel.size());
    Streams.send(channel, pattern(), 0, 1234);
    assertEquals(1234, channel.size());
  }
}
