package dev.sluice.cli.relay;

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
import dev.sluice.engine.transfer.Leg;
import dev.sluice.engine.transfer.Relay;
import dev.sluice.engine.transfer.RelayListener;
import dev.sluice.engine.transfer.RelayOptions;
import dev.sluice.engine.transfer.RelayProgress;
import dev.sluice.engine.transfer.RelayResult;
import dev.sluice.engine.transfer.RelayedConnection;
import dev.sluice.engine.transfer.TransferException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One run of {@code sluice relay}. A first signal lets the running connections come to their end,
 * for a grace period; a second one cuts them off.
 */
final class RelaySession {
  private static final Duration RATE_PERIOD = Duration.ofSeconds(1);

  /** For a reader that is slow. */
  private static final Duration LONGEST_TELLING = Duration.ofSeconds(5);

  /** What {@link StoppableTask#PATIENCE} leaves of the three seconds after a signal. */
  private static final Duration HURRIED_TELLING = Duration.ofMillis(400);

  private final TransportAddress incoming;
  private final TransportAddress outgoing;
  private final RelayOptions options;
  private final Duration grace;
  private final Optional<RateFile> rateFile;
  private final List<Teller> tellers;

  /** Whether the last word was said. */
  private boolean settled;

  /** Where the incoming side really is: the port 0 of an address is any that was free. */
  private volatile TransportAddress bound;

  /**
   * @param grace how long running connections may go on after a first signal
   * @param rateFile where the rate is read from again and again
   */
  RelaySession(
      TransportAddress incoming,
      TransportAddress outgoing,
      RelayOptions options,
      Duration grace,
      Optional<RateFile> rateFile,
      List<RelayReport> reports) {
    this.incoming = incoming;
    this.bound = incoming;
    this.outgoing = outgoing;
    this.options = options;
    this.grace = grace;
    this.rateFile = rateFile;
    this.tellers = reports.stream().map(Teller::new).toList();
  }

  /**
   * Relays.
   *
   * @param registries loads the transports
   * @return the exit status; all has been reported
   */
  ExitCode run(Supplier<TransportRegistry> registries) {
    try (StopSignals signals = new StopSignals(2);
        TransportRegistry registry = registries.get()) {
      return relay(registry, signals);
    } catch (RuntimeException | Error bug) {
      return told(fail(Failure.of(bug)), HURRIED_TELLING);
    }
  }

  /** Waits until it was said; before a signal may end the JVM, as that would cut it off. */
  private ExitCode told(ExitCode code, Duration patience) {
    tellers.forEach(teller -> teller.finish(patience));
    return code;
  }

  private ExitCode relay(TransportRegistry registry, StopSignals signals) {
    Relay relay = new Relay(registry, incoming, outgoing, options, new Announcements(signals));
    tell(report -> report.beginning(relay::progress));
    try (ExitGuard _ = new ExitGuard(relay::cancel, signals.last())) {
      return relay(relay, signals);
    } catch (EndingException ending) {
      return told(fail(ending.failure()), HURRIED_TELLING);
    }
  }

  private ExitCode relay(Relay relay, StopSignals signals) {
    StoppableTask<RelayResult> task = new StoppableTask<>(relay::run, relay::cancel);
    task.start();
    stopOn(signals, relay, task);
    ExitCode code;
    try {
      RelayResult result;
      try (Ticker ticker = new Ticker()) {
        start(ticker, relay);
        result = task.join();
      }
      signals.close();
      code = complete(result);
    } catch (CompletionException thrown) {
      Failure failure = failureOf(Objects.requireNonNullElse(thrown.getCause(), thrown), relay);
      code = cutOff(withCodeOf(signals, failure), relay);
    }
    return told(code, signals.first().isDone() ? HURRIED_TELLING : LONGEST_TELLING);
  }

  private void stopOn(StopSignals signals, Relay relay, StoppableTask<RelayResult> task) {
    CompletableFuture<StopSignal> first = signals.first();
    var _ =
        first.thenAcceptAsync(
            signal -> {
              int active = relay.progress().activeConnections();
              tell(report -> report.stopping(signal, active, grace));
              relay.stopAccepting();
            },
            DAEMONS);
    var _ =
        first.thenAcceptAsync(
            signal ->
                task.cancel(
                    "stopped by "
                        + signal
                        + "; the grace period of "
                        + grace.toMillis()
                        + " ms is over"),
            CompletableFuture.delayedExecutor(grace.toMillis(), TimeUnit.MILLISECONDS, DAEMONS));
    var _ =
        signals
            .last()
            .thenAcceptAsync(
                signal -> task.cancel("stopped by " + signal + ", the second signal"), DAEMONS);
  }

