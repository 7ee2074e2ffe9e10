package dev.sluice.engine.transfer;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The buffer of one direction of a connection: small for one that says little, and twice as large
 * after each read that filled more than half of it. For one thread.
 */
final class PumpBuffer implements AutoCloseable {
  static final int LEAST_BYTES = Slab.UNIT_BYTES;

  /**
   * As much as {@code socat} is told to take at once where it is to be fast: less costs a third.
   */
  static final int MOST_BYTES = 1 << 20;

  private final BufferMemory memory;
  private Slab.Piece piece;
  private ByteBuffer bytes;
  private boolean full;

  /**
   * Creates a buffer of the least size.
   *
   * @throws TransportException of kind {@link Kind#LIMIT} if there is no memory for it
   */
  PumpBuffer(BufferMemory memory) throws TransportException {
    this.memory = memory;
    piece =
        memory
            .take(LEAST_BYTES)
            .orElseThrow(
                () ->
                    new TransportException(
                        Kind.LIMIT,
                        "no buffer: the connections of this relay use all of its "
                            + memory.byteCount()
                            + " bytes",
                        "let connections end, or start a second relay",
                        null));
    bytes = piece.memory().asByteBuffer();
  }

  /** Returns the buffer with room to read into; what it held before is gone. */
  ByteBuffer empty() {
    if (full && bytes.capacity() < MOST_BYTES) {
      grow();
    }
    return bytes.clear();
  }

  /** Returns the buffer with what was read into it. */
  ByteBuffer filled() {
    bytes.flip();
    // Not to the last byte: what comes in records, as from TLS, leaves a rest.
    full = bytes.limit() > bytes.capacity() / 2;
    return bytes;
  }

  /** Where memory is short, the old one does. */
  private void grow() {
    Optional<Slab.Piece> larger = memory.take(2 * bytes.capacity());
    if (larger.isPresent()) {
      memory.giveBack(piece);
      piece = larger.get();
      bytes = piece.memory().asByteBuffer();
    }
  }

  @Override
  public void close() {
    memory.giveBack(piece);
  }
}
