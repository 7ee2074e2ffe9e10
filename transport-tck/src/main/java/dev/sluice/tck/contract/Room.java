package dev.sluice.tck.contract;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/** The kinds of memory that a buffer can be. */
public enum Room {
  /** An array of the heap. */
  HEAP {
    @Override
    ByteBuffer of(int byteCount) {
      return ByteBuffer.allocate(byteCount);
    }
  },

  /** Memory outside of the heap. */
  DIRECT {
    @Override
    ByteBuffer of(int byteCount) {
      return ByteBuffer.allocateDirect(byteCount);
    }
  },

  /** A part of an array, so that there is an array offset. */
  HEAP_SLICE {
    @Override
    ByteBuffer of(int byteCount) {
      return ByteBuffer.allocate(byteCount + 77).slice(33, byteCount);
    }
  },

  /** A part of memory outside of the heap, at an odd address. */
  DIRECT_SLICE {
    @Override
    ByteBuffer of(int byteCount) {
      return ByteBuffer.allocateDirect(byteCount + 77).slice(33, byteCount);
    }
  },

  /** A view of a memory segment that every thread may use. */
  SEGMENT {
    @Override
    ByteBuffer of(int byteCount) {
      return Arena.ofAuto().allocate(byteCount).asByteBuffer();
    }
  };

  abstract ByteBuffer of(int byteCount);

  /** Sets every byte of a buffer, whatever its position and limit. */
  static void fill(ByteBuffer buffer, byte value) {
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.duplicate().clear().put(i, value);
    }
  }
}
