package dev.sluice.cli.relay;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;
import dev.sluice.cli.console.Events;
import dev.sluice.cli.console.Failure;
import dev.sluice.cli.console.JsonObject;
import dev.sluice.cli.session.StopSignal;
import dev.sluice.engine.transfer.Leg;
import dev.sluice.engine.transfer.RelayProgress;
import dev.sluice.engine.transfer.RelayedConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Tells programs of a relay; {@code docs/events.schema.json} has the fields. */
final class JsonReport implements RelayReport {
  private final Events events;
  private final Pace pace = new Pace();

  JsonReport(Events events) {
    this.events = events;
  }

  @Override
  public void metrics(String url) {
    events.write("metrics", event -> event.text("url", url));
  }

  @Override
  public void listening(TransportAddress address) {
    events.writeListening(address);
  }

  @Override
  public void connected(long connection, Leg leg, ChannelInfo info) {
    events.write(
        "connected",
        event -> {
          event.number("connection", connection);
          event.channel(leg, info);
        });
  }

  @Override
  public void halfClosed(long connection, Leg from, long byteCount) {
    events.write(
        "half-closed",
        event -> {
          event.number("connection", connection);
          event.leg(Optional.of(from));
          event.number("bytes", byteCount);
        });
  }

  @Override
  public void closed(RelayedConnection connection, Optional<Failure> failure) {
    events.write(
        "closed",
        event -> {
          event.number("connection", connection.connection());
          event.number("forward_bytes", connection.forwardByteCount());
          event.number("backward_bytes", connection.backwardByteCount());
          event.number("duration_ms", connection.elapsed().toMillis());
          event.number("stalled_ms", connection.stalled().toMillis());
          event.flag("left_early", connection.leftEarly());
          event.number("code", failure.map(one -> one.code().number()).orElse(0));
          event.text("kind", failure.map(Failure::kind));
          event.leg(failure.flatMap(Failure::place).map(Failure.Place::leg));
          event.text("address", failure.flatMap(Failure::place).map(at -> at.address().toString()));
          event.text("message", failure.map(Failure::message));
          event.text("hint", failure.flatMap(Failure::hint));
        });
  }

  @Override
  public Optional<Duration> progressPeriod() {
    return Optional.of(Duration.ofSeconds(1));
  }

  @Override
  public void progress(RelayProgress progress) {
    pace.look(progress);
    if (pace.isNews()) {
      events.write(
          "progress",
          event -> {
            totals(progress, event);
            event.number("bytes_per_second", pace.bytesPerSecond());
          });
    }
  }

  private static void totals(RelayProgress progress, JsonObject event) {
    event.number("active_connections", progress.activeConnections());
    event.number("connections", progress.connectionCount());
    event.number("failed_connections", progress.failedConnectionCount());
    event.number("forward_bytes", progress.forwardByteCount());
    event.number("backward_bytes", progress.backwardByteCount());
    event.number("stalled_ms", progress.stalled().toMillis());
  }

  @Override
  public void rateChanged(OptionalLong bytesPerSecond) {
    events.write("rate", event -> event.number("bytes_per_second", bytesPerSecond));
  }

  @Override
  public void warning(Failure failure) {
    events.write(
        "warning",
        event -> {
          event.text("kind", failure.kind());
          event.text("message", failure.message());
          event.text("hint", failure.hint());
        });
  }

  @Override
  public void stopping(StopSignal signal, int activeConnections, Duration grace) {
    events.write(
        "stopping",
        event -> {
          event.text("signal", signal.name());
          event.number("active_connections", activeConnections);
          event.number("grace_ms", grace.toMillis());
        });
  }

  @Override
  public void summary(RelayProgress totals, int status) {
    events.write(
        "summary",
        event -> {
          event.number("code", status);
          totals(totals, event);
          event.number("duration_ms", totals.elapsed().toMillis());
        });
  }

  @Override
  public void failed(Failure failure) {
    events.writeError(failure);
  }
}
