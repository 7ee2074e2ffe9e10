package dev.sluice.engine;

import java.io.DataOutput;
import java.io.IOException;

/**
 * Small values, written into the window of an output: its one check of the bounds per value is all
 * that stands between a call and memory.
 */
abstract sealed class BufferedOutput extends HalfChannel implements DataOutput
    permits ChannelOutput {
  final WindowMemory buffer;

  /** Where the next byte goes in the buffer. */
  int next;

  /** Where the window ends; 0 once calls must take the slow path to an error. */
  int limit;

  BufferedOutput(SharedChannel shared) {
    super(shared);
    buffer = new WindowMemory(shared.options().bufferBytes());
    limit = buffer.capacity();
  }

  /**
   * Leaves the window: meets errors, else makes room for any small value and returns where it goes.
   */
  abstract int makeRoom() throws IOException;

  @Override
  public void writeByte(int value) throws IOException {
    int at = next;
    if (at >= limit) {
      at = makeRoom();
    }
    buffer.putByte(at, (byte) value);
    next = at + 1;
  }

  @Override
  public void writeShort(int value) throws IOException {
    int at = next;
    if (limit - at < Short.BYTES) {
      at = makeRoom();
    }
    buffer.putShort(at, (short) value);
    next = at + Short.BYTES;
  }

  @Override
  public void writeInt(int value) throws IOException {
    int at = next;
    if (limit - at < Integer.BYTES) {
      at = makeRoom();
    }
    buffer.putInt(at, value);
    next = at + Integer.BYTES;
  }

  @Override
  public void writeLong(long value) throws IOException {
    int at = next;
    if (limit - at < Long.BYTES) {
      at = makeRoom();
    }
    buffer.putLong(at, value);
    next = at + Long.BYTES;
  }

  @Override
  public void writeBoolean(boolean value) throws IOException {
    writeByte(value ? 1 : 0);
  }

  @Override
  public void writeChar(int value) throws IOException {
    writeShort(value);
  }

  @Override
  public void writeFloat(float value) throws IOException {
    writeInt(Float.floatToIntBits(value));
  }

  @Override
  public void writeDouble(double value) throws IOException {
    writeLong(Double.doubleToLongBits(value));
  }

  @Override
  public void writeBytes(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      writeByte(text.charAt(i));
    }
  }

  @Override
  public void writeChars(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      writeChar(text.charAt(i));
    }
  }

  /**
   * Writes a string the way QEMU names things: one byte for the length, then UTF-8.
   *
   * @param text at most 255 bytes in UTF-8
   * @throws IllegalArgumentException if it is longer or not well-formed; nothing was written
   * @throws IOException the first error
   */
  public void writeCountedString(String text) throws IOException {
    byte[] bytes = CountedStrings.encode(text);
    writeByte(bytes.length);
    write(bytes);
  }

  @Override
  public void write(int value) throws IOException {
    writeByte(value);
  }

  @Override
  public void write(byte[] source) throws IOException {
    write(source, 0, source.length);
  }
}
