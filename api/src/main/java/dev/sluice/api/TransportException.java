package dev.sluice.api;

import java.io.IOException;
import java.io.Serial;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure of a transport, with its {@link Kind}, so that nobody has to read messages to react.
 *
 * <p>Transports translate what their libraries throw; a plain {@link IOException} that crosses the
 * SPI counts as {@link Kind#IO}.
 */
public class TransportException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  /** What went wrong, as far as a caller can react to it. */
  public enum Kind {
    /** The address is malformed, or names an unknown scheme or option, or a value out of range. */
    ADDRESS,
    /** The endpoint is absent, refuses, cannot be bound, is taken, or did not answer in time. */
    UNREACHABLE,
    /** The peer is not who it should be, or encryption could not be agreed. */
    IDENTITY,
    /** Reading or writing failed. */
    IO,
    /** The peer, or something between, abandoned the stream. */
    RESET,
    /** The stream broke off without the end that its transport has a word for. */
    TRUNCATED,
    /** A timer of a running transfer ended it: stall, idle, hand-shake or deadline. */
    TIMED_OUT,
    /** A limit on size, count or memory refused the stream. */
    LIMIT,
    /** A policy refused the endpoint. */
    POLICY,
    /** Someone on this side asked for the end. */
    CANCELLED
  }

  /** What went wrong. */
  private final Kind kind;

  /** What the user can do next. */
  private final @Nullable String hint;

  /**
   * Creates an exception without a hint or a cause.
   *
   * @param kind what went wrong
   * @param message what happened, with the actual value and where it came from
   */
  public TransportException(Kind kind, String message) {
    this(kind, message, null, null);
  }

  /**
   * Creates an exception without a hint.
   *
   * @param kind what went wrong
   * @param message what happened, with the actual value and where it came from
   * @param cause what it was translated from, or null
   */
  public TransportException(Kind kind, String message, @Nullable Throwable cause) {
    this(kind, message, null, cause);
  }

  /**
   * Creates an exception.
   *
   * @param kind what went wrong
   * @param message what happened, with the actual value and where it came from
   * @param hint what the user can do next, or null where there is nothing to say
   * @param cause what it was translated from, or null
   */
  public TransportException(
      Kind kind, String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.hint = hint;
  }

  /** Returns what went wrong. */
  public final Kind kind() {
    return kind;
  }

  /** Returns what the user can do next, where there is something to say. */
  public final Optional<String> hint() {
    return Optional.ofNullable(hint);
  }

  /**
   * Returns the kind of any failure: its own for a {@link TransportException}, else {@link
   * Kind#IO}.
   *
   * @param failure what a transport threw
   */
  public static Kind kindOf(Throwable failure) {
    return failure instanceof TransportException transport ? transport.kind : Kind.IO;
  }
}
