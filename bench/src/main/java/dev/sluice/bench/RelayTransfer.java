package dev.sluice.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/**
 * One connection through a relay.
 *
 * @param seconds from connecting to the sink's end of stream
 * @param processorSeconds what the relay used for it, in user and system mode
 */
record RelayTransfer(double seconds, double processorSeconds) {
  /** Sends so many bytes through a relay, as fast as it takes them. */
  static RelayTransfer run(RelayPeer relay, RelaySink sink, long byteCount)
      throws IOException, InterruptedException {
    double processorBefore = relay.processorSeconds();
    long start = System.nanoTime();
    CompletableFuture<Long> drained =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return sink.drainNext();
              } catch (IOException failure) {
                throw new CompletionException(failure);
              }
            },
            Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory()));
    try (SocketChannel source =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), relay.port()))) {
      ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
      for (long left = byteCount; left > 0; ) {
        block.clear().limit((int) Math.min(block.capacity(), left));
        while (block.hasRemaining()) {
          left -= source.write(block);
        }
      }
      source.shutdownOutput();
      long arrived = drained.join();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (arrived != byteCount) {
        throw new IOException(relay.name() + " passed on " + arrived + " of " + byteCount);
      }
      // The relay ends its side when ours is gone; its child, if it has one, is counted then.
      while (source.read(block.clear()) >= 0) {
        // nothing comes back
      }
      Thread.sleep(50);
      return new RelayTransfer(seconds, relay.processorSeconds() - processorBefore);
    }
  }
}
