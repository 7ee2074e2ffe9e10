package dev.sluice.cli.copy;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;
import dev.sluice.cli.console.ExitCode;
import dev.sluice.cli.console.Failure;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.Copy;
import dev.sluice.engine.transfer.CopyListener;
import dev.sluice.engine.transfer.CopyOptions;
import dev.sluice.engine.transfer.CopyResult;
import dev.sluice.engine.transfer.Leg;
import dev.sluice.engine.transfer.TransferException;
import java.io.Serial;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One run of {@code sluice copy}. It copies in a thread of its own, so that a signal ends the run
 * even if a transport does not let go; and it has the last word in the caller's thread, so that
 * there is one.
 */
final class CopySession {
  /** Leaves the JVM half a second for its own end: the promise is to stop within 3 s. */
  private static final long STOP_MILLIS = 2_500;

  private static final Executor DAEMONS =
      task -> Thread.ofPlatform().daemon().name("sluice-copy").start(task);

  private final TransportAddress incoming;
  private final TransportAddress outgoing;
  private final CopyOptions options;
  private final List<CopyReport> reports;

  /** Where the incoming side really is: the port 0 of an address is any that was free. */
  private volatile TransportAddress bound;

  CopySession(
      TransportAddress incoming,
      TransportAddress outgoing,
      CopyOptions options,
      List<CopyReport> reports) {
    this.incoming = incoming;
    this.bound = incoming;
    this.outgoing = outgoing;
    this.options = options;
    this.reports = reports;
  }

  /**
   * Copies.
   *
   * @param registries loads the transports
   * @return the exit status; all has been reported
   */
  ExitCode run(Supplier<TransportRegistry> registries) {
    try (StopSignals signals = new StopSignals();
        TransportRegistry registry = registries.get()) {
      return copy(registry, signals);
    } catch (RuntimeException | Error bug) {
      return fail(Failure.of(bug));
    }
  }

  private ExitCode copy(TransportRegistry registry, StopSignals signals) {
    Copy copy = new Copy(registry, incoming, outgoing, options, new Announcements());
    CompletableFuture<CopyResult> outcome = new CompletableFuture<>();
    ExitGuard guard;
    try {
      guard = new ExitGuard(copy, signals.first(), Duration.ofMillis(STOP_MILLIS));
    } catch (IllegalStateException ending) {
      return fail(stoppedBefore(ending));
    }
    try (guard) {
      return copy(copy, outcome, signals);
    }
  }

  private static Failure stoppedBefore(IllegalStateException ending) {
    return new Failure(
        ExitCode.INTERRUPTED,
        "cancelled",
        "stopped by a signal before anything was opened",
        Optional.empty(),
        Optional.empty(),
        Optional.of("nothing on disk"),
        Optional.of(ending));
  }

  private ExitCode copy(Copy copy, CompletableFuture<CopyResult> outcome, StopSignals signals) {
    CompletableFuture<StopSignal> signal = signals.first();
    DAEMONS.execute(() -> complete(outcome, copy));
    var _ = signal.thenAcceptAsync(stop -> copy.cancel("stopped by " + stop), DAEMONS);
    var _ =
        signal.thenAcceptAsync(
            stop -> outcome.completeExceptionally(new Stuck(stop)),
            CompletableFuture.delayedExecutor(STOP_MILLIS, TimeUnit.MILLISECONDS, DAEMONS));
    try {
      CopyResult result;
      try (ProgressTicker _ = new ProgressTicker(copy::progress, reports)) {
        result = outcome.join();
      }
      signals.close();
      tell(report -> report.completed(result));
      return ExitCode.COMPLETE;
    } catch (CompletionException failed) {
      Failure failure = failureOf(Objects.requireNonNullElse(failed.getCause(), failed), copy);
      return fail(
          failure.code() == ExitCode.INTERRUPTED && signal.isDone()
              ? failure.withCode(signal.join().exitCode())
              : failure);
    }
  }

  private static void complete(CompletableFuture<CopyResult> outcome, Copy copy) {
    try {
      outcome.complete(copy.run());
    } catch (TransferException | RuntimeException | Error failure) {
      outcome.completeExceptionally(failure);
    }
  }

  private Failure failureOf(Throwable thrown, Copy copy) {
    return switch (thrown) {
      case TransferException transfer ->
          Failure.of(transfer, transfer.leg() == Leg.INCOMING ? bound : outgoing, copy.progress());
      case Stuck stuck -> stuck.failure(outgoing);
      default -> Failure.of(thrown);
    };
  }

  private ExitCode fail(Failure failure) {
    tell(report -> report.failed(failure));
    return failure.code();
  }

  private void tell(Consumer<CopyReport> news) {
    reports.forEach(news);
  }

  /** A transport did not let go in time. */
  private static final class Stuck extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    Stuck(StopSignal signal) {
      super("stopped by " + signal + "; a transport did not let go in " + STOP_MILLIS + " ms");
    }

    Failure failure(TransportAddress outgoing) {
      return new Failure(
          ExitCode.INTERRUPTED,
          "cancelled",
          String.valueOf(getMessage()),
          Optional.empty(),
          Optional.empty(),
          Optional.of("not known: look at " + outgoing),
          Optional.of(this));
    }
  }

  /** Passes on what the copy says. */
  private final class Announcements implements CopyListener {
    @Override
    public void listening(TransportAddress address) {
      bound = address;
      tell(report -> report.listening(address));
    }

    @Override
    public void connected(Leg leg, ChannelInfo info) {
      tell(report -> report.connected(leg, info));
    }
  }
}
