package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.tck.conformance.Lacks;
import dev.sluice.tck.conformance.OnlyOn;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.Pair;
import dev.sluice.tck.fixture.TransportFixture;
import java.nio.ByteBuffer;
import java.nio.channels.NonReadableChannelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Group 2: what a read does to its buffers. */
public abstract class ReadRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected ReadRules(TransportFixture fixture) {
    super(fixture);
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  @OnlyOn(Medium.LIVE)
  void ch2_1_read_blocksUntilThereIsAByte(ThreadKind kind) throws Exception {
    Pair pair = pair();
    Task<Integer> reading = start(kind, () -> Streams.readByte(pair.incoming()));
    reading.assertStaysBlocked();
    Streams.writeByte(pair.outgoing(), 0x7f);
    assertEquals(0x7f, reading.result());
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch2_2_readWithoutRoom_returnsZero_whileNothingIsThere() throws Exception {
    Pair pair = pair();
    assertEquals(0, start(() -> pair.incoming().read(ByteBuffer.allocate(0))).result());
    ByteBuffer[] none = {ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0)};
    assertEquals(0L, start(() -> pair.incoming().read(none)).result());
    assertUnharmed(pair);
  }

  @Test
  void ch2_2_readWithoutRoom_doesNotTellTheEnd() throws Exception {
    stream(
        writer -> Streams.writeByte(writer, 1),
        reader -> {
          Streams.readByte(reader);
          assertEquals(-1, Streams.readByte(reader));
          assertEquals(0, reader.read(ByteBuffer.allocate(0)));
        });
  }

  @ParameterizedTest
  @EnumSource(Room.class)
  void ch2_3_read_movesPositionsByWhatItReturns_andNothingElse(Room room) throws Exception {
    Pattern pattern = pattern();
    int byteCount = 100_000;
    stream(
        writer -> Streams.send(writer, pattern, 0, byteCount),
        reader -> {
          long position = 0;
          while (true) {
            ByteBuffer whole = room.of(4096);
            Room.fill(whole, (byte) 0x55);
            ByteBuffer target = whole.duplicate().position(100).limit(3000);
            int count = reader.read(target);
            assertEquals(3000, target.limit(), "the limit");
            assertEquals(100 + Math.max(0, count), target.position(), "the position");
            for (int i = 0; i < whole.capacity(); i++) {
              if (i < 100 || i >= 100 + Math.max(0, count)) {
                assertEquals((byte) 0x55, whole.get(i), "a byte outside, at " + i);
              }
            }
            if (count < 0) {
              break;
            }
            assertTrue(count > 0, "a read with room in blocking mode gave 0");
            pattern.verify(whole.slice(100, count), position);
            position += count;
          }
          assertEquals(byteCount, position);
        });
  }

  @Test
  void ch2_5_readOnlyTarget_isRefused_andCostsNoByte() throws Exception {
    Pattern pattern = pattern();
    stream(
        writer -> Streams.send(writer, pattern, 0, 10),
        reader -> {
          assertThrows(
              IllegalArgumentException.class,
              () -> reader.read(ByteBuffer.allocate(5).asReadOnlyBuffer()));
          Streams.receive(reader, pattern, 0, 10);
        });
  }

  @Test
  @Lacks(ChannelFeature.DUPLEX)
  void ch2_6_readOfTheOutgoingSide_isRefused_andHarmsNothing() throws Exception {
    stream(
        writer -> {
          assertThrows(
              NonReadableChannelException.class, () -> writer.read(ByteBuffer.allocate(1)));
          Streams.writeByte(writer, 9);
        },
        reader -> assertEquals(9, Streams.readByte(reader)));
  }

  @ParameterizedTest
  @EnumSource(Room.class)
  void ch2_7_targetsOfEveryKind_work(Room room) throws Exception {
    Pattern pattern = pattern();
    int byteCount = 300_000;
    stream(
        writer -> Streams.send(writer, pattern, 0, byteCount),
        reader -> {
          ByteBuffer target = room.of(byteCount);
          Streams.readFully(reader, target);
          pattern.verify(target.flip(), 0);
        });
  }

  @Test
  void ch2_8_target_isTheCallersAgain_whenTheCallReturns() throws Exception {
    Pattern pattern = pattern();
    stream(
        writer -> Streams.send(writer, pattern, 0, 200_000),
        reader -> {
          ByteBuffer first = ByteBuffer.allocateDirect(50_000);
          int count = reader.read(first);
          assertTrue(count > 0, () -> "a read gave " + count);
          Room.fill(first, (byte) 0x33);
          Streams.receive(reader, pattern, count, 200_000 - count);
          for (int i = 0; i < first.capacity(); i++) {
            assertEquals((byte) 0x33, first.get(i), "written to behind the call, at " + i);
          }
        });
  }
}
