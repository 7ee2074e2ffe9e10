package dev.sluice.cli.session;

import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Catches the first Ctrl-C, SIGTERM or SIGHUP, or the first few. With the last one the JVM's own
 * handlers come back, so that one more ends the process at once.
 *
 * <p>A shutdown hook would be told neither which signal came nor of a second one. The JDK offers
 * signals in {@code sun.misc} only, and javac's warning of that cannot be suppressed: hence the
 * reflection. Where it fails, the JVM's own handlers stay: the exit status is right all the same.
 */
public final class StopSignals implements AutoCloseable {
  private final List<CompletableFuture<StopSignal>> caught;
  private final List<Replaced> replaced = new ArrayList<>();
  private boolean closed;

  /**
   * The handler of a signal that ours took the place of.
   *
   * @param handle the JDK's {@code Signal.handle(Signal, SignalHandler)}
   * @param signal the JDK's signal
   * @param previous the JDK's handler
   */
  private record Replaced(Method handle, Object signal, Object previous) {
    void restore() throws ReflectiveOperationException {
      handle.invoke(null, signal, previous);
    }

    /** Not with SIG_IGN: the JVM takes that for a signal that it was told to leave alone. */
    void ignore() throws ReflectiveOperationException {
      handle.invoke(null, signal, handler(handle.getParameterTypes()[1], () -> {}));
    }
  }

  /** What becomes of a handler. */
  @FunctionalInterface
  private interface Change {
    void apply(Replaced handler) throws ReflectiveOperationException;
  }

  /**
   * Starts to catch.
   *
   * @param count how many to catch, at least 1
   */
  public StopSignals(int count) {
    caught =
        Stream.<CompletableFuture<StopSignal>>generate(CompletableFuture::new)
            .limit(count)
            .toList();
    // A signal may come between two registrations: it has to wait, to find all that it restores.
    synchronized (this) {
      try {
        for (StopSignal signal : StopSignal.values()) {
          replaced.add(replace(signal));
        }
      } catch (ReflectiveOperationException absent) {
        log(absent);
      }
    }
  }

  private Replaced replace(StopSignal signal) throws ReflectiveOperationException {
    Class<?> signalType = Class.forName("sun.misc.Signal");
    Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
    Method handle = signalType.getMethod("handle", signalType, handlerType);
    Object jdkSignal = signalType.getConstructor(String.class).newInstance(signal.jdkName());
    Object previous = handle.invoke(null, jdkSignal, handler(handlerType, () -> caught(signal)));
    return new Replaced(handle, jdkSignal, previous);
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

  /** Not locked: completing runs what others have hung on it. */
  private void caught(StopSignal signal) {
    int next = 0;
    while (next < caught.size() - 1) {
      if (caught.get(next).complete(signal)) {
        return;
      }
      next++;
    }
    restore();
    last().complete(signal);
  }

  /** Completes with the first signal, in a thread of the JVM's. */
  public CompletableFuture<StopSignal> first() {
    return caught.getFirst();
  }

  /** Completes with the last one that is caught, in a thread of the JVM's. */
  public CompletableFuture<StopSignal> last() {
    return caught.getLast();
  }

  /** One that was on its way when all were to be ignored changes nothing any more. */
  private synchronized void restore() {
    if (!closed) {
      forEach(Replaced::restore);
    }
  }

  /** Ignores all that come from now on: the outcome is settled, and about to be told. */
  @Override
  public synchronized void close() {
    closed = true;
    forEach(Replaced::ignore);
  }

  private void forEach(Change change) {
    for (Replaced handler : replaced) {
      try {
        change.apply(handler);
      } catch (ReflectiveOperationException gone) {
        log(gone);
      }
    }
  }

  private static void log(ReflectiveOperationException failure) {
    System.getLogger("dev.sluice.cli").log(Level.DEBUG, "signals are left to the JVM", failure);
  }
}
