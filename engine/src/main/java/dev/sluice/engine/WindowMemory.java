package dev.sluice.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The direct buffer of a half-channel, and big-endian values in it. Its user has checked the
 * bounds: with native access nobody else does, without it {@link ByteBuffer} checks them again.
 */
final class WindowMemory {
  /**
   * A ByteBuffer asks five questions per value, of which the bounds are one. One segment over all
   * memory, a constant to the compiler, asks none: small values cost half as much.
   */
  private static final boolean ADDRESSED = WindowMemory.class.getModule().isNativeAccessEnabled();

  @SuppressWarnings("restricted") // only where the user of the engine has allowed it
  private static final MemorySegment ALL_MEMORY =
      ADDRESSED ? MemorySegment.NULL.reinterpret(Long.MAX_VALUE) : MemorySegment.NULL;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final ByteBuffer bytes;
  private final MemorySegment segment;
  private final long address;

  WindowMemory(int byteCount) {
    bytes = ByteBuffer.allocateDirect(byteCount);
    segment = MemorySegment.ofBuffer(bytes);
    address = segment.address();
  }

  /** Returns whether values are read and written with one check of the bounds, the caller's. */
  static boolean isAddressed() {
    return ADDRESSED;
  }

  int capacity() {
    return bytes.capacity();
  }

  /** Returns the buffer itself, big-endian; its position and limit mean nothing here. */
  ByteBuffer bytes() {
    return bytes;
  }

  MemorySegment segment() {
    return segment;
  }

  void putByte(int at, byte value) {
    try {
      if (ADDRESSED) {
        ALL_MEMORY.set(ValueLayout.JAVA_BYTE, address + at, value);
      } else {
        bytes.put(at, value);
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  void putShort(int at, short value) {
    try {
      if (ADDRESSED) {
        ALL_MEMORY.set(SHORT, address + at, value);
      } else {
        bytes.putShort(at, value);
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  void putInt(int at, int value) {
    try {
      if (ADDRESSED) {
        ALL_MEMORY.set(INT, address + at, value);
      } else {
        bytes.putInt(at, value);
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  void putLong(int at, long value) {
    try {
      if (ADDRESSED) {
        ALL_MEMORY.set(LONG, address + at, value);
      } else {
        bytes.putLong(at, value);
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  byte byteAt(int at) {
    try {
      return ADDRESSED ? ALL_MEMORY.get(ValueLayout.JAVA_BYTE, address + at) : bytes.get(at);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  short shortAt(int at) {
    try {
      return ADDRESSED ? ALL_MEMORY.get(SHORT, address + at) : bytes.getShort(at);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  int intAt(int at) {
    try {
      return ADDRESSED ? ALL_MEMORY.get(INT, address + at) : bytes.getInt(at);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  long longAt(int at) {
    try {
      return ADDRESSED ? ALL_MEMORY.get(LONG, address + at) : bytes.getLong(at);
    } finally {
      Reference.reachabilityFence(this);
    }
  }
}
