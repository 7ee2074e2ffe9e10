package dev.sluice.transport.rdmasim.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StreamTransferTest {
  private static final long SEED = Long.getLong("sluice.seed", new Random().nextLong());

  private static Random random() {
    return new Random(SEED);
  }

  private static String repeat() {
    return "repeat with -Dsluice.seed=" + SEED;
  }

  private static ByteBuffer numbered(int byteCount) {
    ByteBuffer bytes = ByteBuffer.allocate(byteCount);
    for (int i = 0; i < byteCount; i++) {
      bytes.put((byte) (i * 31 + (i >> 8)));
    }
    return bytes.flip();
  }

  @Test
  void bytes_arriveAsTheyWereWritten() throws Exception {
    StreamPair pair = StreamPair.of(StreamOptions.of(1 << 16));
    assertFalse(pair.receiver().isReadable());
    assertTrue(pair.sender().isWritable());
    ByteBuffer read = ByteBuffer.allocate(100);
    assertEquals(0, pair.receiver().read(read));
    pair.send(1, 2, 3);
    assertTrue(pair.receiver().isReadable());
    assertEquals(3, pair.sender().unconsumedBytes());
    assertEquals(3, pair.receiver().read(read));
    assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), read.flip());
    assertFalse(pair.receiver().isReadable());
  }

  /** Acceptance scenario S42. */
  @Test
  void bothDirections_carryRandomSizesUnchanged() throws Exception {
    long total = 128L << 20;
    StreamPair pair = StreamPair.of(StreamOptions.of(1 << 18));
    Direction there = new Direction(pair.one().sender(), pair.other().receiver(), total, 1);
    Direction back = new Direction(pair.other().sender(), pair.one().receiver(), total, 2);
    while (!there.isDone() || !back.isDone()) {
      boolean moved = there.step();
      moved |= back.step();
      assertTrue(moved, StreamTransferTest::repeat);
      pair.requireNothingHeldUp();
    }
    there.requireSame();
    back.requireSame();
  }

  private static final class Direction {
    private final StreamSender sender;
    private final StreamReceiver receiver;
    private final long total;
    private final Random random;
    private final CRC32C written = new CRC32C();
    private final CRC32C read = new CRC32C();
    private final ByteBuffer source = ByteBuffer.allocateDirect(1 << 19);
    private final ByteBuffer target = ByteBuffer.allocate(1 << 19);
    private long sentBytes;
    private long readBytes;
    private boolean atEnd;

    Direction(StreamSender sender, StreamReceiver receiver, long total, int salt) {
      this.sender = sender;
      this.receiver = receiver;
      this.total = total;
      random = new Random(SEED + salt);
      while (source.hasRemaining()) {
        source.putLong(random.nextLong());
      }
    }

    boolean isDone() {
      return atEnd;
    }

    /** Mostly small, now and then the greatest. */
    private int size() {
      return 1 + random.nextInt(1 << (1 + random.nextInt(19)));
    }

    /** Returns whether something moved. */
    boolean step() throws IOException {
      boolean moved = false;
      if (sentBytes < total) {
        int size = (int) Math.min(size(), total - sentBytes);
        source.position(random.nextInt(source.capacity() - size + 1));
        source.limit(source.position() + size);
        ByteBuffer bytes = source.slice();
        source.clear();
        int count = sender.write(bytes);
        assertEquals(count, bytes.position());
        written.update(bytes.flip());
        sentBytes += count;
        moved = count > 0;
        if (sentBytes == total) {
          sender.end();
        }
      }
      if (!atEnd) {
        target.clear().limit(size());
        int count = receiver.read(target);
        atEnd = count < 0;
        readBytes += Math.max(0, count);
        read.update(target.flip());
        moved |= count != 0;
      }
      return moved;
    }

    void requireSame() {
      assertEquals(total, readBytes, StreamTransferTest::repeat);
      assertEquals(written.getValue(), read.getValue(), StreamTransferTest::repeat);
      assertTrue(sender.isEndAcknowledged());
      assertEquals(0, sender.unconsumedBytes());
      assertEquals(total, receiver.counters().byteCount());
    }
  }

  /** Against a queue, with any operation at any time and rings of all sizes. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "2, 1, 5",
    "3, 2, 2",
    "7, 3, 100",
    "64, 64, 10",
    "1000, 2, 1000",
    "1024, 5, 100",
    "65536, 1, 65536",
    "65536, 50, 3000"
  })
  void anyOperations_keepTheOrderOfAQueue(int windowBytes, int receiveCount, int maxChunkBytes)
      throws Exception {
    Random random = random();
    for (int run = 0; run < 40; run++) {
      StreamPair pair =
          StreamPair.of(
              new StreamOptions(windowBytes, receiveCount, 8 + random.nextInt(20), maxChunkBytes));
      ArrayDeque<Byte> model = new ArrayDeque<>();
      byte next = 0;
      for (int step = 0; step < 400; step++) {
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> {
            ByteBuffer[] sources = buffers(random, windowBytes * 2);
            for (ByteBuffer source : sources) {
              for (int i = source.position(); i < source.limit(); i++) {
                source.put(i, next++);
              }
            }
            long count = pair.sender().write(sources, 0, sources.length);
            long moved = 0;
            for (ByteBuffer source : sources) {
              next -= (byte) source.remaining();
              int start = source.arrayOffset();
              for (int i = start; i < source.position(); i++) {
                model.add(source.get(i));
                moved++;
              }
            }
            assertEquals(count, moved, StreamTransferTest::repeat);
            assertTrue(model.size() <= windowBytes, StreamTransferTest::repeat);
          }
          case 3, 4, 5 -> {
            ByteBuffer[] targets = buffers(random, windowBytes * 2);
            boolean readable = pair.receiver().isReadable();
            int room = Arrays.stream(targets).mapToInt(ByteBuffer::remaining).sum();
            long count = pair.receiver().read(targets, 0, targets.length);
            assertEquals(Math.min(room, model.size()), count, StreamTransferTest::repeat);
            assertTrue(readable || count == 0);
            for (ByteBuffer target : targets) {
              int start = target.arrayOffset();
              for (int i = start; i < target.position(); i++) {
                assertEquals(model.remove(), target.get(i), StreamTransferTest::repeat);
              }
            }
          }
          case 6 -> {
            if (random.nextInt(10) == 0) {
              assertEquals(model.size(), pair.receiver().discard(), StreamTransferTest::repeat);
              model.clear();
            }
          }
          default -> {
            pair.sender().keepAlive();
            if (model.isEmpty()) {
              pair.receiver().isReadable();
              assertTrue(pair.sender().isWritable(), StreamTransferTest::repeat);
            }
            assertTrue(pair.sender().unconsumedBytes() >= model.size());
          }
        }
        pair.requireNothingHeldUp();
      }
    }
  }

  /** Some empty, some at an offset (which their array offset tells) and with other bytes around. */
  private static ByteBuffer[] buffers(Random random, int greatest) {
    ByteBuffer[] buffers = new ByteBuffer[random.nextInt(5)];
    for (int i = 0; i < buffers.length; i++) {
      int size = random.nextInt(greatest / (random.nextBoolean() ? 1 : 4) + 1);
      int start = random.nextInt(4);
      buffers[i] =
          ByteBuffer.allocate(size + 8).slice(start, size + 4).position(start).limit(start + size);
    }
    return buffers;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 4096})
  void anyWindow_isUsedToItsLastByteAtEveryWrap(int windowBytes) throws Exception {
    StreamPair pair = StreamPair.of(new StreamOptions(windowBytes, 64, 64, 1 << 16));
    int half = windowBytes - windowBytes / 2;
    ByteBuffer read = ByteBuffer.allocate(windowBytes);
    int untoldBytes = 0;
    for (int round = 0; round < 300; round++) {
      ByteBuffer written = numbered(windowBytes);
      while (pair.sender().isWritable()) {
        assertTrue(pair.sender().write(written) > 0);
      }
      assertEquals(0, pair.sender().write(ByteBuffer.allocate(1)));
      int room = windowBytes - untoldBytes;
      assertEquals(room, written.position());
      read.clear();
      assertEquals(room, pair.receiver().read(read));
      assertEquals(written.flip(), read.flip());
      // All is read and half is told, so the next round starts one or more further on.
      assertTrue(pair.sender().isWritable());
      assertTrue(pair.sender().unconsumedBytes() < half);
      pair.send(9);
      assertEquals(1, pair.receiver().read(read.clear()));
      assertTrue(pair.sender().isWritable());
      untoldBytes = (int) pair.sender().unconsumedBytes();
    }
  }

  @Test
  void messageLongerThanTheWindow_goesInParts() throws Exception {
    StreamPair pair = StreamPair.of(new StreamOptions(1000, 64, 64, 1 << 16));
    ByteBuffer source = numbered(10_000);
    ByteBuffer read = ByteBuffer.allocate(10_000);
    while (read.hasRemaining()) {
      pair.sender().write(source);
      assertTrue(pair.receiver().read(read) > 0);
    }
    assertEquals(source.rewind(), read.flip());
    assertTrue(pair.sender().counters().creditStallCount() > 0);
  }

  @Test
  void sender_keepsToTheSizesOfTheReceiver() throws Exception {
    StreamPair pair =
        StreamPair.of(new StreamOptions(1, 1, 64, 1000), new StreamOptions(500, 10, 8, 30));
    assertEquals(300, pair.sender().write(numbered(1000)));
    assertEquals(10, pair.sender().counters().messageCount());
    assertEquals(300, pair.receiver().read(ByteBuffer.allocate(1000)));
    assertEquals(1, pair.other().sender().write(numbered(1000)));
    assertEquals(1, pair.one().receiver().read(ByteBuffer.allocate(1000)));
  }

  @Test
  void buffersOfAllKinds_giveAndTakeBytes() throws Exception {
    StreamPair pair = StreamPair.of(StreamOptions.of(1 << 16));
    ByteBuffer direct = ByteBuffer.allocateDirect(10).put(numbered(10)).flip();
    ByteBuffer[] sources = {
      numbered(10),
      numbered(10).asReadOnlyBuffer(),
      numbered(14).position(2).slice(),
      direct,
      direct.duplicate().position(3).slice(),
      direct.asReadOnlyBuffer(),
    };
    for (ByteBuffer source : sources) {
      ByteBuffer expected = source.duplicate();
      for (ByteBuffer target :
          new ByteBuffer[] {
            ByteBuffer.allocate(20),
            ByteBuffer.allocateDirect(20),
            ByteBuffer.allocate(30).position(5).slice(),
            ByteBuffer.allocateDirect(30).position(5).slice()
          }) {
        source.rewind();
        // Alone, and gathered with another.
        pair.sender().write(new ByteBuffer[] {source, ByteBuffer.allocate(1)}, 0, 2);
        assertFalse(source.hasRemaining());
        source.rewind();
        assertEquals(source.remaining(), pair.sender().write(source));
        int count = expected.remaining();
        assertEquals(count, pair.receiver().read(target.limit(count)));
        assertEquals(expected, target.flip());
        assertEquals(1, pair.receiver().read(target.clear().limit(1)));
        assertEquals(count, pair.receiver().read(target.clear().limit(count)));
        assertEquals(expected, target.flip());
      }
    }
  }

  @Test
  void buffersOutsideTheRange_areLeftAlone() throws Exception {
    StreamPair pair = StreamPair.of(StreamOptions.of(1 << 16));
    ByteBuffer[] sources = {numbered(3), numbered(4), numbered(5)};
    assertEquals(4, pair.sender().write(sources, 1, 1));
    assertEquals(3, sources[0].remaining());
    assertEquals(5, sources[2].remaining());
    ByteBuffer[] targets = {
      ByteBuffer.allocate(1), ByteBuffer.allocate(2), ByteBuffer.allocate(1), ByteBuffer.allocate(9)
    };
    assertEquals(3, pair.receiver().read(targets, 1, 2));
    assertEquals(0, targets[0].position());
    assertEquals(0, targets[3].position());
    assertEquals(0, pair.receiver().read(targets, 1, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> pair.sender().write(sources, 2, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> pair.receiver().read(targets, -1, 1));
  }

  @Test
  void callersBytes_mayChangeOnceTheyWereAccepted() throws Exception {
    StreamPair pair = StreamPair.of(StreamOptions.of(1 << 16));
    byte[] bytes = {1, 2, 3};
    pair.send(ByteBuffer.wrap(bytes));
    Arrays.fill(bytes, (byte) 9);
    ByteBuffer read = ByteBuffer.allocate(3);
    pair.receiver().read(read);
    assertArrayEquals(new byte[] {1, 2, 3}, read.array());
  }

  /** Acceptance scenario S48. */
  @Test
  void manySmallBuffers_areOneMessage() throws Exception {
    StreamPair pair = StreamPair.of(StreamOptions.of(1 << 20));
    ByteBuffer[] sources = new ByteBuffer[400];
    Arrays.setAll(sources, i -> numbered(20));
    assertEquals(8000, pair.sender().write(sources, 0, 400));
    assertEquals(1, pair.sender().counters().messageCount());
    Arrays.setAll(sources, i -> numbered(i % 2 == 0 ? 8 : 4096));
    assertEquals(200 * 4104, pair.sender().write(sources, 0, 400));
    long messages = pair.sender().counters().messageCount() - 1;
    assertTrue(messages <= 200 * 4104 / (16 * 1024) + 4, messages + " messages");
  }

  /** Acceptance scenario S48. */
  @Test
  void longWrite_startsSmallAndDoubles() throws Exception {
    StreamPair pair = StreamPair.of(StreamOptions.of(1 << 20));
    assertEquals(62 * 1024, pair.sender().write(numbered(62 * 1024)));
    // 2, 4, 8, 16, 32 KiB.
    assertEquals(5, pair.sender().counters().messageCount());
    assertEquals(4096 + 8, pair.sender().write(numbered(4096 + 8)));
    assertEquals(6, pair.sender().counters().messageCount());
  }

  /** Acceptance scenario S45. */
  @ParameterizedTest
  @CsvSource({"1000, 64, 64, 100", "65536, 4, 8, 10", "65536, 300, 20, 65536"})
  void slowReader_holdsTheSenderUpWithoutFillingMemory(
      int windowBytes, int receiveCount, int sendCount, int maxChunkBytes) throws Exception {
    StreamPair pair =
        StreamPair.of(new StreamOptions(windowBytes, receiveCount, sendCount, maxChunkBytes));
    ByteBuffer source = ByteBuffer.allocateDirect(3 * windowBytes);
    ByteBuffer target = ByteBuffer.allocate(1);
    long sent = 0;
    long read = 0;
    for (int round = 0; round < 200; round++) {
      int idleRounds = 0;
      while (idleRounds < 3) {
        int count = pair.sender().write(source.clear());
        assertEquals(count, source.position());
        idleRounds = count == 0 ? idleRounds + 1 : 0;
        sent += count;
        pair.requireNothingHeldUp();
      }
      assertFalse(pair.sender().isWritable());
      assertTrue(sent - read <= windowBytes, sent - read + " bytes are on their way");
      read += pair.receiver().read(target.clear());
    }
    assertEquals(200, read);
    long stalls = pair.sender().counters().creditStallCount();
    assertTrue(stalls >= 1 && stalls <= pair.sender().counters().creditMessageCount() + 1);
  }

  /** Acceptance scenario S49. */
  @Test
  void keepAlive_takesNoReceiveOfThePeer() throws Exception {
    StreamPair pair = StreamPair.of(new StreamOptions(1000, 4, 8, 100));
    int sendersReceives = pair.sender().queuePair().responder().receiveCount();
    int receiversReceives = pair.receiver().queuePair().responder().receiveCount();
    for (int i = 0; i < 1000; i++) {
      pair.sender().keepAlive();
      pair.receiver().keepAlive();
    }
    assertEquals(sendersReceives, pair.sender().queuePair().responder().receiveCount());
    assertEquals(receiversReceives, pair.receiver().queuePair().responder().receiveCount());
    assertEquals(0, pair.sender().counters().messageCount());
    pair.send(1);
    assertEquals(1, pair.receiver().read(ByteBuffer.allocate(2)));
  }

  @Test
  void fullSendQueue_holdsTheSenderUp() throws Exception {
    StreamPair pair = StreamPair.of(new StreamOptions(10_000, 1000, 16, 1));
    QueuePair queuePair = pair.sender().queuePair();
    ByteBuffer source = numbered(50);
    Verbs.holdBack(queuePair);
    // Two places are kept.
    assertEquals(14, pair.sender().write(source));
    assertFalse(pair.sender().isWritable());
    assertFalse(pair.sender().isPlaceable());
    assertEquals(0, pair.sender().write(source));
    assertEquals(0, pair.sender().counters().creditStallCount());
    for (int i = 0; i < 10; i++) {
      pair.sender().keepAlive();
    }
    Verbs.letGo(queuePair);
    assertTrue(pair.sender().isWritable());
    assertTrue(pair.sender().write(source) > 0);
    Verbs.holdBack(queuePair);
    pair.sender().write(source);
    pair.sender().keepAlive();
    pair.sender().end();
    Verbs.letGo(queuePair);
    ByteBuffer read = ByteBuffer.allocate(100);
    assertEquals(source.position(), pair.receiver().read(read));
    assertEquals(source.flip(), read.flip());
    assertEquals(-1, pair.receiver().read(read.clear()));
  }

  /** Acceptance scenario S53. */
  @Test
  void placedBytes_areThereBeforeTheBytesThatFollow() throws Exception {
    StreamPair pair = StreamPair.of(new StreamOptions(1000, 10, 16, 100));
    MemoryRegion page =
        pair.receiver()
            .queuePair()
            .domain()
            .allocate(1000, Set.of(Access.LOCAL_WRITE, Access.REMOTE_WRITE));
    Verbs.holdBack(pair.sender().queuePair());
    MemorySegment bytes = MemorySegment.ofBuffer(numbered(250));
    assertEquals(250, pair.sender().place(page.remoteKey(), 17, bytes));
    pair.send(1);
    assertFalse(pair.receiver().isReadable());
    Verbs.letGo(pair.sender().queuePair());
    assertEquals(1, pair.receiver().read(ByteBuffer.allocate(10)));
    assertEquals(-1, page.segment().asSlice(17, 250).mismatch(bytes));
    assertEquals(0, page.segment().get(ValueLayout.JAVA_BYTE, 17 + 250));
    assertEquals(1, pair.sender().counters().byteCount());
    pair.sender().place(page.remoteKey(), 1000, bytes);
    assertTrue(pair.sender().isPlaceable());
    TransportException broken =
        assertThrows(
            TransportException.class, () -> pair.sender().place(page.remoteKey(), 0, bytes));
    assertEquals(TransportException.Kind.RESET, broken.kind());
  }
}
