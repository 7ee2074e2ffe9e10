package dev.sluice.engine.registry;

import dev.sluice.api.spi.TransportProvider;
import dev.sluice.engine.registry.ProviderFailure.Stage;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * Walks what a {@link ServiceLoader} finds, past the providers that cannot be loaded. For one
 * thread.
 *
 * <p>The service loader goes on after an error of its own, but a {@link LinkageError} escapes even
 * its {@code hasNext}, and if it cannot list the service files it fails for ever.
 */
final class Discovery {
  /** Errors in a row that nobody can be blamed for, until it is given up. */
  private static final int MAX_STALLS = 64;

  private final Origin origin;
  private final Iterator<ServiceLoader.Provider<TransportProvider>> candidates;
  private final Declarations declarations;
  private final Admission admission;

  private final Set<String> constructed = new HashSet<>();
  private final Set<String> unexplained = new HashSet<>();

  Discovery(
      Origin origin,
      Iterator<ServiceLoader.Provider<TransportProvider>> candidates,
      Declarations declarations,
      Admission admission) {
    this.origin = origin;
    this.candidates = candidates;
    this.declarations = declarations;
    this.admission = admission;
  }

  /** Returns the search for the providers that a class loader finds. */
  static Discovery in(ClassLoader loader, Origin origin, Admission admission) {
    return new Discovery(
        origin,
        // Here, because the module that declares the use must be the caller.
        ServiceLoader.load(TransportProvider.class, loader).stream().iterator(),
        new Declarations(loader),
        admission);
  }

  /**
   * Brings every candidate before the admission.
   *
   * @return whether there was any, however it ended
   */
  boolean run() {
    boolean found = false;
    int stalls = 0;
    while (stalls < MAX_STALLS) {
      ServiceLoader.Provider<TransportProvider> candidate;
      try {
        if (!candidates.hasNext()) {
          break;
        }
        found = true;
        candidate = candidates.next();
      } catch (Throwable broken) {
        Fatal.rethrow(broken);
        found = true;
        stalls = explain(broken) ? 0 : stalls + 1;
        continue;
      }
      stalls = 0;
      construct(candidate);
    }
    return found;
  }

  /** Returns whether a culprit was found. */
  private boolean explain(Throwable broken) {
    Optional<Declarations.Culprit> found = declarations.nextCulprit();
    if (found.isPresent()) {
      Declarations.Culprit culprit = found.get();
      refuse(Optional.of(culprit.className()), culprit.location(), Stage.LOCATE, culprit.cause());
    } else if (unexplained.add(Telling.textOf(broken))) {
      refuse(Optional.empty(), Optional.empty(), Stage.LOCATE, broken);
    }
    return found.isPresent();
  }

  private void construct(ServiceLoader.Provider<TransportProvider> candidate) {
    Class<? extends TransportProvider> type = candidate.type();
    TransportProvider provider;
    try {
      provider = candidate.get();
    } catch (Throwable broken) {
      Fatal.rethrow(broken);
      refuse(Optional.of(type.getName()), Location.of(type), Stage.INSTANTIATE, broken);
      return;
    }
    // The same jar may be on the class path and on the module path.
    if (constructed.add(provider.getClass().getName())) {
      admission.admit(origin, provider);
    } else {
      System.getLogger("dev.sluice.engine.registry")
          .log(Level.DEBUG, "{0} was found twice, the first is kept", provider.getClass());
    }
  }

  private void refuse(
      Optional<String> className, Optional<String> location, Stage stage, Throwable thrown) {
    admission.refuse(ProviderFailure.thrown(className, location, origin, stage, thrown));
  }
}
