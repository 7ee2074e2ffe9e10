package dev.sluice.engine;

import java.io.EOFException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A stream ended before the bytes that a call promised to give. */
public final class TruncatedStreamException extends EOFException {
  @Serial private static final long serialVersionUID = 1;

  /** Bytes that the call promised. */
  private final long wanted;

  /** Bytes that were left of them. */
  private final long had;

  /** Where the call began. */
  private final long position;

  /**
   * Creates the exception.
   *
   * @param channelName the channel that ended
   * @param wanted bytes that the call promised
   * @param had bytes that were left of them
   * @param position where the call began, in bytes, as {@link ChannelInput#position()} counts
   */
  public TruncatedStreamException(String channelName, long wanted, long had, long position) {
    this(
        "the stream of %s ended at byte %d: %d bytes wanted at %d, %d left"
            .formatted(channelName, position + had, wanted, position, had),
        wanted,
        had,
        position,
        null);
  }

  private TruncatedStreamException(
      String message,
      long wanted,
      long had,
      long position,
      @Nullable TruncatedStreamException cause) {
    super(message);
    this.wanted = wanted;
    this.had = had;
    this.position = position;
    if (cause != null) {
      initCause(cause);
    }
  }

  /** Returns how many bytes the call promised. */
  public long wanted() {
    return wanted;
  }

  /** Returns how many of them were left. */
  public long had() {
    return had;
  }

  /** Returns where the call began, in bytes, as {@link ChannelInput#position()} counts. */
  public long position() {
    return position;
  }

  /** Returns a new exception that says the same, caused by this one. */
  TruncatedStreamException again() {
    return new TruncatedStreamException(String.valueOf(getMessage()), wanted, had, position, this);
  }
}
