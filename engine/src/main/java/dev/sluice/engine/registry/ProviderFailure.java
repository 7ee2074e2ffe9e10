package dev.sluice.engine.registry;

import java.util.Optional;

/**
 * A provider, or one scheme of it, that is not used, and why; immutable. Other providers are not
 * affected.
 *
 * @param className the class of the provider; empty where discovery failed before a class was known
 * @param location the jar or folder that holds or names the provider, or should; where it is known
 * @param origin who brought the provider along
 * @param stage how far it came
 * @param scheme the one scheme that is refused; empty if the whole provider is
 * @param reason what happened, in a line
 * @param advice what to do about it
 * @param cause what was thrown, where something was
 */
public record ProviderFailure(
    Optional<String> className,
    Optional<String> location,
    Origin origin,
    Stage stage,
    Optional<String> scheme,
    String reason,
    String advice,
    Optional<Throwable> cause) {

  /** How far a provider came. */
  public enum Stage {
    /** The plugin folder, or the jars of a plugin, were checked and opened. */
    OPEN,
    /** Its name was read and its class loaded. */
    LOCATE,
    /** Its constructor was called. */
    INSTANTIATE,
    /** It was asked for its SPI version and its schemes. */
    DESCRIBE,
    /** What it said was checked. */
    VALIDATE,
    /** Its schemes were compared with those of other providers. */
    CONFLICT
  }

  /** A provider of which no more is known than who is to blame and what was thrown. */
  static ProviderFailure thrown(
      Optional<String> className,
      Optional<String> location,
      Origin origin,
      Stage stage,
      Throwable thrown) {
    Throwable real = Advice.unwrapped(thrown);
    return new ProviderFailure(
        className,
        location,
        origin,
        stage,
        Optional.empty(),
        Advice.reason(real),
        Advice.on(origin, stage, real),
        Optional.of(real));
  }

  /** A scheme that someone else has or claims as well. */
  static ProviderFailure conflict(InstalledScheme claim, String reason, String advice) {
    return new ProviderFailure(
        Optional.of(claim.className()),
        claim.location(),
        claim.origin(),
        Stage.CONFLICT,
        Optional.of(claim.name()),
        reason,
        advice,
        Optional.empty());
  }

  /** Returns the provider in a word or two, for messages: its class, and where that is. */
  String provider() {
    return isWholePlugin()
        ? origin.name()
        : className.orElse("of unknown class")
            + location.map(place -> " (" + place + ")").orElse("");
  }

  private boolean isWholePlugin() {
    return className.isEmpty() && !origin.isHost();
  }

  /** Returns the failure as text for a user: four lines, without a final line break. */
  public String describe() {
    return """
    %s %s was ignored:
      stage    %s
      reason   %s
      advice   %s\
    """
        .formatted(
            scheme
                .map(name -> "Scheme " + name + " of transport provider")
                .orElse(isWholePlugin() ? "Plugin" : "Transport provider"),
            provider(),
            stage,
            reason,
            advice);
  }

  /** Returns the failure in one line. */
  @Override
  public String toString() {
    return provider() + " failed at " + stage + ": " + reason + "; " + advice;
  }
}
