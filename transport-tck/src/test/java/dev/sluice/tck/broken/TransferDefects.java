package dev.sluice.tck.broken;

import dev.sluice.api.TransportChannel;
import dev.sluice.tck.fault.ForwardingChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Wrong reads and writes. */
final class TransferDefects {
  private static final int CORRUPTED = 999;

  private TransferDefects() {}

  /** Reads up to the capacity. */
  static TransportChannel ignoringTheLimit(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      @Override
      public int read(ByteBuffer target) throws IOException {
        if (target.isReadOnly()) {
          return super.read(target);
        }
        ByteBuffer whole = target.duplicate().limit(target.capacity());
        int count = super.read(whole);
        target.limit(Math.max(target.limit(), whole.position())).position(whole.position());
        return count;
      }
    };
  }

  /** A part of an array is filled through the array, and the position ends one too early. */
  static TransportChannel movingPositionsWrongly(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      @Override
      public int read(ByteBuffer target) throws IOException {
        int count = super.read(target);
        if (count > 0 && target.hasArray() && target.arrayOffset() > 0) {
          target.position(target.position() - 1);
        }
        return count;
      }
    };
  }

  /** The first read gives up before there is anything. */
  static TransportChannel returningZeroInBlockingMode(TransportChannel sound, End end) {
    return new Funnel(sound) {
      private boolean tried;

      @Override
      long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
        if (!tried && isBlocking() && isOpen()) {
          tried = true;
          return 0;
        }
        return super.readInto(targets, offset, length);
      }
    };
  }

  /** Buffers are looked at before the state. */
  static TransportChannel movingNothingBehindTheEnd(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      @Override
      public int write(ByteBuffer source) throws IOException {
        return source.hasRemaining() ? super.write(source) : 0;
      }
    };
  }

  static TransportChannel corruptingAByte(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      @Override
      public int read(ByteBuffer target) throws IOException {
        int start = target.position();
        int count = super.read(target);
        if (count > CORRUPTED) {
          int at = start + CORRUPTED;
          target.put(at, (byte) (target.get(at) ^ 1));
        }
        return count;
      }
    };
  }

  static TransportChannel ignoringTheOffset(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      @Override
      public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return super.write(sources, 0, sources.length);
      }
    };
  }

  /** What cannot be stored is read all the same. */
  static TransportChannel readingIntoReadOnlyTargets(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      @Override
      public int read(ByteBuffer target) throws IOException {
        return target.isReadOnly()
            ? super.read(ByteBuffer.allocate(target.remaining()))
            : super.read(target);
      }
    };
  }
}
