package dev.sluice.example.ucx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kit does not ask of remote memory. */
@Timeout(60)
class RemoteMemoryTest {
  private static final long SIZE = 64L << 20;

  private TransportChannel outgoing;
  private TransportChannel incoming;

  @BeforeEach
  void connect() throws Exception {
    UcxTransport transport = new UcxTransport();
    TransportContext context = TransportContext.defaults();
    try (TransportListener listener =
        transport.listen(TransportAddress.parse("ucx:127.0.0.1:0"), context)) {
      FutureTask<TransportChannel> connecting =
          new FutureTask<>(() -> transport.connect(listener.address(), context));
      Thread.ofVirtual().start(connecting);
      incoming = listener.accept().orElseThrow();
      incoming.establish();
      outgoing = connecting.get();
    }
  }

  @AfterEach
  void abort() {
    outgoing.abort();
    incoming.abort();
  }

  @Test
  void largeWrites_arrive_fromNativeAndFromHeapMemory() throws Exception {
    RegisteredMemory memory = incoming.allocate(SIZE);
    RemoteMemory remote = outgoing.remote(memory.key());
    byte[] random = new byte[(int) SIZE / 2];
    new Random(1).nextBytes(random);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment heap = MemorySegment.ofArray(random);
      MemorySegment nativeCopy = arena.allocate(random.length).copyFrom(heap);
      remote.write(0, nativeCopy, 0, random.length);
      remote.write(random.length, heap, 0, random.length);
      outgoing.write(ByteBuffer.allocate(1));
      incoming.read(ByteBuffer.allocate(1));
      MemorySegment first = memory.segment().asSlice(0, random.length);
      MemorySegment second = memory.segment().asSlice(random.length);
      assertEquals(-1, first.mismatch(heap));
      assertEquals(-1, second.mismatch(heap));
    }
  }

  /** Where UCX stores puts by itself, one that came late would hit memory that is gone. */
  @Test
  void memoryThatIsClosedUnderAWriter_endsTheWriter_andNotTheProcess() throws Exception {
    for (int i = 0; i < 100; i++) {
      RegisteredMemory memory = incoming.allocate(1 << 20);
      RemoteMemory remote = outgoing.remote(memory.key());
      CountDownLatch begun = new CountDownLatch(1);
      FutureTask<IOException> writing =
          new FutureTask<>(
              () ->
                  assertThrows(
                      IOException.class,
                      () -> {
                        MemorySegment source = MemorySegment.ofArray(new byte[10_000]);
                        while (true) {
                          remote.write(77, source, 0, 10_000);
                          begun.countDown();
                        }
                      }));
      Thread.ofPlatform().start(writing);
      begun.await();
      memory.close();
      assertThrows(
          IllegalStateException.class, () -> memory.segment().get(ValueLayout.JAVA_BYTE, 0));
      writing.get();
    }
    assertChannelWorks();
  }

  @Test
  void memoryInUse_cannotBeClosed_untilTheUseHasEnded() throws Exception {
    RegisteredMemory memory = incoming.allocate(SIZE);
    RemoteMemory remote = outgoing.remote(memory.key());
    try (UsedMemory used = UsedMemory.of(memory.segment())) {
      IllegalStateException refused = assertThrows(IllegalStateException.class, memory::close);
      assertTrue(refused.getMessage().contains("in use"), refused.getMessage());
      memory.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 7);
      remote.write(1, MemorySegment.ofArray(new byte[] {8}), 0, 1);
      used.end();
    }
    memory.close();
    assertThrows(IllegalStateException.class, () -> memory.segment().get(ValueLayout.JAVA_BYTE, 0));
    assertThrows(
        IOException.class, () -> remote.write(0, MemorySegment.ofArray(new byte[1]), 0, 1));
  }

  /** Freed memory would end the JVM, and so this test. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void memoryInUse_outlivesItsChannel_whichEndsAllTheSame(boolean closedBefore) throws Exception {
    RegisteredMemory memory = incoming.allocate(SIZE);
    RegisteredMemory unused = incoming.allocate(8);
    Thread progress = progressThreadOf(incoming);
    try (UsedMemory used = UsedMemory.of(memory.segment())) {
      if (closedBefore) {
        assertThrows(IllegalStateException.class, memory::close);
      }
      incoming.abort();
      progress.join();
      memory.segment().fill((byte) 1);
      assertThrows(
          IllegalStateException.class, () -> unused.segment().get(ValueLayout.JAVA_BYTE, 0));
      used.end();
    }
    memory.close();
    assertThrows(IllegalStateException.class, () -> memory.segment().get(ValueLayout.JAVA_BYTE, 0));
  }

  private static Thread progressThreadOf(TransportChannel channel) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("ucx-progress " + channel.info().name()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void sourceThatIsClosed_isRefused_andTheChannelGoesOn() throws Exception {
    RemoteMemory remote = outgoing.remote(incoming.allocate(8).key());
    Arena arena = Arena.ofShared();
    MemorySegment source = arena.allocate(8);
    arena.close();
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> remote.write(0, source, 0, 8));
    assertTrue(refused.getMessage().contains("arena"), refused.getMessage());
    assertChannelWorks();
  }

  @Test
  void sourceOfAnotherThread_isRefused_andTheChannelGoesOn() throws Exception {
    RemoteMemory remote = outgoing.remote(incoming.allocate(8).key());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(8);
      FutureTask<WrongThreadException> writing =
          new FutureTask<>(
              () -> assertThrows(WrongThreadException.class, () -> remote.write(0, source, 0, 8)));
      Thread.ofVirtual().start(writing);
      assertTrue(writing.get().getMessage().contains("another thread"));
    }
    assertChannelWorks();
  }

  private void assertChannelWorks() throws IOException {
    outgoing.write(ByteBuffer.allocate(1));
    assertEquals(1, incoming.read(ByteBuffer.allocate(10)));
  }

  @Test
  void close_makesWritesVisible_alsoWithoutAByteBehindThem() throws Exception {
    RegisteredMemory memory = incoming.allocate(8);
    RemoteMemory remote = outgoing.remote(memory.key());
    remote.write(0, MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), 0, 8);
    outgoing.close();
    assertEquals(-1, incoming.read(ByteBuffer.allocate(1)));
    assertEquals(0x0807060504030201L, memory.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
  }

  @Test
  void keyOfAnotherChannel_isRefused() throws Exception {
    ByteBuffer own = outgoing.allocate(8).key();
    assertThrows(IOException.class, () -> outgoing.remote(own));
  }
}
