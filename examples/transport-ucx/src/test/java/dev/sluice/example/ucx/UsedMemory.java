package dev.sluice.example.ucx;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.concurrent.FutureTask;

/** Memory that NIO is writing from, into a pipe that nobody empties: more than the pipe holds. */
final class UsedMemory implements AutoCloseable {
  private final Pipe pipe;
  private final FutureTask<Integer> writing;
  private final long byteCount;

  private UsedMemory(Pipe pipe, MemorySegment memory) {
    this.pipe = pipe;
    byteCount = memory.byteSize();
    writing = new FutureTask<>(() -> pipe.sink().write(memory.asByteBuffer()));
  }

  /** Returns when the write has begun. */
  static UsedMemory of(MemorySegment memory) throws IOException {
    UsedMemory used = new UsedMemory(Pipe.open(), memory);
    Thread.ofPlatform().start(used.writing);
    used.readOne();
    return used;
  }

  private void readOne() throws IOException {
    pipe.source().read(ByteBuffer.allocate(1));
  }

  /** Empties the pipe and returns when the write has ended. */
  void end() throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
    for (long left = byteCount - 1; left > 0; ) {
      left -= pipe.source().read(bytes.clear());
    }
    writing.get();
  }

  @Override
  public void close() throws IOException {
    pipe.source().close();
    pipe.sink().close();
  }
}
