package dev.sluice.transport.rdmasim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups 2 to 4 of the channel contract. */
@Timeout(20)
class TransferTest {
  enum Memory {
    HEAP {
      @Override
      ByteBuffer allocate(int byteCount) {
        return ByteBuffer.allocate(byteCount);
      }
    },
    DIRECT {
      @Override
      ByteBuffer allocate(int byteCount) {
        return ByteBuffer.allocateDirect(byteCount);
      }
    },
    HEAP_SLICE {
      @Override
      ByteBuffer allocate(int byteCount) {
        return ByteBuffer.allocate(byteCount + 13).slice(7, byteCount);
      }
    },
    DIRECT_SLICE {
      @Override
      ByteBuffer allocate(int byteCount) {
        return ByteBuffer.allocateDirect(byteCount + 13).slice(7, byteCount);
      }
    },
    SEGMENT {
      @Override
      ByteBuffer allocate(int byteCount) {
        return Arena.ofAuto().allocate(byteCount).asByteBuffer();
      }
    },
    SHARED_SEGMENT {
      @Override
      ByteBuffer allocate(int byteCount) {
        return Arena.global().allocate(byteCount).asByteBuffer();
      }
    };

    abstract ByteBuffer allocate(int byteCount);
  }

  @TempDir(factory = InMemory.class)
  private Path base;

  private Channels.Pair pair;

  @BeforeEach
  void open() throws Exception {
    pair = Channels.pair(base);
  }

  @AfterEach
  void end() {
    pair.close();
  }

  /** CH-2.3, 2.7, 3.3, 3.7. */
  @ParameterizedTest
  @EnumSource
  void buffersOfEveryKind_work_andOnlyTheirPositionsMove(Memory kind) throws Exception {
    ByteBuffer source = kind.allocate(3_000);
    source.put(Channels.bytes(3_000)).position(100).limit(2_900);
    ByteBuffer target = kind.allocate(3_000);
    target.position(50).limit(2_850);
    pair.connected().write(source.asReadOnlyBuffer());
    while (target.hasRemaining()) {
      assertTrue(pair.accepted().read(target) > 0);
    }
    assertEquals(2_850, target.limit());
    assertEquals(source, target.flip().position(50));
    target.clear();
    for (int i = 0; i < 50; i++) {
      assertEquals(0, target.get(i));
    }
    assertEquals(0, target.get(2_850));
  }

  /** CH-3.7: what was accepted does not change with the buffer. */
  @Test
  void source_mayChangeAtOnce() throws Exception {
    ByteBuffer source = ByteBuffer.allocate(20_000);
    for (int round = 0; round < 50; round++) {
      Arrays.fill(source.array(), (byte) round);
      source.clear();
      Channels.writeFully(pair.connected(), source);
      Arrays.fill(source.array(), (byte) -1);
      ByteBuffer read = Channels.readFully(pair.accepted(), 20_000);
      while (read.hasRemaining()) {
        assertEquals((byte) round, read.get());
      }
    }
  }

  /** CH-2.2, 3.2. */
  @Test
  void emptyBuffers_moveNothing_andTellNothing() throws Exception {
    ByteBuffer empty = ByteBuffer.allocate(0);
    assertEquals(0, pair.connected().write(empty));
    assertEquals(0, pair.connected().write(new ByteBuffer[0]));
    assertEquals(0, pair.accepted().read(empty));
    assertEquals(0, pair.accepted().read(new ByteBuffer[] {empty, empty}));
    pair.connected().close();
    assertEquals(0, pair.accepted().read(empty));
    assertEquals(-1, Channels.readOne(pair.accepted()));
    assertEquals(0, pair.accepted().read(empty));
  }

