package dev.sluice.engine.registry;

import static java.util.stream.Collectors.joining;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.Scheme;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Who serves which scheme, and why the others do not; immutable. */
final class SchemeTable {
  /** More than that nobody reads in a message; whoever asks is told of all of them. */
  private static final int MOST_SUSPECTS = 3;

  private final SortedMap<String, Claim> claims;
  private final List<ProviderFailure> failures;

  /**
   * @param claims by the name of the scheme; not changed any more
   */
  SchemeTable(SortedMap<String, Claim> claims, List<ProviderFailure> failures) {
    this.claims = claims;
    this.failures = List.copyOf(failures);
  }

  List<InstalledScheme> schemes() {
    return claims.values().stream().map(Claim::scheme).toList();
  }

  Optional<InstalledScheme> find(String scheme) {
    return Optional.ofNullable(claims.get(scheme)).map(Claim::scheme);
  }

  List<ProviderFailure> failures() {
    return failures;
  }

  /**
   * Returns who serves an address.
   *
   * @throws SchemeUnavailableException if the scheme is known and cannot be used
   * @throws TransportException of kind {@link Kind#ADDRESS} if it is not known
   */
  Claim require(TransportAddress address) throws TransportException {
    String name = address.scheme();
    @Nullable Claim claim = claims.get(name);
    if (claim == null) {
      List<ProviderFailure> refused =
          failures.stream().filter(failure -> failure.scheme().equals(Optional.of(name))).toList();
      throw refused.isEmpty() ? unknown(address) : refused(name, refused);
    }
    Optional<String> unavailability = claim.scheme().scheme().unavailability();
    if (unavailability.isPresent()) {
      throw new SchemeUnavailableException(
          name, "scheme '" + name + "' cannot be used here: " + unavailability.get(), usable());
    }
    return claim;
  }

  private static SchemeUnavailableException refused(String name, List<ProviderFailure> refused) {
    String rivals = refused.stream().map(ProviderFailure::provider).collect(joining(" and "));
    return new SchemeUnavailableException(
        name,
        "scheme '" + name + "' cannot be used: it is claimed by " + rivals,
        refused.getFirst().advice());
  }

  private TransportException unknown(TransportAddress address) {
    String name = address.scheme();
    String meant =
        NearMiss.of(name, claims.keySet()).map(near -> "did you mean '" + near + "'? ").orElse("");
    return new TransportException(
        Kind.ADDRESS,
        "unknown scheme '" + name + "' in '" + address + "'",
        meant + known() + suspects(),
        null);
  }

  private String known() {
    return claims.isEmpty()
        ? "no transports are installed: put their jars on the class path or the module path"
        : "known schemes: " + String.join(", ", claims.keySet());
  }

  private String usable() {
    String names =
        claims.values().stream()
            .map(claim -> claim.scheme().scheme())
            .filter(scheme -> scheme.unavailability().isEmpty())
            .map(Scheme::name)
            .collect(joining(", "));
    return "schemes that can be used: " + (names.isEmpty() ? "none" : names);
  }

  private String suspects() {
    List<ProviderFailure> whole =
        failures.stream().filter(failure -> failure.scheme().isEmpty()).toList();
    int more = whole.size() - MOST_SUSPECTS;
    return whole.isEmpty()
        ? ""
        : "; it may belong to a provider that failed to load: "
            + whole.stream()
                .limit(MOST_SUSPECTS)
                .map(failure -> failure.provider() + ": " + failure.reason())
                .collect(joining("; "))
            + (more > 0 ? "; or to one of " + more + " more" : "");
  }
}
