package dev.sluice.transport.rdmasim;

import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

/**
 * Everything that a channel can do, all at once and for ever, until the peer or someone ends it.
 */
final class Traffic {
  private static final int MEMORY_BYTE_COUNT = 1 << 18;

  private final TransportChannel channel;

  private Traffic(TransportChannel channel) {
    this.channel = channel;
  }

  /** Returns how each of the three directions ended; the channel is aborted. */
  static List<Throwable> run(TransportChannel channel) throws InterruptedException {
    return new Traffic(channel).run();
  }

  private List<Throwable> run() throws InterruptedException {
    List<Caller.Call<Void>> calls = new ArrayList<>();
    try {
      channel.establish();
      RegisteredMemory memory = channel.allocate(MEMORY_BYTE_COUNT);
      ByteBuffer key = memory.key();
      Channels.writeFully(
          channel, ByteBuffer.allocate(256).put((byte) key.remaining()).put(key).flip());
      int keyByteCount = Channels.readOne(channel);
      if (keyByteCount < 0) {
        return List.of(new AssertionError("the end of the stream"));
      }
      RemoteMemory remote = channel.remote(Channels.readFully(channel, keyByteCount));
      calls.add(start(this::write));
      calls.add(start(this::read));
      calls.add(start(() -> writePages(remote)));
    } catch (IOException | RuntimeException setUpFailed) {
      channel.abort();
      return List.of(setUpFailed);
    }
    List<Throwable> failures = new ArrayList<>();
    for (Caller.Call<Void> call : calls) {
      try {
        call.task().get();
      } catch (ExecutionException failed) {
        failures.add(failed.getCause());
      }
    }
    channel.abort();
    return failures;
  }

  private static Caller.Call<Void> start(Callable<Void> direction) {
    return Caller.PLATFORM.start(direction);
  }

  private Void write() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(50_000);
    while (true) {
      Channels.writeFully(channel, bytes.clear());
    }
  }

  private Void read() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(70_000);
    while (channel.read(bytes.clear()) >= 0) {
      // Whatever comes.
    }
    throw new AssertionError("the end of the stream, which nobody ended");
  }

  private Void writePages(RemoteMemory remote) throws IOException {
    MemorySegment page = MemorySegment.ofArray(new byte[4096]);
    while (true) {
      remote.write(4096, page, 0, page.byteSize());
      Thread.onSpinWait();
    }
  }
}
