package dev.sluice.cli.relay;

import dev.sluice.api.ByteCounts;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;
import dev.sluice.cli.console.ErrorCard;
import dev.sluice.cli.console.Failure;
import dev.sluice.cli.console.Quantities;
import dev.sluice.cli.session.ProgressStyle;
import dev.sluice.cli.session.StopSignal;
import dev.sluice.engine.transfer.Leg;
import dev.sluice.engine.transfer.RelayProgress;
import dev.sluice.engine.transfer.RelayedConnection;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Tells people of a relay, on standard error: a line for each event. */
final class TextReport implements RelayReport {
  private final PrintStream err;
  private final boolean quiet;
  private final boolean verbose;
  private final ProgressStyle style;
  private final LineBoard board;
  private final Pace pace = new Pace();

  /**
   * @param quiet says nothing but errors
   * @param verbose prints stack traces too
   */
  TextReport(PrintStream err, boolean quiet, boolean verbose, ProgressStyle style) {
    this.err = err;
    this.quiet = quiet;
    this.verbose = verbose;
    this.style = style;
    this.board = new LineBoard(err);
  }

  private void say(String line) {
    if (!quiet) {
      board.print(line);
    }
  }

  @Override
  public void metrics(String url) {
    say("metrics on " + url);
  }

  @Override
  public void listening(TransportAddress address) {
    say("listening on " + address);
  }

  @Override
  public void connected(long connection, Leg leg, ChannelInfo info) {
    StringBuilder line =
        new StringBuilder("connection " + connection + ": " + name(leg) + " " + info.name());
    info.peerAddress()
        .map(TransportAddress::toString)
        .filter(peer -> !peer.equals(info.name()))
        .ifPresent(peer -> line.append(leg == Leg.INCOMING ? ", from " : ", to ").append(peer));
    info.peerUser().ifPresent(user -> line.append(", user ").append(user));
    say(line.append(", ").append(info.security().orElse("not encrypted")).toString());
  }

  @Override
  public void halfClosed(long connection, Leg from, long byteCount) {
    say("connection %d: %s ended after %d bytes".formatted(connection, name(from), byteCount));
  }

  @Override
  public void closed(RelayedConnection connection, Optional<Failure> failure) {
    if (failure.isPresent()) {
      String which =
          connection.connection() == 0
              ? "a connection failed: "
              : "connection " + connection.connection() + " failed: ";
      board.print(ErrorCard.text(which, failure.get()));
    } else {
      say(
          "connection %d: closed, %d bytes forward, %d back in %s s, stalled %s s%s"
              .formatted(
                  connection.connection(),
                  connection.forwardByteCount(),
                  connection.backwardByteCount(),
                  Quantities.seconds(connection.elapsed()),
                  Quantities.seconds(connection.stalled()),
                  connection.leftEarly() ? ", the receiver left before the end" : ""));
    }
  }

  @Override
  public Optional<Duration> progressPeriod() {
    return switch (style) {
      case LIVE -> Optional.of(Duration.ofSeconds(1));
      case LINES -> Optional.of(Duration.ofSeconds(10));
      case NONE -> Optional.empty();
    };
  }

  @Override
  public void progress(RelayProgress progress) {
    pace.look(progress);
    if (style == ProgressStyle.LIVE) {
      board.draw(text(progress));
    } else if (pace.isNews()) {
      board.print(text(progress));
    }
  }

  private String text(RelayProgress progress) {
    return "%d open of %d, %d failed; %s forward, %s back, %s/s, stalled %d s"
        .formatted(
            progress.activeConnections(),
            progress.connectionCount(),
            progress.failedConnectionCount(),
            ByteCounts.format(progress.forwardByteCount()),
            ByteCounts.format(progress.backwardByteCount()),
            ByteCounts.format(pace.bytesPerSecond()),
            progress.stalled().toSeconds());
  }

  @Override
  public void rateChanged(OptionalLong bytesPerSecond) {
    say(
        bytesPerSecond.isPresent()
            ? "rate: at most " + ByteCounts.format(bytesPerSecond.getAsLong()) + "/s"
            : "rate: as fast as it goes");
  }

  @Override
  public void warning(Failure failure) {
    board.print(ErrorCard.text("warning: ", failure));
  }

  @Override
  public void stopping(StopSignal signal, int activeConnections, Duration grace) {
    say(
        activeConnections == 0
            ? "stopped by " + signal
            : "stopped by %s: no more connections; %d may go on for %s s, a second signal ends them"
                .formatted(signal, activeConnections, Quantities.seconds(grace)));
  }

  @Override
  public void summary(RelayProgress totals, int status) {
    board.close();
    say(
        "relayed %d %s, %d failed, %s forward, %s back in %s s"
            .formatted(
                totals.connectionCount(),
                totals.connectionCount() == 1 ? "connection" : "connections",
                totals.failedConnectionCount(),
                Quantities.bytes(totals.forwardByteCount()),
                Quantities.bytes(totals.backwardByteCount()),
                Quantities.seconds(totals.elapsed())));
  }

  @Override
  public void failed(Failure failure) {
    board.close();
    ErrorCard.print(failure, verbose, err);
  }

  private static String name(Leg leg) {
    return leg.name().toLowerCase(Locale.ROOT);
  }
}
