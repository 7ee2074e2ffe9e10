package dev.sluice.cli.console;

import static java.util.stream.Collectors.joining;

import dev.sluice.api.ChannelFeature;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Features of channels as users see them. */
public final class Features {
  private Features() {}

  /**
   * Returns the features in their own order: {@code shutdown duplex}, or {@code -} for none.
   *
   * @param features the features
   */
  public static String text(Set<ChannelFeature> features) {
    return features.isEmpty() ? "-" : names(features).stream().collect(joining(" "));
  }

  /**
   * Returns the names of features, in their own order.
   *
   * @param features the features
   */
  public static List<String> names(Set<ChannelFeature> features) {
    return features.stream()
        .sorted()
        .map(feature -> feature.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .toList();
  }
}
