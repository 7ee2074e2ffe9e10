package dev.sluice.engine.transfer;

import com.google.common.hash.Hasher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

/** The outgoing channel as the input sees it: tells of each write, and sums the bytes up. */
final class WatchedChannel implements WritableByteChannel {
  private final WritableByteChannel target;
  private final Activity activity;
  private final Optional<Hasher> hasher;

  WatchedChannel(WritableByteChannel target, Activity activity, Optional<Hasher> hasher) {
    this.target = target;
    this.activity = activity;
    this.hasher = hasher;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int start = source.position();
    activity.writing();
    int written = target.write(source);
    activity.written(written);
    activity.reading();
    if (hasher.isPresent()) {
      hasher.get().putBytes(source.duplicate().position(start).limit(start + written));
    }
    return written;
  }

  @Override
  public boolean isOpen() {
    return target.isOpen();
  }

  @Override
  public void close() throws IOException {
    target.close();
  }
}
