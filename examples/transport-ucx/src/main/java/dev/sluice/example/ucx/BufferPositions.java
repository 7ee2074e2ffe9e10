package dev.sluice.example.ucx;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Where buffers stood before a transfer, in case it turns out not to have been one. */
final class BufferPositions {
  private final ByteBuffer[] buffers;
  private final int[] positions;

  private BufferPositions(ByteBuffer[] buffers) {
    this.buffers = buffers;
    positions = Arrays.stream(buffers).mapToInt(ByteBuffer::position).toArray();
  }

  static BufferPositions of(ByteBuffer[] buffers, int offset, int length) {
    return new BufferPositions(Arrays.copyOfRange(buffers, offset, offset + length));
  }

  void restore() {
    for (int i = 0; i < buffers.length; i++) {
      buffers[i].position(positions[i]);
    }
  }
}
