package dev.sluice.tck.broken;

import dev.sluice.api.TransportChannel;
import dev.sluice.tck.fault.ForwardingChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Wrong positional transfers. */
final class SeekDefects {
  private SeekDefects() {}

  /** Reads up to the capacity. */
  static TransportChannel ignoringTheLimit(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      @Override
      public int readAt(ByteBuffer target, long position) throws IOException {
        if (target.isReadOnly() || !target.hasRemaining()) {
          return super.readAt(target, position);
        }
        ByteBuffer whole = target.duplicate().limit(target.capacity());
        int count = super.readAt(whole, position);
        target.limit(Math.max(target.limit(), whole.position())).position(whole.position());
        return count;
      }
    };
  }

  /** Asks a file that is open still. */
  static TransportChannel lookingBehindTheEnd(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      @Override
      public long size() throws IOException {
        return isOpen() ? super.size() : 0;
      }
    };
  }

  /** A negative position is taken for the start. */
  static TransportChannel readingBeforeTheStart(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      @Override
      public int readAt(ByteBuffer target, long position) throws IOException {
        return super.readAt(target, Math.max(0, position));
      }
    };
  }
}
