package dev.sluice.example.ucx;

import dev.sluice.api.RemoteMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.openucx.jucx.ucp.UcpRemoteKey;

/** Memory of the peer. */
final class PeerMemory implements RemoteMemory {
  /** Of heap memory, which UCX cannot read, this much is copied at a time. */
  private static final long STAGED_BYTES = 1 << 20;

  /** Runs a write as one of the channel's, which one at a time are. */
  @FunctionalInterface
  interface Writing {
    void run(Step step) throws IOException;
  }

  /** A part of a write. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  private final MemoryKey key;
  private final UcpRemoteKey unpacked;
  private final Connection connection;
  private final Writing writing;

  PeerMemory(MemoryKey key, UcpRemoteKey unpacked, Connection connection, Writing writing) {
    this.key = key;
    this.unpacked = unpacked;
    this.connection = connection;
    this.writing = writing;
  }

  @Override
  public long byteCount() {
    return key.byteCount();
  }

  @Override
  public void write(long offset, MemorySegment source, long from, long byteCount)
      throws IOException {
    Objects.checkFromIndexSize(offset, byteCount, byteCount());
    MemorySegment bytes = source.asSlice(from, byteCount);
    writing.run(
        () -> {
          requireUsable(source);
          if (bytes.isNative()) {
            put(offset, bytes);
          } else {
            putCopy(offset, bytes);
          }
        });
  }

  /** UCX gets an address and checks nothing; what is not there ends the JVM. */
  private static void requireUsable(MemorySegment source) {
    if (!source.scope().isAlive()) {
      throw new IllegalStateException(
          "the source of a remote write is closed: keep its arena open until the write has ended");
    }
    if (!source.isAccessibleBy(Thread.currentThread())) {
      throw new WrongThreadException(
          "the source of a remote write belongs to another thread than "
              + Thread.currentThread()
              + ": write from that one, or use memory of a shared arena");
    }
  }

  private void putCopy(long offset, MemorySegment bytes) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment staged = arena.allocate(Math.min(STAGED_BYTES, bytes.byteSize()));
      for (long done = 0; done < bytes.byteSize(); done += STAGED_BYTES) {
        long count = Math.min(STAGED_BYTES, bytes.byteSize() - done);
        MemorySegment.copy(bytes, done, staged, 0, count);
        put(offset + done, staged.asSlice(0, count));
      }
    }
  }

  private void put(long offset, MemorySegment bytes) throws IOException {
    connection.put(key, unpacked, offset, bytes);
  }
}
