package dev.sluice.engine;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A channel with its one or two half-channels: what stops both, and who closes the channel. Safe
 * for any thread.
 */
final class SharedChannel {
  private final TransportChannel channel;
  private final EngineOptions options;

  // Guarded by this.
  private @Nullable ChannelOutput output;
  private @Nullable ChannelInput input;
  private int openHalves;
  private @Nullable Throwable stopCause;
  private boolean ended;

  SharedChannel(TransportChannel channel, EngineOptions options) {
    this.channel = channel;
    this.options = options;
  }

  TransportChannel channel() {
    return channel;
  }

  EngineOptions options() {
    return options;
  }

  synchronized ChannelOutput output() {
    if (output == null) {
      requireDuplexUnlessFirst(input);
      output = new ChannelOutput(this);
      join(output);
    }
    return output;
  }

  synchronized ChannelInput input() {
    if (input == null) {
      requireDuplexUnlessFirst(output);
      input = new ChannelInput(this);
      join(input);
    }
    return input;
  }

  private void requireDuplexUnlessFirst(@Nullable HalfChannel other) {
    if (other != null && !channel.features().contains(ChannelFeature.DUPLEX)) {
      throw new FeatureUnsupportedException(ChannelFeature.DUPLEX, channel.info().name());
    }
  }

  private void join(HalfChannel half) {
    openHalves++;
    if (stopCause != null) {
      half.fail(stopCause);
    }
  }

  /**
   * Fails both halves, then stops the channel. In the other order a reader is lost:
   *
   * <pre>
   *   reader                         this thread
   *   read() blocks
   *                                  channel.shutdown(BOTH)
   *   read() returns -1
   *   no error is set: "the end"
   *                                  the error is set, too late
   * </pre>
   */
  void stop(Throwable cause) {
    boolean unfinishedOutput;
    synchronized (this) {
      if (stopCause == null) {
        stopCause = cause;
      }
      if (input != null) {
        input.fail(cause);
      }
      if (output != null) {
        output.fail(cause);
      }
      unfinishedOutput = output != null && !output.isFinished();
    }
    stopChannel(unfinishedOutput);
  }

  /** A shutdown ends the output like a finished stream; where a reset exists the peer gets that. */
  private void stopChannel(boolean unfinishedOutput) {
    boolean reset = unfinishedOutput && channel.features().contains(ChannelFeature.RESET);
    if (reset || !channel.features().contains(ChannelFeature.SHUTDOWN)) {
      channel.abort();
      return;
    }
    try {
      channel.shutdown(Direction.BOTH);
    } catch (IOException | RuntimeException alreadyGone) {
      channel.abort();
    }
  }

  /**
   * Takes a half away. The last one closes the channel if no half holds an error; else it aborts
   * it, as a failed output does at once.
   *
   * @throws IOException if the channel could not deliver, or was aborted and somebody who does not
   *     know it has to
   */
  void leave(HalfChannel half) throws IOException {
    // Before the abort: what it wakes is told too, but not the caller.
    boolean told = half.isTold();
    boolean last;
    Throwable error;
    boolean finishedOutput;
    synchronized (this) {
      openHalves--;
      last = openHalves == 0 && !ended;
      // An error may have come after the other half left.
      error = errorOf(half).or(() -> errorOf(output)).or(() -> errorOf(input)).orElse(null);
      finishedOutput = output != null && output.isFinished();
      ended |= last;
    }
    if (error == null && last) {
      closeChannel(finishedOutput);
    } else if (error != null && (last || isFailedOutput(half))) {
      channel.abort();
      if (finishedOutput || !told) {
        throw Rethrow.again(error);
      }
    }
  }

  private void closeChannel(boolean finishedOutput) throws IOException {
    if (finishedOutput && !channel.isOpen()) {
      throw new TransportException(
          Kind.CANCELLED,
          channel.info().name()
              + " was aborted after the output was finished: it may be incomplete");
    }
    channel.close();
  }

  private static boolean isFailedOutput(HalfChannel half) {
    return half instanceof ChannelOutput && half.firstError().isPresent();
  }

  private static Optional<Throwable> errorOf(@Nullable HalfChannel half) {
    return half == null ? Optional.empty() : half.firstError();
  }
}
