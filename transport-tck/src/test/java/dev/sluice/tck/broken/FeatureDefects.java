package dev.sluice.tck.broken;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportChannel;
import dev.sluice.tck.fault.ForwardingChannel;
import java.util.Set;
import java.util.TreeSet;

/** Wrong claims. */
final class FeatureDefects {
  private FeatureDefects() {}

  /** Declares a feature without having it. */
  static TransportChannel lying(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      @Override
      public Set<ChannelFeature> features() {
        Set<ChannelFeature> more = new TreeSet<>(super.features());
        more.add(ChannelFeature.SEEKABLE);
        return Set.copyOf(more);
      }
    };
  }
}
