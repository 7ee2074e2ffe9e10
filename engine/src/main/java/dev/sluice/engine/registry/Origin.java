package dev.sluice.engine.registry;

import java.util.Objects;

/**
 * Who brought a provider along; it decides who gets a scheme that several claim. Immutable.
 *
 * @param name for people: {@code host}, or the place it was plugged in from
 */
public record Origin(String name) {
  /** The application itself: its class path, its module path, or providers it handed over. */
  public static final Origin HOST = new Origin("host");

  /** Checks that there is a name. */
  public Origin {
    Objects.requireNonNull(name, "name");
  }

  /** Not by {@code equals}, which the JVM would write at the first call: 15 ms of a start. */
  boolean isHost() {
    return name.equals(HOST.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
