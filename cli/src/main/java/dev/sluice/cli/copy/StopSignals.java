package dev.sluice.cli.copy;

import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Catches the first Ctrl-C, SIGTERM or SIGHUP. With it the JVM's own handlers come back, so that a
 * second one ends the process at once.
 *
 * <p>A shutdown hook would be told neither which signal came nor of a second one. The JDK offers
 * signals in {@code sun.misc} only, and javac's warning of that cannot be suppressed: hence the
 * reflection. Where it fails, the JVM's own handlers stay: the exit status is right all the same.
 */
final class StopSignals implements AutoCloseable {
  private final CompletableFuture<StopSignal> first = new CompletableFuture<>();
  private final List<Change> defaults = new ArrayList<>();
  private final List<Change> ends = new ArrayList<>();

  /** Changes what handles a signal. */
  @FunctionalInterface
  private interface Change {
    void run() throws ReflectiveOperationException;
  }

  /** Starts to catch. */
  StopSignals() {
    try {
      for (StopSignal signal : StopSignal.values()) {
        defaults.add(handle(signal));
      }
    } catch (ReflectiveOperationException absent) {
      log(absent);
    }
  }

  private Change handle(StopSignal signal) throws ReflectiveOperationException {
    Class<?> signalType = Class.forName("sun.misc.Signal");
    Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
    Method handle = signalType.getMethod("handle", signalType, handlerType);
    Object jdkSignal = signalType.getConstructor(String.class).newInstance(signal.jdkName());
    Object previous = handle.invoke(null, jdkSignal, handler(handlerType, () -> caught(signal)));
    // Not SIG_IGN: the JVM takes a signal that it ignored for one it was told to leave alone.
    ends.add(() -> handle.invoke(null, jdkSignal, handler(handlerType, () -> {})));
    return () -> handle.invoke(null, jdkSignal, previous);
  }

  private static Object handler(Class<?> type, Runnable action) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          action.run();
          return null;
        });
  }

  private void caught(StopSignal signal) {
    run(defaults);
    first.complete(signal);
  }

  /** Completes with the first signal, in a thread of the JVM's. */
  CompletableFuture<StopSignal> first() {
    return first;
  }

  /** Ignores all that come from now on: the outcome is settled, and about to be told. */
  @Override
  public void close() {
    run(ends);
  }

  private synchronized void run(List<Change> changes) {
    for (Change change : changes) {
      try {
        change.run();
      } catch (ReflectiveOperationException gone) {
        log(gone);
      }
    }
    changes.clear();
  }

  private static void log(ReflectiveOperationException failure) {
    System.getLogger("dev.sluice.cli").log(Level.DEBUG, "signals are left to the JVM", failure);
  }
}
