package dev.sluice.vmstate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels for pages as a QEMU writes them, and where their reader may leave. */
@Timeout(30)
final class PagePacketsTest {
  private static final int MAGIC = 0x11223344;
  private static final int SYNC = 1;
  private static final int ZLIB = 1 << 1;
  private static final int DEVICE_STATE = 0x40;
  private static final int OFFSETS = 128;
  private static final int PACKET_BYTES = 320 + OFFSETS * Long.BYTES;

  /** As much of a packet tells what it holds. */
  private static final int HEAD_BYTES = 36;

  private static final int PAGE_BYTES = 4096;

  /** What a QEMU before 9.0 leaves in a packet without pages. */
  private static final int STALE_BYTES = 7 * PAGE_BYTES;

  /** Writes a channel. */
  private static final class Channel {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream stream = new DataOutputStream(bytes);

    static Channel greeted() throws IOException {
      Channel channel = new Channel();
      channel.stream.writeInt(MAGIC);
      channel.stream.writeInt(1);
      channel.stream.write(new byte[56]);
      return channel;
    }

    Channel packet(int flags, int pageCount, int zeroPageCount) throws IOException {
      return packet(flags, pageCount, zeroPageCount, pageCount * PAGE_BYTES);
    }

    Channel packet(int flags, int pageCount, int zeroPageCount, int payload) throws IOException {
      stream.writeInt(MAGIC);
      stream.writeInt(1);
      stream.writeInt(flags);
      stream.writeInt(OFFSETS);
      stream.writeInt(pageCount);
      stream.writeInt(payload == 0 ? STALE_BYTES : payload);
      stream.writeLong(0xb6);
      stream.writeInt(zeroPageCount);
      stream.write(new byte[28]);
      stream.write(Arrays.copyOf("pc.ram".getBytes(US_ASCII), 256));
      stream.write(new byte[OFFSETS * Long.BYTES]);
      // Pages that look like packets.
      for (int i = 0; i < payload / Integer.BYTES; i++) {
        stream.writeInt(MAGIC);
      }
      stream.write(new byte[payload % Integer.BYTES]);
      return this;
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }

  private static Channel settledChannel() throws IOException {
    return Channel.greeted().packet(0, 3, 0).packet(SYNC, 2, 0).packet(0, 0, 0);
  }

  private static MigrationCheck of(byte[] stream, int mostBytes, Random random) {
    MigrationCheck check = new MigrationCheck();
    for (int done = 0; done < stream.length; ) {
      int size = Math.min(stream.length - done, 1 + random.nextInt(mostBytes));
      ByteBuffer part = ByteBuffer.allocateDirect(size + 3).position(3);
      part.put(stream, done, size).position(3);
      check.passed(part.asReadOnlyBuffer());
      done += size;
    }
    return check;
  }

  private static boolean isSettled(byte[] stream) {
    MigrationCheck check = of(stream, Integer.MAX_VALUE, new Random(0));
    assertDoesNotThrow(check::ended, "the end of a channel for pages says nothing");
    return check.isSettled(stream.length);
  }

  private static boolean isSettled(Channel channel) {
    return isSettled(channel.bytes());
  }

  /** As QEMU 7.2 ends it: the packet that was waiting says SYNC, and an empty one follows. */
  @Test
  void emptyPacketBehindASync_mayBeLeft_fromItsHeadOn() throws IOException {
    byte[] whole = settledChannel().bytes();
    int headEnd = whole.length - PACKET_BYTES + HEAD_BYTES;

    for (int size = 0; size <= whole.length; size++) {
      boolean settled = isSettled(Arrays.copyOf(whole, size));
      assertEquals(size >= headEnd, settled, "after " + size + " bytes");
    }
    for (int more = 1; more < HEAD_BYTES; more += 5) {
      assertFalse(isSettled(Arrays.copyOf(whole, whole.length + more)), "and " + more + " more");
    }
  }

  @Test
  void syncWithoutPages_coversThoseBefore() throws IOException {
    assertTrue(isSettled(Channel.greeted().packet(0, 3, 0).packet(SYNC, 0, 0).packet(0, 0, 0)));
  }

