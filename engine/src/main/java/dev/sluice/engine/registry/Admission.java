package dev.sluice.engine.registry;

import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.engine.registry.ProviderFailure.Stage;
import java.io.Serial;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads once what each provider says of itself and checks it; no provider is asked again. For one
 * thread.
 *
 * <p>A provider compiled for an older SPI is admitted, because whatever the SPI gains has a
 * default. One compiled for a newer SPI is not: it may count on what this host lacks.
 */
final class Admission {
  private static final int OLDEST_SPI = 1;

  /** A provider says of itself what none may say. */
  private static final class Inadmissible extends Exception {
    @Serial private static final long serialVersionUID = 1;

    /** What to do about it. */
    final String advice;

    Inadmissible(String reason, String advice) {
      super(reason);
      this.advice = advice;
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  private final List<Claim> claims = new ArrayList<>();
  private final List<ProviderFailure> failures = new ArrayList<>();

  /** Takes a provider in, or notes why not. */
  void admit(Origin origin, TransportProvider provider) {
    Class<?> type = provider.getClass();
    int spiVersion;
    List<Scheme> schemes;
    try {
      spiVersion = provider.spiVersion();
      requireKnownSpi(spiVersion);
      schemes = checked(provider.schemes());
    } catch (Inadmissible wrong) {
      refuse(
          new ProviderFailure(
              Optional.of(type.getName()),
              Location.of(type),
              origin,
              Stage.VALIDATE,
              Optional.empty(),
              wrong.reason(),
              wrong.advice,
              Optional.empty()));
      return;
    } catch (Throwable thrown) {
      Fatal.rethrow(thrown);
      refuse(
          ProviderFailure.thrown(
              Optional.of(type.getName()), Location.of(type), origin, Stage.DESCRIBE, thrown));
      return;
    }
    for (Scheme scheme : schemes) {
      InstalledScheme installed =
          new InstalledScheme(
              scheme,
              type.getName(),
              Location.versionOf(type),
              Location.of(type),
              origin,
              spiVersion);
      claims.add(new Claim(installed, provider));
    }
  }

  /** Notes that a provider is not used. */
  void refuse(ProviderFailure failure) {
    failures.add(failure);
  }

  /** Settles who gets which scheme. */
  SchemeTable result() {
    Conflicts conflicts = new Conflicts(claims);
    List<ProviderFailure> all = new ArrayList<>(failures);
    all.addAll(conflicts.failures());
    return new SchemeTable(conflicts.winners(), all);
  }

  private static void requireKnownSpi(int version) throws Inadmissible {
    if (version > TransportProvider.SPI_VERSION) {
      throw new Inadmissible(
          "it was compiled for SPI " + version + ", the host has " + TransportProvider.SPI_VERSION,
          "get a newer host, or a build for SPI " + TransportProvider.SPI_VERSION);
    }
    if (version < OLDEST_SPI) {
      throw new Inadmissible(
          "spiVersion() returned " + version,
          "it must return TransportProvider.SPI_VERSION: report it to its author");
    }
  }

  private static List<Scheme> checked(@Nullable List<? extends @Nullable Scheme> schemes)
      throws Inadmissible {
    if (schemes == null || schemes.isEmpty()) {
      throw new Inadmissible(
          "schemes() returned " + schemes,
          "it must name at least one scheme: report it to its author");
    }
    // The provider's own list could change after the check.
    List<Scheme> copy = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (@Nullable Scheme scheme : schemes) {
      if (scheme == null) {
        throw new Inadmissible("schemes() returned a null in its list", "report it to its author");
      }
      if (!names.add(scheme.name())) {
        throw new Inadmissible(
            "schemes() returned " + scheme.name() + " twice", "report it to its author");
      }
      copy.add(scheme);
    }
    return copy;
  }
}
