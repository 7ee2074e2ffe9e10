package dev.sluice.tck.fault;

import java.nio.ByteBuffer;

/** A range of buffers whose limits are lowered until {@link #close}, so that less fits in. */
final class Narrowed implements AutoCloseable {
  private final ByteBuffer[] buffers;
  private final int offset;
  private final int[] limits;

  private Narrowed(ByteBuffer[] buffers, int offset, int length) {
    this.buffers = buffers;
    this.offset = offset;
    this.limits = new int[length];
  }

  static Narrowed to(long byteCount, ByteBuffer[] buffers, int offset, int length) {
    Narrowed narrowed = new Narrowed(buffers, offset, length);
    long left = byteCount;
    for (int i = 0; i < length; i++) {
      ByteBuffer buffer = buffers[offset + i];
      narrowed.limits[i] = buffer.limit();
      int kept = (int) Math.min(left, buffer.remaining());
      buffer.limit(buffer.position() + kept);
      left -= kept;
    }
    return narrowed;
  }

  static long remaining(ByteBuffer[] buffers, int offset, int length) {
    long byteCount = 0;
    for (int i = offset; i < offset + length; i++) {
      byteCount += buffers[i].remaining();
    }
    return byteCount;
  }

  /** Backwards, for a buffer that is in the range twice. */
  @Override
  public void close() {
    for (int i = limits.length - 1; i >= 0; i--) {
      buffers[offset + i].limit(limits[i]);
    }
  }
}
