package dev.sluice.engine;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportChannel;
import java.io.IOException;
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
  private boolean broken;
  private @Nullable Throwable stopCause;

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
    } catch (IOException alreadyGone) {
      channel.abort();
    }
  }

  /**
   * Takes a half away; the last one closes the channel, if all that was written is complete.
   *
   * @param intact whether the half holds no error, and is finished if it is an output
   * @throws IOException if the channel could not deliver
   */
  void leave(HalfChannel half, boolean intact) throws IOException {
    boolean last;
    boolean complete;
    synchronized (this) {
      openHalves--;
      last = openHalves == 0;
      broken |= !intact;
      // An error may have come after the other half left.
      complete = !broken && holdsNoError(input) && holdsNoError(output);
    }
    if (last && complete) {
      channel.close();
    } else if (last || (half instanceof ChannelOutput && !intact)) {
      channel.abort();
    }
  }

  private static boolean holdsNoError(@Nullable HalfChannel half) {
    return half == null || half.firstError().isEmpty();
  }
}
