package dev.sluice.engine;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One direction of a transport's channel, with a buffer and a memory for its first error.
 *
 * <h2>Ownership</h2>
 *
 * A half-channel takes its channel over: the last of the halves that is closed closes the channel,
 * orderly if no half holds an error and the output is {@linkplain ChannelOutput#finish() finished},
 * else by abort.
 *
 * <h2>Threading</h2>
 *
 * One thread at a time uses a half-channel; it may be handed over under a lock. {@link #shutdown},
 * {@link #fail}, {@link #close}, {@link #firstError} and {@link #transferred} may be called by any
 * thread, virtual ones too.
 *
 * <h2>Errors</h2>
 *
 * The first error is kept before anything else happens. The call that meets it throws it; every
 * later call throws a new exception of the same class and kind, caused by it. Up to 8 later
 * failures are attached to it as suppressed ones.
 */
public abstract sealed class HalfChannel implements Closeable
    permits BufferedOutput, BufferedInput {
  /** How to wait for a channel in non-blocking mode: as good as for ever, but no overflow. */
  static final Duration LONG = Duration.ofDays(1);

  private final SharedChannel shared;
  private final TransportChannel channel;
  private final FirstError firstError = new FirstError();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Whether a call has thrown the first error: {@link #close} need not. */
  private volatile boolean told;

  HalfChannel(SharedChannel shared) {
    this.shared = shared;
    this.channel = shared.channel();
  }

  /** Returns the channel below; for its {@code info} and {@code features}. */
  public final TransportChannel channel() {
    return channel;
  }

  /** Returns the error that came first, if one came. */
  public final Optional<Throwable> firstError() {
    return Optional.ofNullable(firstError.get());
  }

  /**
   * Returns the error of the first of two half-channels that has one.
   *
   * @param one asked first
   * @param other asked if {@code one} holds no error
   */
  public static Optional<Throwable> firstErrorOf(HalfChannel one, HalfChannel other) {
    return one.firstError().or(other::firstError);
  }

  /**
   * Makes this half-channel fail. Its owner learns of it at the latest in the next call that leaves
   * the buffer; a blocked call goes on until {@link #shutdown}.
   *
   * @param cause kept if it is the first error
   */
  public final void fail(Throwable cause) {
    firstError.record(Objects.requireNonNull(cause, "cause"));
  }

  /**
   * Makes both half-channels of the channel fail, then stops the channel: blocked calls end within
   * 1 s with this error, never with an end of stream. A peer that would take the stop of an
   * unfinished output for the end of the stream gets a reset where the channel has {@link
   * dev.sluice.api.ChannelFeature#RESET}.
   *
   * @param cause kept if it is the first error
   */
  public final void shutdown(Throwable cause) {
    shared.stop(Objects.requireNonNull(cause, "cause"));
  }

  /**
   * Returns how many bytes this half-channel has moved for its user: read ones, or written ones
   * whether flushed or not; positional ones included. Exact for the owner; other threads get a
   * value that may be off by what is under way.
   */
  public abstract long transferred();

  /**
   * Closes this half; see the class comment for the channel. Calling it again does nothing.
   *
   * @throws IOException if this was the last half and the channel could not deliver; or, as a new
   *     exception that is caused by it, the error for which the channel is aborted, if no call of
   *     this half has thrown it or an output that was finished is lost by it
   */
  @Override
  public abstract void close() throws IOException;

  /** Returns whether {@link #close} was not called yet. */
  public final boolean isOpen() {
    return !closed.get();
  }

  /** Returns whether the owner knows of the first error. */
  final boolean isTold() {
    return told;
  }

  final void requireSeekable() {
    if (!channel.features().contains(ChannelFeature.SEEKABLE)) {
      throw new FeatureUnsupportedException(ChannelFeature.SEEKABLE, channel.info().name());
    }
  }

  static void requirePosition(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("negative position: " + position);
    }
  }

  /** Returns what a call of the channel ended with that only a wrong channel does. */
  final TransportException brokenContract(String how) {
    return new TransportException(
        Kind.IO, "channel " + channel.info().name() + " broke its contract: " + how);
  }

  final SharedChannel shared() {
    return shared;
  }

  /** Returns true for the one call that closes. */
  final boolean beginClose() {
    return closed.compareAndSet(false, true);
  }

  /**
   * Makes every call of the owner leave the window, where it meets the error. Only the owner's
   * thread touches the window.
   */
  abstract void emptyWindow();

  /** Throws the first error again, or that this half is closed. For the owner's thread. */
  final void requireUsable() throws IOException {
    Throwable error = firstError.get();
    if (error != null) {
      emptyWindow();
      told = true;
      throw Rethrow.again(error);
    }
    if (closed.get()) {
      emptyWindow();
      throw new ClosedChannelException();
    }
  }

  /**
   * Keeps what a call of the channel threw, and returns what the caller is to throw: that, or the
   * first error again if there was one. Throws it itself if it is unchecked. For the owner's
   * thread.
   */
  final IOException failed(Throwable thrown) {
    emptyWindow();
    Throwable known = firstError.get();
    if (known == null && closed.get() && thrown instanceof ClosedChannelException) {
      // Somebody closed this half under its owner. That ended it; it is no error of the channel.
      return new AsynchronousCloseException();
    }
    told = true;
    if (!firstError.record(thrown)) {
      return Rethrow.again(Objects.requireNonNull(firstError.get()));
    }
    return switch (thrown) {
      case IOException io -> io;
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      default -> Rethrow.asIoException(thrown);
    };
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + " of " + channel.info().name();
  }
}