  private void start(Ticker ticker, Relay relay) {
    for (Teller teller : tellers) {
      teller
          .report()
          .progressPeriod()
          .ifPresent(
              often ->
                  ticker.every(
                      often, () -> teller.tellInPassing(to -> to.progress(relay.progress()))));
    }
    rateFile.ifPresent(
        file ->
            ticker.every(
                RATE_PERIOD,
                () ->
                    file.look(
                        rate -> {
                          relay.rate(rate);
                          tell(report -> report.rateChanged(rate));
                        },
                        problem -> tell(report -> report.warning(problem)))));
  }

  private synchronized ExitCode complete(RelayResult result) {
    RelayProgress totals = result.totals();
    Optional<Failure> first = result.firstFailed().flatMap(this::failureOf);
    int status = first.map(failure -> failure.code().number()).orElse(0);
    tellSurely(report -> report.summary(totals, status));
    if (first.isEmpty()) {
      settled = true;
      return ExitCode.COMPLETE;
    }
    return fail(
        totals.connectionCount() == 1
            ? first.get()
            : first
                .get()
                .withContext(
                    "%d of %d connections failed, the first: "
                        .formatted(totals.failedConnectionCount(), totals.connectionCount())));
  }

  private synchronized ExitCode cutOff(Failure failure, Relay relay) {
    RelayProgress totals = relay.progress();
    if (totals.elapsed().isPositive()) {
      tellSurely(report -> report.summary(totals, failure.code().number()));
    }
    return fail(failure);
  }

  /** What a signal ended has the status of that signal. */
  private static Failure withCodeOf(StopSignals signals, Failure thrown) {
    CompletableFuture<StopSignal> cause =
        signals.last().isDone() ? signals.last() : signals.first();
    return thrown.code() == ExitCode.INTERRUPTED && cause.isDone()
        ? thrown.withCode(cause.join().exitCode())
        : thrown;
  }

  private Optional<Failure> failureOf(RelayedConnection connection) {
    return connection
        .failure()
        .map(
            thrown ->
                Failure.of(
                    thrown,
                    addressOf(thrown.leg()),
                    connection.backwardByteCount(),
                    connection.elapsed()));
  }

  private Failure failureOf(Throwable thrown, Relay relay) {
    RelayProgress progress = relay.progress();
    return switch (thrown) {
      case TransferException transfer ->
          Failure.of(
              transfer,
              addressOf(transfer.leg()),
              progress.backwardByteCount(),
              progress.elapsed());
      case StuckException stuck -> stuck.failure(Optional.empty());
      default -> Failure.of(thrown);
    };
  }

  private TransportAddress addressOf(Leg leg) {
    return leg == Leg.INCOMING ? bound : outgoing;
  }

  private synchronized ExitCode fail(Failure failure) {
    tellSurely(report -> report.failed(failure));
    settled = true;
    return failure.code();
  }

  /** The last word is the last one: what a transport that is stuck does later is not told. */
  private synchronized void tell(Consumer<RelayReport> news) {
    if (!settled) {
      tellers.forEach(teller -> teller.tell(news));
    }
  }

  private synchronized void tellSurely(Consumer<RelayReport> news) {
    if (!settled) {
      tellers.forEach(teller -> teller.tellSurely(news));
    }
  }

  /** Passes on what the relay says. */
  private final class Announcements implements RelayListener {
    private final StopSignals signals;

    Announcements(StopSignals signals) {
      this.signals = signals;
    }

    @Override
    public void listening(TransportAddress address) {
      bound = address;
      tell(report -> report.listening(address));
    }

    @Override
    public void acceptFailed(TransferException failure) {
      Failure told = Failure.of(failure, addressOf(failure.leg()), 0, Duration.ZERO);
      tell(report -> report.warning(told));
    }

    @Override
    public void connected(long connection, Leg leg, ChannelInfo info) {
      tell(report -> report.connected(connection, leg, info));
    }

    @Override
    public void halfClosed(long connection, Leg from, long byteCount) {
      tell(report -> report.halfClosed(connection, from, byteCount));
    }

    @Override
    public void closed(RelayedConnection connection) {
      Optional<Failure> failure = failureOf(connection).map(thrown -> withCodeOf(signals, thrown));
      tell(report -> report.closed(connection, failure));
    }
  }
}
