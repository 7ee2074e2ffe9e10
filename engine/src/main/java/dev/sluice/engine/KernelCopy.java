package dev.sluice.engine;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * A copy by the kernel: from a regular file to a file, a socket or a pipe, by a platform thread.
 * Nothing else exists in the JDK; and a virtual thread inside one can be woken by nobody, because
 * the JDK wakes threads in {@code sendfile} by a signal, which virtual threads do not get.
 */
final class KernelCopy {
  /**
   * As much as one call moves: enough to make the calls free, little enough that a counter which
   * moves once per call still shows life on a slow link.
   */
  private static final long CALL_BYTES = 1 << 20;

  private final TransportChannel source;
  private final @Nullable FileChannel from;
  private final @Nullable WritableByteChannel to;

  private KernelCopy(
      TransportChannel source, @Nullable FileChannel from, @Nullable WritableByteChannel to) {
    this.source = source;
    this.from = from;
    this.to = to;
  }

  static KernelCopy of(TransportChannel source, WritableByteChannel target) {
    boolean wakeable = !Thread.currentThread().isVirtual();
    return new KernelCopy(source, wakeable ? regularFile(source) : null, jdkChannel(target));
  }

  private static @Nullable FileChannel regularFile(TransportChannel channel) {
    boolean seekable = channel.features().contains(ChannelFeature.SEEKABLE);
    Channel inner = seekable ? channel.nioChannel().orElse(null) : null;
    return inner instanceof FileChannel file ? file : null;
  }

  private static @Nullable WritableByteChannel jdkChannel(WritableByteChannel target) {
    Channel inner =
        target instanceof TransportChannel channel ? channel.nioChannel().orElse(null) : target;
    return inner instanceof WritableByteChannel writable
            && inner.getClass().getModule() == Object.class.getModule()
        ? writable
        : null;
  }

  /** Returns how many bytes were moved; 0: a kernel copy is not possible, or the file ended. */
  long copy(long atMost) throws IOException {
    if (from == null || to == null) {
      return 0;
    }
    long start = source.position();
    long done = 0;
    try {
      while (done < atMost) {
        long moved = from.transferTo(start + done, Math.min(atMost - done, CALL_BYTES), to);
        if (moved <= 0) {
          break;
        }
        done += moved;
      }
    } catch (ClosedChannelException ended) {
      if (done == 0) {
        throw ended;
      }
    } catch (IOException refused) {
      // The caller goes on with plain transfers: they work, or fail in the transport's own words.
    }
    if (done > 0) {
      advanceTo(start + done);
    }
    return done;
  }

  private void advanceTo(long position) throws IOException {
    try {
      source.position(position);
    } catch (ClosedChannelException ended) {
      // What was moved counts all the same; the next call meets the end.
    }
  }
}
