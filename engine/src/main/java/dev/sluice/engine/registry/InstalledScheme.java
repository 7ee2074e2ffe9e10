package dev.sluice.engine.registry;

import dev.sluice.api.spi.Scheme;
import java.util.Optional;

/**
 * A scheme that addresses can use, and who provides it. Read once when the provider was loaded;
 * immutable.
 *
 * @param scheme what the provider says of the scheme
 * @param className the class of the provider
 * @param version the version of the provider's module or jar, where it tells one
 * @param location the jar or folder the provider was loaded from, where that is known
 * @param origin who brought the provider along
 * @param spiVersion the version of the SPI that the provider was compiled for
 */
public record InstalledScheme(
    Scheme scheme,
    String className,
    Optional<String> version,
    Optional<String> location,
    Origin origin,
    int spiVersion) {

  /** Returns the name that starts the scheme's addresses. */
  public String name() {
    return scheme.name();
  }

  /** Returns the provider in a word or two, for messages: its class, and where that is. */
  String provider() {
    return className + location.map(place -> " (" + place + ")").orElse("");
  }

  @Override
  public String toString() {
    return name()
        + ": "
        + className
        + version.map(number -> " " + number).orElse("")
        + location.map(place -> " (" + place + ")").orElse("");
  }
}
