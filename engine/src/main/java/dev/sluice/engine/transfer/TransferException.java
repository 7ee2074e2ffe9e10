package dev.sluice.engine.transfer;

import dev.sluice.api.TransportException;
import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A transfer that did not complete: why, on which side, how far it came, and what it left. */
public final class TransferException extends TransportException {
  @Serial private static final long serialVersionUID = 1;

  /** The side it happened on. */
  private final Leg leg;

  /** Bytes that the outgoing side had accepted. */
  private final long byteCount;

  /** What the outgoing side left behind. */
  private final @Nullable String remains;

  /**
   * Creates the exception with the kind, the text and the hint of its cause.
   *
   * @param leg the side it happened on
   * @param byteCount bytes that the outgoing side had accepted
   * @param remains what the outgoing side left behind, see {@link
   *     dev.sluice.api.TransportChannel#remains}
   * @param cause why
   */
  TransferException(Leg leg, long byteCount, Optional<String> remains, Throwable cause) {
    super(kindOf(cause), text(cause), hintOf(cause), cause);
    this.leg = leg;
    this.byteCount = byteCount;
    this.remains = remains.orElse(null);
  }

  private static String text(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  private static @Nullable String hintOf(Throwable cause) {
    return cause instanceof TransportException transport ? transport.hint().orElse(null) : null;
  }

  /** Returns the side it happened on. */
  public Leg leg() {
    return leg;
  }

  /** Returns how many bytes the outgoing side had accepted. */
  public long byteCount() {
    return byteCount;
  }

  /** Returns what the outgoing side left behind, in words for a user; empty: nothing. */
  public Optional<String> remains() {
    return Optional.ofNullable(remains);
  }
}
