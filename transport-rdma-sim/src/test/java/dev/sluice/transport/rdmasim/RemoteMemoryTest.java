package dev.sluice.transport.rdmasim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Group 11 of the channel contract. */
@Timeout(30)
class RemoteMemoryTest {
  private static final int PAGE = 4096;

  @TempDir(factory = InMemory.class)
  private Path base;

  private Channels.Pair pair;
  private TransportChannel owner;
  private TransportChannel writer;

  @BeforeEach
  void open() throws Exception {
    pair = Channels.pair(base);
    owner = pair.accepted();
    writer = pair.connected();
  }

  @AfterEach
  void end() {
    pair.close();
  }

  private static MemorySegment bytes(int count, int value) {
    return MemorySegment.ofArray(new byte[count]).fill((byte) value);
  }

  private static void assertFilled(MemorySegment memory, int value) {
    assertEquals(-1, memory.mismatch(bytes((int) memory.byteSize(), value)));
  }

  /** CH-11.1, 11.2, 11.3, 11.4. */
  @Test
  void memory_isWrittenInPlace() throws Exception {
    RegisteredMemory memory = owner.allocate(3 * PAGE + 5);
    assertEquals(3 * PAGE + 5, memory.segment().byteSize());
    assertFilled(memory.segment(), 0);
    ByteBuffer key = ByteBuffer.allocate(300).position(7).put(memory.key()).flip().position(7);
    RemoteMemory remote = writer.remote(key);
    assertEquals(7, key.position());
    assertEquals(3 * PAGE + 5, remote.byteCount());
    MemorySegment source = bytes(2 * PAGE, 7);
    remote.write(PAGE + 5, source, PAGE, PAGE);
    source.fill((byte) 9);
    assertFilled(memory.segment().asSlice(0, PAGE + 5), 0);
    assertFilled(memory.segment().asSlice(PAGE + 5, PAGE), 7);
    assertFilled(memory.segment().asSlice(2 * PAGE + 5), 0);
    try (Arena arena = Arena.ofConfined()) {
      remote.write(0, arena.allocate(8).fill((byte) 3), 0, 8);
      assertFilled(memory.segment().asSlice(0, 8), 3);
    }
    remote.write(3 * PAGE + 5, source, 2 * PAGE, 0);
  }

  /** CH-11.1: both directions at once, from any thread. */
  @Test
  void bothSides_mayOwnAndWrite() throws Exception {
    try (RegisteredMemory one = owner.allocate(1);
        RegisteredMemory other = writer.allocate(1)) {
      writer.remote(one.key()).write(0, bytes(1, 1), 0, 1);
      owner.remote(other.key()).write(0, bytes(1, 2), 0, 1);
      assertTrue(
          Caller.VIRTUAL.start(() -> one.segment().get(ValueLayout.JAVA_BYTE, 0) == 1).result());
      assertFilled(other.segment(), 2);
    }
    assertThrows(IllegalArgumentException.class, () -> owner.allocate(0));
    assertThrows(IllegalArgumentException.class, () -> owner.allocate(-1));
  }

  /** CH-11.2. */
  @Test
  void key_isAFreshReadOnlyViewEachTime() throws Exception {
    RegisteredMemory memory = owner.allocate(1);
    ByteBuffer key = memory.key();
    assertTrue(key.isReadOnly());
    assertTrue(key.remaining() >= 1 && key.remaining() <= 255, () -> "" + key);
    assertNotSame(key, memory.key());
    key.position(key.limit());
    assertTrue(memory.key().hasRemaining());
  }

