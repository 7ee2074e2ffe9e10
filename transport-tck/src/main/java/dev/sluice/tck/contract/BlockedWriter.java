package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import dev.sluice.tck.conformance.Run;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A thread that writes for ever to a peer that does not read, and is blocked in that. */
final class BlockedWriter {
  private final Pattern pattern;
  private final AtomicLong acceptedBytes = new AtomicLong();
  private final Run run;
  private final Task<Long> task;

  private BlockedWriter(RuleGroup group, ThreadKind kind, TransportChannel channel) {
    run = group.run();
    pattern = group.pattern();
    task = group.start(kind, () -> write(channel));
  }

  static BlockedWriter on(RuleGroup group, ThreadKind kind, TransportChannel channel)
      throws Exception {
    BlockedWriter writer = new BlockedWriter(group, kind, channel);
    writer.awaitBlocked();
    return writer;
  }

  private long write(TransportChannel channel) throws Exception {
    ByteBuffer chunk = ByteBuffer.allocateDirect(64 << 10);
    while (true) {
      pattern.fill(chunk.clear(), acceptedBytes.get());
      chunk.flip();
      while (chunk.hasRemaining()) {
        int count = channel.write(chunk);
        assertTrue(count > 0, "a write in blocking mode gave " + count);
        acceptedBytes.addAndGet(count);
      }
    }
  }

  private void awaitBlocked() throws Exception {
    long deadline = System.nanoTime() + run.guard().toNanos();
    long before;
    do {
      before = acceptedBytes.get();
      task.assertStaysBlocked();
      assertTrue(System.nanoTime() < deadline, "the writer is never blocked");
    } while (acceptedBytes.get() != before);
  }

  /** Waits until more is accepted. */
  void awaitMoreThan(long byteCount) {
    long deadline = System.nanoTime() + run.guard().toNanos();
    while (acceptedBytes.get() <= byteCount) {
      assertTrue(System.nanoTime() < deadline, "the writer did not go on when there was room");
      LockSupport.parkNanos(1_000_000);
    }
  }

  long acceptedBytes() {
    return acceptedBytes.get();
  }

  Pattern pattern() {
    return pattern;
  }

  Task<Long> task() {
    return task;
  }
}
