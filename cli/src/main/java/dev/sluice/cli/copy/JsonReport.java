package dev.sluice.cli.copy;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;
import dev.sluice.cli.console.Events;
import dev.sluice.cli.console.Failure;
import dev.sluice.cli.console.Quantities;
import dev.sluice.engine.transfer.CopyProgress;
import dev.sluice.engine.transfer.CopyResult;
import dev.sluice.engine.transfer.DigestAlgorithm;
import dev.sluice.engine.transfer.Leg;
import java.time.Duration;
import java.util.Optional;

/** Tells programs of a copy. */
final class JsonReport implements CopyReport {
  private final Events events;
  private final Optional<DigestAlgorithm> digest;

  JsonReport(Events events, Optional<DigestAlgorithm> digest) {
    this.events = events;
    this.digest = digest;
  }

  @Override
  public void listening(TransportAddress address) {
    events.writeListening(address);
  }

  @Override
  public void connected(Leg leg, ChannelInfo info) {
    events.write("connected", event -> event.channel(leg, info));
  }

  @Override
  public Optional<Duration> progressPeriod() {
    return Optional.of(Duration.ofSeconds(1));
  }

  @Override
  public void progress(CopyProgress progress) {
    events.write(
        "progress",
        event -> {
          event.number("bytes", progress.byteCount());
          event.number("expected_bytes", progress.expectedByteCount());
          event.number(
              "bytes_per_second",
              Quantities.bytesPerSecond(progress.byteCount(), progress.elapsed()));
        });
  }

  @Override
  public void completed(CopyResult result) {
    events.write(
        "summary",
        event -> {
          event.number("code", 0);
          event.number("bytes", result.byteCount());
          event.number("duration_ms", result.elapsed().toMillis());
          event.number(
              "bytes_per_second", Quantities.bytesPerSecond(result.byteCount(), result.elapsed()));
          event.text("digest_algorithm", digest.map(DigestAlgorithm::label));
          event.text("digest", result.digest());
        });
  }

  @Override
  public void failed(Failure failure) {
    events.writeError(failure);
  }
}
