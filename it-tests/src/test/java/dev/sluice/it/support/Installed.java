package dev.sluice.it.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.Map;

/** What {@code sluice transports --json} tells. */
public final class Installed {
  /** The schemes that Sluice comes with, sorted. */
  public static final List<String> OWN_SCHEMES =
      List.of("file", "null", "rdma-sim", "stdio", "tcp", "unix");

  private Installed() {}

  /**
   * Returns the names of the schemes.
   *
   * @param listed how that command ended
   */
  public static List<String> schemes(Outcome listed) {
    listed.succeeded();
    assertEquals(1, listed.json().size(), listed::toString);
    List<?> transports =
        assertInstanceOf(List.class, listed.lastEvent().get("transports"), listed::toString);
    return transports.stream()
        .map(transport -> ((Map<?, ?>) transport).get("name"))
        .map(String.class::cast)
        .toList();
  }
}
