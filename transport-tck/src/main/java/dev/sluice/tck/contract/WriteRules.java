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
import java.nio.channels.NonWritableChannelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Group 3: what a write does to its buffers, and what of it arrives. */
public abstract class WriteRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected WriteRules(TransportFixture fixture) {
    super(fixture);
  }

  /** A transport that takes more than this of a stream that nobody reads has no bound. */
  private static final long MOST_UNREAD = 64L << 20;

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  @OnlyOn(Medium.LIVE)
  void ch3_1_write_blocksUntilThereIsRoom(ThreadKind kind) throws Exception {
    Pair pair = pair();
    BlockedWriter writer = BlockedWriter.on(this, kind, pair.outgoing());
    long before = writer.acceptedBytes();
    Pattern pattern = writer.pattern();
    Streams.receive(pair.incoming(), pattern, 0, before);
    writer.awaitMoreThan(before);
  }

  @Test
  void ch3_2_emptyWrite_returnsZero_andSendsNothing() throws Exception {
    stream(
        writer -> {
          assertEquals(0, writer.write(ByteBuffer.allocate(0)));
          assertEquals(0L, writer.write(new ByteBuffer[] {ByteBuffer.allocateDirect(0)}));
        },
        reader -> assertEquals(-1, Streams.readByte(reader)));
  }

  @ParameterizedTest
  @EnumSource(Room.class)
  void ch3_3_write_movesPositionsByWhatItReturns_andNothingElse(Room room) throws Exception {
    Pattern pattern = pattern();
    int byteCount = 50_000;
    stream(
        writer -> {
          ByteBuffer whole = room.of(byteCount + 200);
          pattern.fill(whole, 0);
          byte[] copy = pattern.bytes(0, byteCount + 200);
          ByteBuffer source = whole.duplicate().position(100).limit(byteCount + 100);
          while (source.hasRemaining()) {
            int before = source.position();
            int count = writer.write(source);
            assertTrue(count > 0, "a write gave " + count);
            assertEquals(before + count, source.position(), "the position");
            assertEquals(byteCount + 100, source.limit(), "the limit");
          }
          assertEquals(-1, whole.clear().mismatch(ByteBuffer.wrap(copy)), "a byte was changed");
        },
        reader -> {
          Streams.receive(reader, pattern, 100, byteCount);
          assertEquals(-1, Streams.readByte(reader));
        });
  }

  @Test
  void ch3_3_readOnlySource_isLegal() throws Exception {
    Pattern pattern = pattern();
    stream(
        writer -> Streams.writeFully(writer, pattern.buffer(0, 1000).asReadOnlyBuffer()),
        reader -> Streams.receive(reader, pattern, 0, 1000));
  }

  @Test
  @Lacks(ChannelFeature.DUPLEX)
  void ch3_5_writeOfTheIncomingSide_isRefused_andHarmsNothing() throws Exception {
    stream(
        writer -> Streams.writeByte(writer, 9),
        reader -> {
          assertThrows(
              NonWritableChannelException.class, () -> reader.write(ByteBuffer.allocate(1)));
          assertEquals(9, Streams.readByte(reader));
        });
  }

  @ParameterizedTest
  @EnumSource(Chopping.class)
  void ch3_6_bytes_arriveInOrder_eachOnce(Chopping chopping) throws Exception {
    Pattern pattern = pattern();
    long byteCount = chopping.byteCount();
    stream(
        writer -> Streams.send(chopping.of(writer, run()), pattern, 0, byteCount),
        reader ->
            assertEquals(
                byteCount, Streams.receiveToTheEnd(chopping.of(reader, run()), pattern, 0)));
  }

  /** More than an int can count. */
  @Test
  void ch3_6_moreThanTwoGibibytes_arrive() throws Exception {
    Pattern pattern = pattern();
    long byteCount = (2L << 30) + 12_345;
    stream(
        writer -> Streams.send(writer, pattern, 0, byteCount),
        reader -> assertEquals(byteCount, Streams.receiveToTheEnd(reader, pattern, 0)));
  }

  @ParameterizedTest
  @EnumSource(Room.class)
  void ch3_7_source_isTheCallersAgain_whenTheCallReturns(Room room) throws Exception {
    Pattern pattern = pattern();
    int byteCount = 300_000;
    stream(
        writer -> {
          for (int sent = 0; sent < byteCount; ) {
            ByteBuffer source = room.of(Math.min(10_000, byteCount - sent));
            pattern.fill(source, sent);
            sent += writer.write(source.flip());
            Room.fill(source.clear(), (byte) 0x77);
          }
        },
        reader -> assertEquals(byteCount, Streams.receiveToTheEnd(reader, pattern, 0)));
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch3_8_unreadBytes_areBounded() throws Exception {
    Pair pair = pair();
    BlockedWriter writer = BlockedWriter.on(this, ThreadKind.PLATFORM, pair.outgoing());
    assertTrue(
        writer.acceptedBytes() <= MOST_UNREAD,
        () -> writer.acceptedBytes() + " bytes were accepted that nobody read");
  }
}