  /** CH-11.3: of another channel, of this side, of memory that is closed, or anything. */
  @Test
  void foreignKeys_areRefused() throws Exception {
    RegisteredMemory memory = owner.allocate(PAGE);
    try (Channels.Pair another = Channels.pair(base)) {
      RegisteredMemory foreign = another.accepted().allocate(PAGE);
      RegisteredMemory foreignWriters = another.connected().allocate(PAGE);
      assertRefused(foreign.key());
      assertRefused(foreignWriters.key());
    }
    RegisteredMemory own = writer.allocate(PAGE);
    assertRefused(own.key());
    assertRefused(ByteBuffer.allocate(0));
    byte[] key = new byte[memory.key().remaining()];
    memory.key().get(key);
    for (int length = 0; length < key.length; length++) {
      assertRefused(ByteBuffer.wrap(key, 0, length));
    }
    for (int i = 0; i < key.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] wrong = key.clone();
        wrong[i] ^= (byte) (1 << bit);
        assertRefused(ByteBuffer.wrap(wrong));
      }
    }
    long seed = Long.getLong("sluice.seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      byte[] any = new byte[random.nextInt(40)];
      random.nextBytes(any);
      assertRefused(ByteBuffer.wrap(any));
    }
    memory.close();
    assertRefused(memory.key());
    assertRoundTrip();
  }

  private void assertRefused(ByteBuffer key) {
    int position = key.position();
    IOException failure = assertThrows(IOException.class, () -> writer.remote(key));
    assertEquals(Kind.IO, TransportException.kindOf(failure));
    assertEquals(position, key.position());
  }

  private void assertRoundTrip() throws IOException {
    Channels.writeFully(writer, Channels.one(7));
    assertEquals(7, Channels.readOne(owner));
    Channels.writeFully(owner, Channels.one(8));
    assertEquals(8, Channels.readOne(writer));
  }

  /** CH-11.6. */
  @Test
  void rangesOutside_areRefused_andNothingIsWritten() throws Exception {
    RegisteredMemory memory = owner.allocate(PAGE);
    RemoteMemory remote = writer.remote(memory.key());
    MemorySegment source = bytes(2 * PAGE, 7);
    for (long[] range :
        new long[][] {
          {0, 0, PAGE + 1},
          {1, 0, PAGE},
          {PAGE + 1, 0, 0},
          {-1, 0, 1},
          {0, -1, 1},
          {0, 0, -1},
          {0, 2 * PAGE, 1},
          {0, PAGE + 1, PAGE},
          {Long.MAX_VALUE, 0, 1},
          {1, 0, Long.MAX_VALUE},
          {Long.MIN_VALUE, 0, Long.MIN_VALUE}
        }) {
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> remote.write(range[0], source, range[1], range[2]));
    }
    assertFilled(memory.segment(), 0);
    assertRoundTrip();
  }

  /** More than is copied at once; of huge memory, every byte. */
  @Test
  void hugeWrites_arriveWhole() throws Exception {
    long byteCount = (64L << 20) + 3 * PAGE + 1;
    RegisteredMemory memory = owner.allocate(byteCount);
    RemoteMemory remote = writer.remote(memory.key());
    try (Arena arena = Arena.ofShared()) {
      MemorySegment source = arena.allocate(byteCount);
      for (long i = 0; i + Long.BYTES <= byteCount; i += Long.BYTES) {
        source.set(ValueLayout.JAVA_LONG_UNALIGNED, i, i);
      }
      remote.write(0, source, 0, byteCount);
      assertEquals(-1, source.mismatch(memory.segment()));
    }
  }

  /** CH-11.5, scenario S53. */
  @Test
  void streamBytes_areSeenAfterThePagesBefore() throws Exception {
    RegisteredMemory memory = owner.allocate(PAGE);
    RemoteMemory remote = writer.remote(memory.key());
    int count = 5_000;
    Caller.Call<Boolean> writing =
        Caller.PLATFORM.start(
            () -> {
              for (int i = 0; i < count; i++) {
                remote.write(0, bytes(PAGE, i), 0, PAGE);
                Channels.writeFully(writer, Channels.one(i));
                assertEquals(i & 0xff, Channels.readOne(writer));
              }
              return true;
            });
    for (int i = 0; i < count; i++) {
      assertEquals(i & 0xff, Channels.readOne(owner));
      assertFilled(memory.segment(), i);
      Channels.writeFully(owner, Channels.one(i));
    }
    assertTrue(writing.result());
  }

  /** A page never waits for the stream. */
  @Test
  void pages_areWrittenWhileAWriterIsBlocked() throws Exception {
    RegisteredMemory memory = owner.allocate(PAGE);
    RemoteMemory remote = writer.remote(memory.key());
    Caller.Call<Long> blocked = Channels.blockedWriter(Caller.PLATFORM, writer);
    Caller.Call<Integer> reader = Channels.blockedReader(Caller.PLATFORM, writer);
    Caller.Call<Boolean> page =
        Caller.VIRTUAL.start(
            () -> {
              remote.write(0, bytes(PAGE, 5), 0, PAGE);
              return true;
            });
    assertTrue(page.resultWithinOneSecond());
    assertFilled(memory.segment(), 5);
    assertTrue(!blocked.task().isDone() && !reader.task().isDone());
  }

  /** CH-11.7. */
  @Test
  void closedMemory_isNotAccessible_andTheChannelLivesOn() throws Exception {
    RegisteredMemory memory = owner.allocate(PAGE);
    RemoteMemory remote = writer.remote(memory.key());
    MemorySegment segment = memory.segment();
    memory.close();
    memory.close();
    assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
    TransportException failure =
        Channels.failure(Kind.IO, () -> remote.write(0, bytes(1, 1), 0, 1));
    assertTrue(Channels.text(failure).contains("closed"), Channels.text(failure));
    Channels.failure(Kind.IO, () -> remote.write(0, bytes(1, 1), 0, 1));
    RegisteredMemory next = owner.allocate(PAGE);
    writer.remote(next.key()).write(0, bytes(1, 1), 0, 1);
    assertEquals(1, next.segment().get(ValueLayout.JAVA_BYTE, 0));
    assertRoundTrip();
  }

  /** CH-11.7: at any moment of a write; whoever writes gets that failure and no other. */
  @Test
  void memoryThatIsClosedDuringWrites_failsThem_andNothingElse() throws Exception {
    MemorySegment page = bytes(16 * PAGE, 1);
    for (int round = 0; round < 100; round++) {
      RegisteredMemory stays = owner.allocate(PAGE);
      RemoteMemory toStaying = writer.remote(stays.key());
      RegisteredMemory memory = owner.allocate(16 * PAGE);
      RemoteMemory remote = writer.remote(memory.key());
      List<Caller.Call<Boolean>> writers = new ArrayList<>();
      for (Caller caller : Caller.values()) {
        writers.add(
            caller.start(
                () -> {
                  while (true) {
                    remote.write(0, page, 0, page.byteSize());
                  }
                }));
      }
      while (memory.segment().get(ValueLayout.JAVA_BYTE, 0) == 0) {
        Thread.onSpinWait();
      }
      memory.close();
      for (Caller.Call<Boolean> each : writers) {
        Channels.failure(Kind.IO, each::resultWithinOneSecond);
      }
      toStaying.write(0, page, 0, PAGE);
      assertFilled(stays.segment(), 1);
      stays.close();
    }
    assertRoundTrip();
  }

  /** Memory that its owner closed leaves the peer, too, once that looks for other memory. */
  @Test
  void closedMemory_leavesBothSides() throws Exception {
    List<String> before = mappings();
    for (int i = 0; i < 5; i++) {
      RegisteredMemory memory = owner.allocate(32 << 20);
      RemoteMemory remote = writer.remote(memory.key());
      assertEquals(List.of(), Channels.files(base));
      assertEquals(before.size() + 2, mappings().size());
      memory.close();
      Channels.failure(Kind.IO, () -> remote.write(0, bytes(1, 1), 0, 1));
      assertEquals(before.size(), mappings().size());
    }
  }

  /** Both sides of all connections are in this process. */
  private List<String> mappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains(base.toString())).toList();
    }
  }

  /** CH-11.7: with the channel, which then holds nothing. */
  @Test
  void memory_endsWithItsChannel() throws Exception {
    RegisteredMemory memory = owner.allocate(PAGE);
    RegisteredMemory unseen = owner.allocate(PAGE);
    RemoteMemory remote = writer.remote(memory.key());
    MemorySegment segment = memory.segment();
    owner.close();
    assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
    memory.close();
    unseen.close();
    Channels.failure(Kind.RESET, () -> remote.write(0, bytes(1, 1), 0, 1));
    assertThrows(ClosedChannelException.class, () -> owner.allocate(1));
    assertThrows(ClosedChannelException.class, () -> owner.remote(memory.key()));
    writer.abort();
    assertThrows(ClosedChannelException.class, () -> remote.write(0, bytes(1, 1), 0, 1));
    assertEquals(List.of(), mappings());
    assertEquals(List.of(), Channels.files(base));
  }

  /** CH-8.3, 11.7. */
  @Test
  void abort_endsWritesAtOnce() throws Exception {
    for (int round = 0; round < 30; round++) {
      try (Channels.Pair each = Channels.pair(base)) {
        RegisteredMemory memory = each.accepted().allocate(1 << 20);
        RemoteMemory remote = each.connected().remote(memory.key());
        MemorySegment page = bytes(1 << 20, 1);
        Caller.Call<Boolean> writing =
            Caller.PLATFORM.start(
                () -> {
                  while (true) {
                    remote.write(0, page, 0, page.byteSize());
                  }
                });
        while (memory.segment().get(ValueLayout.JAVA_BYTE, 0) == 0) {
          Thread.onSpinWait();
        }
        if (round % 2 == 0) {
          each.connected().abort();
          assertThrows(ClosedChannelException.class, writing::resultWithinOneSecond);
        } else {
          each.accepted().abort();
          Channels.failure(Kind.RESET, writing::resultWithinOneSecond);
        }
      }
    }
  }

  /** CH-12.2. */
  @Test
  void moreThanThereIs_isALimit_andTheChannelLivesOn() throws Exception {
    TransportException tooLarge = Channels.failure(Kind.LIMIT, () -> owner.allocate(1L << 50));
    assertTrue(Channels.text(tooLarge).contains(base.toString()), Channels.text(tooLarge));
    List<RegisteredMemory> all = new ArrayList<>();
    TransportException tooMany =
        Channels.failure(
            Kind.LIMIT,
            () -> {
              while (true) {
                all.add(owner.allocate(1));
              }
            });
    assertTrue(all.size() > 200, () -> "" + all.size());
    assertTrue(tooMany.hint().isPresent());
    all.getFirst().close();
    writer.remote(owner.allocate(1).key()).write(0, bytes(1, 1), 0, 1);
    all.forEach(RegisteredMemory::close);
    assertRoundTrip();
  }
}
