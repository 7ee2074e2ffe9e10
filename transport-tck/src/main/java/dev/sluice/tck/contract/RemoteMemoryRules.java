package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.RemoteMemory;
import dev.sluice.tck.conformance.Needs;
import dev.sluice.tck.conformance.OnlyOn;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.Pair;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Group 11: the peer's memory, written in place. */
@OnlyOn(Medium.LIVE)
@Needs(ChannelFeature.REMOTE_MEMORY)
public abstract class RemoteMemoryRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected RemoteMemoryRules(TransportFixture fixture) {
    super(fixture);
  }

  private static final int SIZE = 10_000;

  @Test
  void ch11_1_allocate_givesMemoryOfTheSize_forEveryThread() throws Exception {
    Pair pair = pair();
    for (long size : new long[] {1, 4096, SIZE}) {
      try (RegisteredMemory memory = pair.incoming().allocate(size)) {
        assertEquals(size, memory.segment().byteSize());
        Task<Byte> other =
            start(
                () -> {
                  memory.segment().set(ValueLayout.JAVA_BYTE, size - 1, (byte) 7);
                  return memory.segment().get(ValueLayout.JAVA_BYTE, size - 1);
                });
        assertEquals((byte) 7, other.result());
      }
    }
  }

  @Test
  void ch11_2_key_isShort_andAFreshReadOnlyView() throws Exception {
    RegisteredMemory memory = pair().incoming().allocate(SIZE);
    ByteBuffer key = memory.key();
    assertTrue(key.remaining() >= 1 && key.remaining() <= 255, () -> "a key of " + key);
    assertTrue(key.isReadOnly());
    key.position(key.limit());
    assertTrue(memory.key().hasRemaining(), "the second view begins where the first stands");
  }

  /** Brings a key over the stream, as users do. */
  private RemoteMemory remote(Pair pair, RegisteredMemory memory) throws Exception {
    ByteBuffer key = memory.key();
    ByteBuffer brought = ByteBuffer.allocate(key.remaining());
    Streams.writeFully(pair.incoming(), key);
    Streams.readFully(pair.outgoing(), brought);
    return pair.outgoing().remote(brought.flip());
  }

  @Test
  void ch11_3_remote_tellsTheSize_andLeavesTheKeyAlone() throws Exception {
    Pair pair = pair();
    ByteBuffer key = pair.incoming().allocate(SIZE).key();
    int before = key.position();
    assertEquals(SIZE, pair.outgoing().remote(key).byteCount());
    assertEquals(before, key.position());
  }

  @Test
  void ch11_3_anyOtherKey_isRefused() throws Exception {
    Pair pair = pair();
    ByteBuffer key = pair.incoming().allocate(SIZE).key();
    assertThrows(IOException.class, () -> pair.outgoing().remote(ByteBuffer.allocate(0)));
    assertThrows(
        IOException.class, () -> pair.outgoing().remote(key.slice(0, key.remaining() - 1)));
    byte[] random = new byte[key.remaining()];
    run().random().nextBytes(random);
    assertThrows(IOException.class, () -> pair.outgoing().remote(ByteBuffer.wrap(random)));
    assertUnharmed(pair);
  }

  @Test
  void ch11_4_source_mayBeReusedAtOnce() throws Exception {
    Pattern pattern = pattern();
    Pair pair = pair();
    RegisteredMemory memory = pair.incoming().allocate(SIZE);
    RemoteMemory remote = remote(pair, memory);
    MemorySegment source = Arena.ofAuto().allocate(100);
    for (int at = 0; at < SIZE; at += 100) {
      source.copyFrom(MemorySegment.ofArray(pattern.bytes(at, 100)));
      remote.write(at, source, 0, 100);
      source.fill((byte) 0);
    }
    announce(pair);
    pattern.verify(memory.segment().asByteBuffer(), 0);
  }

  private static void announce(Pair pair) throws IOException {
    Streams.writeByte(pair.outgoing(), 1);
    assertEquals(1, Streams.readByte(pair.incoming()));
  }

  @Test
  void ch11_5_streamBytes_areSeenBehindTheWritesBefore() throws Exception {
    Pair pair = pair();
    RegisteredMemory memory = pair.incoming().allocate(8);
    RemoteMemory remote = remote(pair, memory);
    int count = 20_000;
    Task<Void> reading =
        start(
            () -> {
              ByteBuffer told = ByteBuffer.allocate(8);
              for (int i = 0; i < count; i++) {
                Streams.readFully(pair.incoming(), told.clear());
                long placed = memory.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
                long said = told.getLong(0);
                assertTrue(placed >= said, () -> said + " was said, but " + placed + " is there");
              }
              return null;
            });
    Task<Void> writing =
        start(
            () -> {
              MemorySegment number = Arena.ofAuto().allocate(8);
              ByteBuffer told = ByteBuffer.allocate(8);
              for (long i = 0; i < count; i++) {
                number.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, i);
                remote.write(0, number, 0, 8);
                Streams.writeFully(pair.outgoing(), told.clear().putLong(i).flip());
              }
              return null;
            });
    reading.resultOfATransfer();
    writing.result();
  }

  @Test
  void ch11_6_rangeOutside_isRefused_andWritesNothing() throws Exception {
    Pair pair = pair();
    RegisteredMemory memory = pair.incoming().allocate(SIZE);
    RemoteMemory remote = remote(pair, memory);
    MemorySegment source = MemorySegment.ofArray(new byte[] {1, 2, 3, 4});
    for (Executable wrong :
        List.<Executable>of(
            () -> remote.write(SIZE - 3, source, 0, 4),
            () -> remote.write(-1, source, 0, 4),
            () -> remote.write(Long.MAX_VALUE, source, 0, 4),
            () -> remote.write(0, source, 1, 4),
            () -> remote.write(0, source, -1, 1),
            () -> remote.write(0, source, 0, -1))) {
      assertThrows(IndexOutOfBoundsException.class, wrong);
    }
    announce(pair);
    assertEquals(-1, memory.segment().mismatch(MemorySegment.ofArray(new byte[SIZE])));
  }

  @Test
  void ch11_7_afterItsClose_memoryIsGoneForBoth() throws Exception {
    Pair pair = pair();
    RegisteredMemory memory = pair.incoming().allocate(SIZE);
    RemoteMemory remote = remote(pair, memory);
    MemorySegment segment = memory.segment();
    memory.close();
    memory.close();
    assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
    MemorySegment source = MemorySegment.ofArray(new byte[4]);
    Task<Void> writing =
        start(
            () -> {
              remote.write(0, source, 0, 4);
              Streams.writeByte(pair.outgoing(), 1);
              remote.write(0, source, 0, 4);
              return null;
            });
    writing.failure(IOException.class);
  }

  @Test
  void ch11_7_afterTheEndOfTheChannel_memoryIsGone() throws Exception {
    Pair pair = pair();
    MemorySegment segment = pair.incoming().allocate(SIZE).segment();
    pair.incoming().abort();
    assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
  }
}