  /** CH-2.5, 4.2, 4.5: nothing is read. */
  @Test
  void wrongArguments_areRefusedBeforeAnythingMoves() throws Exception {
    Channels.writeFully(pair.connected(), Channels.one(7));
    ByteBuffer room = ByteBuffer.allocate(1);
    ByteBuffer[] two = {room, ByteBuffer.allocate(1).asReadOnlyBuffer()};
    assertThrows(IllegalArgumentException.class, () -> pair.accepted().read(two));
    assertThrows(IndexOutOfBoundsException.class, () -> pair.accepted().read(two, 1, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> pair.connected().write(two, -1, 1));
    assertEquals(1, room.remaining());
    assertEquals(1, pair.accepted().read(two, 0, 1));
    assertEquals(7, room.get(0));
  }

  /** CH-4.1 to 4.4: some are empty, and what is beside the chosen ones stays as it is. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 63, 64, 65, 1024, 5000})
  void anyNumberOfBuffers_isOneStream(int count) throws Exception {
    long seed = Long.getLong("sluice.seed", new Random().nextLong());
    Random random = new Random(seed);
    int byteCount = 0;
    ByteBuffer[] sources = new ByteBuffer[count + 2];
    sources[0] = ByteBuffer.wrap(new byte[3]);
    sources[count + 1] = ByteBuffer.wrap(new byte[3]);
    byte next = 0;
    for (int i = 1; i <= count; i++) {
      sources[i] = buffer(random);
      byteCount += sources[i].remaining();
      while (sources[i].hasRemaining()) {
        sources[i].put(next++);
      }
      sources[i].flip();
    }
    int total = byteCount;
    Caller.Call<Boolean> reader = Caller.VIRTUAL.start(() -> scatter(total, count, random));
    long written = 0;
    while (written < total) {
      written += pair.connected().write(sources, 1, count);
    }
    assertEquals(total, written);
    assertTrue(reader.result(), () -> "repeat with -Dsluice.seed=" + seed);
    assertEquals(3, sources[0].remaining());
    assertEquals(3, sources[count + 1].remaining());
  }

  private static ByteBuffer buffer(Random random) {
    int byteCount = random.nextInt(4) == 0 ? 0 : random.nextInt(4) == 0 ? 9_000 : 1;
    return random.nextBoolean()
        ? ByteBuffer.allocate(byteCount)
        : ByteBuffer.allocateDirect(byteCount);
  }

  private boolean scatter(int byteCount, int count, Random random) throws Exception {
    byte expected = 0;
    int left = byteCount;
    while (left > 0) {
      ByteBuffer[] targets = new ByteBuffer[Math.max(1, count)];
      Arrays.setAll(targets, _ -> buffer(random));
      targets[targets.length - 1] = ByteBuffer.allocate(1);
      long read = pair.accepted().read(targets);
      left -= (int) read;
      for (ByteBuffer target : targets) {
        assertTrue(read == 0 || target.position() == Math.min(read, target.capacity()));
        read -= target.position();
        target.flip();
        while (target.hasRemaining()) {
          assertEquals(expected++, target.get());
        }
      }
    }
    return left == 0;
  }

  /** CH-2.1, 3.6: many windows, in pieces of all sizes. */
  @ParameterizedTest
  @EnumSource
  void manyWindows_arriveInOrder(Caller caller) throws Exception {
    long seed = Long.getLong("sluice.seed", new Random().nextLong());
    Random random = new Random(seed);
    int byteCount = 200 * Channels.WINDOW_BYTE_COUNT;
    ByteBuffer all = Channels.bytes(byteCount);
    Caller.Call<Boolean> writer =
        caller.start(
            () -> {
              ByteBuffer source = all.duplicate();
              while (source.hasRemaining()) {
                source.limit(
                    Math.min(byteCount, source.position() + 1 + new Random().nextInt(100_000)));
                Channels.writeFully(pair.connected(), source);
                source.limit(byteCount);
              }
              return true;
            });
    ByteBuffer read = ByteBuffer.allocateDirect(byteCount);
    while (read.hasRemaining()) {
      read.limit(Math.min(byteCount, read.position() + 1 + random.nextInt(100_000)));
      assertTrue(pair.accepted().read(read) > 0);
      read.limit(byteCount);
    }
    assertEquals(all, read.flip(), () -> "repeat with -Dsluice.seed=" + seed);
    assertTrue(writer.result());
  }

  /** CH-8.1. */
  @ParameterizedTest
  @EnumSource
  void bothDirectionsAtOnce_doNotWaitForEachOther(Caller caller) throws Exception {
    int byteCount = 8 << 20;
    Caller.Call<Boolean> there = caller.start(() -> send(pair.connected(), byteCount));
    Caller.Call<Boolean> back = caller.start(() -> send(pair.accepted(), byteCount));
    Caller.Call<ByteBuffer> one =
        caller.start(() -> Channels.readFully(pair.accepted(), byteCount));
    Caller.Call<ByteBuffer> other =
        caller.start(() -> Channels.readFully(pair.connected(), byteCount));
    assertTrue(there.result());
    assertTrue(back.result());
    assertEquals(Channels.bytes(byteCount), one.result());
    assertEquals(Channels.bytes(byteCount), other.result());
  }

  private static boolean send(TransportChannel channel, int byteCount) throws Exception {
    Channels.writeFully(channel, Channels.bytes(byteCount));
    return true;
  }

  /** Many small messages run out of notices before they run out of bytes. */
  @Test
  void moreSmallWritesThanThereAreNotices_block_andArrive() throws Exception {
    int count = 20_000;
    Caller.Call<Boolean> writer =
        Caller.PLATFORM.start(
            () -> {
              for (int i = 0; i < count; i++) {
                Channels.writeFully(pair.connected(), Channels.one(i));
              }
              return true;
            });
    writer.untilBlocked();
    assertFalse(writer.task().isDone());
    for (int i = 0; i < count; i++) {
      assertEquals(i & 0xff, Channels.readOne(pair.accepted()));
    }
    assertTrue(writer.result());
  }
}