  @Test
  void severalEmptyPackets_areAsOne() throws IOException {
    assertTrue(isSettled(settledChannel().packet(0, 0, 0)));
  }

  @Test
  void pagesThatNoSyncCovers_mayNotBeLeft() throws IOException {
    assertFalse(isSettled(Channel.greeted().packet(0, 0, 0)));
    assertFalse(isSettled(Channel.greeted().packet(0, 3, 0).packet(0, 0, 0)));
    assertFalse(isSettled(settledChannel().packet(0, 1, 0)));
    assertFalse(isSettled(settledChannel().packet(0, 1, 0).packet(0, 0, 0)));
  }

  /** Of the empty packet itself, nothing need have been accepted. */
  @Test
  void pagesThatWereNotAccepted_mayNotBeLeft() throws IOException {
    byte[] whole = settledChannel().bytes();
    MigrationCheck check = of(whole, Integer.MAX_VALUE, new Random(0));
    int syncEnd = whole.length - PACKET_BYTES;
    assertTrue(check.isSettled(syncEnd));
    assertFalse(check.isSettled(syncEnd - 1));
    assertFalse(check.isSettled(0));
  }

  /** As QEMU 9.2 says SYNC: it has offsets, but does not say how many. */
  @Test
  void channelOfALaterQemu_isNotKnown() throws IOException {
    Channel channel = Channel.greeted().packet(0, 3, 0);
    channel.stream.writeInt(MAGIC);
    channel.stream.writeInt(1);
    channel.stream.writeInt(SYNC);
    channel.stream.write(new byte[PACKET_BYTES - 12]);
    assertFalse(isSettled(channel));
    assertFalse(isSettled(channel.packet(0, 0, 0)));
    assertFalse(isSettled(channel.packet(SYNC, 0, 0).packet(0, 0, 0)));
  }

  /** Where they are part of the packets. */
  @Test
  void zeroPages_arePages() throws IOException {
    assertFalse(isSettled(settledChannel().packet(0, 0, 5)));
    assertFalse(isSettled(settledChannel().packet(0, 0, 5).packet(0, 0, 0)));
    assertTrue(isSettled(settledChannel().packet(0, 0, 5).packet(SYNC, 0, 0).packet(0, 0, 0)));
  }

  /** The reader waits for it before the main stream goes on: it is read, or something is wrong. */
  @Test
  void syncItself_mayNotBeLeft() throws IOException {
    assertFalse(isSettled(Channel.greeted().packet(0, 3, 0).packet(SYNC, 0, 0)));
    assertFalse(isSettled(settledChannel().packet(SYNC, 0, 0)));
  }

  @Test
  void compressedPages_haveTheLengthThatTheirPacketSays() throws IOException {
    assertTrue(isSettled(Channel.greeted().packet(ZLIB | SYNC, 9, 0, 1001).packet(ZLIB, 0, 0)));
  }

  @Test
  void packetsThatAreNotKnown_mayNotBeLeft() throws IOException {
    assertFalse(isSettled(settledChannel().packet(DEVICE_STATE, 0, 0)));
    byte[] otherMagic = settledChannel().bytes();
    otherMagic[0]++;
    assertFalse(isSettled(otherMagic));
    byte[] otherVersion = settledChannel().bytes();
    otherVersion[7]++;
    assertFalse(isSettled(otherVersion));
    byte[] otherPacket = settledChannel().bytes();
    otherPacket[otherPacket.length - PACKET_BYTES]++;
    assertFalse(isSettled(otherPacket));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 35, 36, 64, 1344, 100_000})
  void partsOfAnySize_makeNoDifference(int mostBytes) throws IOException {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    Random random = new Random(seed);
    String repeat = "repeat with -Dsluice.seed=" + seed;
    byte[] whole = settledChannel().bytes();
    assertTrue(of(whole, mostBytes, random).isSettled(whole.length), repeat);
    int size = random.nextInt(whole.length - PACKET_BYTES + HEAD_BYTES);
    assertFalse(
        of(Arrays.copyOf(whole, size), mostBytes, random).isSettled(whole.length),
        repeat + ", " + size);
  }
}
