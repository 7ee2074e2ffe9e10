package dev.sluice.cli.copy;

import static dev.sluice.cli.session.StoppableTask.DAEMONS;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;
import dev.sluice.cli.console.ExitCode;
import dev.sluice.cli.console.Failure;
import dev.sluice.cli.session.EndingException;
import dev.sluice.cli.session.ExitGuard;
import dev.sluice.cli.session.StopSignal;
import dev.sluice.cli.session.StopSignals;
import dev.sluice.cli.session.StoppableTask;
import dev.sluice.cli.session.StuckException;
import dev.sluice.cli.session.Ticker;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.Copy;
import dev.sluice.engine.transfer.CopyListener;
import dev.sluice.engine.transfer.CopyOptions;
import dev.sluice.engine.transfer.CopyProgress;
import dev.sluice.engine.transfer.CopyResult;
import dev.sluice.engine.transfer.Leg;
import dev.sluice.engine.transfer.TransferException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One run of {@code sluice copy}. It copies in a thread of its own, so that a signal ends the run
 * even if a transport does not let go; and it has the last word in the caller's thread, so that
 * there is one.
 */
final class CopySession {
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
    try (StopSignals signals = new StopSignals(1);
        TransportRegistry registry = registries.get()) {
      return copy(registry, signals);
    } catch (RuntimeException | Error bug) {
      return fail(Failure.of(bug));
    }
  }

  private ExitCode copy(TransportRegistry registry, StopSignals signals) {
    Copy copy = new Copy(registry, incoming, outgoing, options, new Announcements());
    try (ExitGuard _ = new ExitGuard(copy::cancel, signals.last())) {
      return copy(copy, signals);
    } catch (EndingException ending) {
      return fail(ending.failure());
    }
  }

  private ExitCode copy(Copy copy, StopSignals signals) {
    CompletableFuture<StopSignal> signal = signals.first();
    StoppableTask<CopyResult> task = new StoppableTask<>(copy::run, copy::cancel);
    task.start();
    var _ = signal.thenAcceptAsync(stop -> task.cancel("stopped by " + stop), DAEMONS);
    try {
      CopyResult result;
      try (Ticker ticker = new Ticker()) {
        for (CopyReport report : reports) {
          report.progressPeriod().ifPresent(often -> ticker.every(often, () -> tick(copy, report)));
        }
        result = task.join();
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

  /** Before both sides are open there is nothing to tell. */
  private static void tick(Copy copy, CopyReport report) {
    CopyProgress progress = copy.progress();
    if (progress.elapsed().isPositive()) {
      report.progress(progress);
    }
  }

  private Failure failureOf(Throwable thrown, Copy copy) {
    return switch (thrown) {
      case TransferException transfer ->
          Failure.of(transfer, transfer.leg() == Leg.INCOMING ? bound : outgoing, copy.progress());
      case StuckException stuck -> stuck.failure(Optional.of("not known: look at " + outgoing));
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
