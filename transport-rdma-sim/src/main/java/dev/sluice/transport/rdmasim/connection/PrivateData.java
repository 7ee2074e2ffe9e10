package dev.sluice.transport.rdmasim.connection;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Bytes of the application that travel with a step of connecting; immutable. */
public final class PrivateData {
  /** What a request to connect can carry. */
  public static final int CONNECT_BYTES = 56;

  /** What an acceptance can carry. */
  public static final int ACCEPT_BYTES = 196;

  /** What a rejection can carry. */
  public static final int REJECT_BYTES = 148;

  /** No bytes. */
  public static final PrivateData NONE = new PrivateData(new byte[0]);

  private final byte[] bytes;

  private PrivateData(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns a copy of bytes.
   *
   * @param bytes at most what the step it is for can carry
   */
  public static PrivateData of(byte[] bytes) {
    return bytes.length == 0 ? NONE : new PrivateData(bytes.clone());
  }

  /**
   * Returns text as bytes, cut where it is too long for a rejection.
   *
   * @param text for people
   */
  public static PrivateData ofText(String text) {
    byte[] all = text.getBytes(StandardCharsets.UTF_8);
    return of(Arrays.copyOf(all, Math.min(all.length, REJECT_BYTES)));
  }

  /** Returns the number of bytes. */
  public int byteCount() {
    return bytes.length;
  }

  /** Returns the bytes, read-only, from the first to the last. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** Returns the bytes as text. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * Returns this, if it fits.
   *
   * @param most one of the limits above
   * @throws IllegalArgumentException if it does not
   */
  public PrivateData atMost(int most) {
    if (bytes.length > most) {
      throw new IllegalArgumentException(
          "private data of " + bytes.length + " bytes: this step carries " + most + " at most");
    }
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrivateData that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes " + HexFormat.of().formatHex(bytes);
  }
}
