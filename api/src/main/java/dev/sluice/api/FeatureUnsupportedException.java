package dev.sluice.api;

import java.io.Serial;

/**
 * A method was called whose {@link ChannelFeature} the channel does not have.
 *
 * <p>The channel is unharmed and goes on working. A bug in the caller, who can ask {@link
 * TransportChannel#features()} first; hence unchecked.
 */
public final class FeatureUnsupportedException extends UnsupportedOperationException {
  @Serial private static final long serialVersionUID = 1;

  /** The absent feature. */
  private final ChannelFeature feature;

  /** {@link ChannelInfo#name()} of the channel. */
  private final String channelName;

  /**
   * Creates the exception.
   *
   * @param feature the absent feature
   * @param channelName {@link ChannelInfo#name()} of the channel that was asked
   */
  public FeatureUnsupportedException(ChannelFeature feature, String channelName) {
    super("channel " + channelName + " does not have the feature " + feature);
    this.feature = feature;
    this.channelName = channelName;
  }

  /** Returns the absent feature. */
  public ChannelFeature feature() {
    return feature;
  }

  /** Returns the name of the channel that was asked. */
  public String channelName() {
    return channelName;
  }
}
