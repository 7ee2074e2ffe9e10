package dev.sluice.bench;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.spi.AbstractTransportChannel;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Set;
import okio.Buffer;
import okio.Sink;
import okio.Source;
import okio.Timeout;

/**
 * The far end of every in-memory benchmark, once for each library: takes all that comes, and gives
 * copies of one block for ever.
 */
final class Endless {
  private static final byte[] BLOCK = new byte[8192];

  private Endless() {}

  static final class Channel extends AbstractTransportChannel {
    private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK.length);

    Channel() {
      super(ChannelInfo.named("endless"), Direction.BOTH, Set.of());
    }

    @Override
    protected long readInto(ByteBuffer[] targets, int offset, int length) {
      ByteBuffer target = targets[offset];
      int byteCount = Math.min(target.remaining(), block.capacity());
      target.put(target.position(), block, 0, byteCount);
      target.position(target.position() + byteCount);
      return byteCount;
    }

    @Override
    protected long writeFrom(ByteBuffer[] sources, int offset, int length) {
      long byteCount = 0;
      for (int i = offset; i < offset + length; i++) {
        byteCount += sources[i].remaining();
        sources[i].position(sources[i].limit());
      }
      return byteCount;
    }

    @Override
    protected void release(boolean completed) {}
  }

  static final class Output extends OutputStream {
    @Override
    public void write(int value) {}

    @Override
    public void write(byte[] source, int offset, int byteCount) {}
  }

  static final class Input extends InputStream {
    @Override
    public int read() {
      return 0;
    }

    @Override
    public int read(byte[] target, int offset, int byteCount) {
      int moved = Math.min(byteCount, BLOCK.length);
      System.arraycopy(BLOCK, 0, target, offset, moved);
      return moved;
    }
  }

  static final class OkioEnd implements Sink, Source {
    @Override
    public void write(Buffer source, long byteCount) throws java.io.IOException {
      source.skip(byteCount);
    }

    @Override
    public long read(Buffer sink, long byteCount) {
      int moved = (int) Math.min(byteCount, BLOCK.length);
      sink.write(BLOCK, 0, moved);
      return moved;
    }

    @Override
    public void flush() {}

    @Override
    public Timeout timeout() {
      return Timeout.NONE;
    }

    @Override
    public void close() {}
  }
}
