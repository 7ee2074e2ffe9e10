package dev.sluice.example.ucx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transfer that a shutdown overtakes moves nothing. */
@Timeout(60)
class BufferPositionsTest {
  private static final String NAME = "a test";

  private final Fate fate = new Fate(NAME);
  private final ByteRing ring = new ByteRing(4096);

  @AfterEach
  void close() {
    ring.close();
  }

  @Test
  void shutdownWhileBytesAreCopiedOut_leavesThePositionsOfTheTargets() throws Exception {
    Input input = new Input(fate, ring, () -> {});
    input.received(12);
    ByteBuffer[] targets = buffers();
    FutureTask<Long> reading = new FutureTask<>(() -> input.read(targets, 1, 2));
    overtake(reading, input::discard);
    assertEquals(0, reading.get());
    assertUnmoved(targets);
  }

  @Test
  void shutdownWhileBytesAreCopiedIn_leavesThePositionsOfTheSources() throws Exception {
    Output output = new Output(fate, ring, new RemoteWrites(NAME), () -> {});
    ByteBuffer[] sources = buffers();
    FutureTask<Long> writing = new FutureTask<>(() -> output.write(sources, 1, 2));
    overtake(writing, output::end);
    assertEquals(0, writing.get());
    assertUnmoved(sources);
  }

  private static ByteBuffer[] buffers() {
    return new ByteBuffer[] {
      ByteBuffer.allocate(8), ByteBuffer.allocate(8).position(3), ByteBuffer.allocate(8)
    };
  }

  private static void assertUnmoved(ByteBuffer[] buffers) {
    assertEquals(0, buffers[0].position());
    assertEquals(3, buffers[1].position());
    assertEquals(0, buffers[2].position());
  }

  /** Lets a transfer come as far as the ring, and has something happen before it goes on. */
  private void overtake(FutureTask<Long> transfer, Runnable event) {
    Thread thread = Thread.ofPlatform().unstarted(transfer);
    synchronized (ring) {
      thread.start();
      while (thread.getState() != Thread.State.BLOCKED) {
        Thread.onSpinWait();
      }
      event.run();
    }
  }
}
