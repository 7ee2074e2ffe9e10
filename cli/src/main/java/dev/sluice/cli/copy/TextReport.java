package dev.sluice.cli.copy;

import dev.sluice.api.TransportAddress;
import dev.sluice.cli.console.ErrorCard;
import dev.sluice.cli.console.Failure;
import dev.sluice.cli.console.Quantities;
import dev.sluice.engine.transfer.CopyProgress;
import dev.sluice.engine.transfer.CopyResult;
import dev.sluice.engine.transfer.DigestAlgorithm;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Tells people of a copy, on standard error: standard output may be the stream. The last line
 * always sums up.
 */
final class TextReport implements CopyReport {
  private final PrintStream err;
  private final boolean quiet;
  private final boolean verbose;
  private final Optional<DigestAlgorithm> digest;
  private final Optional<ProgressDisplay> display;

  /**
   * @param quiet says nothing but errors
   * @param display shows progress; closed by this report
   */
  TextReport(
      PrintStream err,
      boolean quiet,
      boolean verbose,
      Optional<DigestAlgorithm> digest,
      Optional<ProgressDisplay> display) {
    this.err = err;
    this.quiet = quiet;
    this.verbose = verbose;
    this.digest = digest;
    this.display = display;
  }

  @Override
  public void listening(TransportAddress address) {
    if (!quiet) {
      err.println("listening on " + address);
      err.flush();
    }
  }

  @Override
  public Optional<Duration> progressPeriod() {
    return display.map(ProgressDisplay::period);
  }

  @Override
  public void progress(CopyProgress progress) {
    display.ifPresent(shown -> shown.show(progress));
  }

  @Override
  public void completed(CopyResult result) {
    display.ifPresent(ProgressDisplay::close);
    if (!quiet) {
      err.println(summary(result));
      err.flush();
    }
  }

  private String summary(CopyResult result) {
    String sum =
        result
            .digest()
            .map(value -> ", " + digest.map(DigestAlgorithm::label).orElse("") + " " + value)
            .orElse("");
    return "copied %s in %s s, %s%s"
        .formatted(
            Quantities.bytes(result.byteCount()),
            Quantities.seconds(result.elapsed()),
            Quantities.rate(result.byteCount(), result.elapsed()),
            sum);
  }

  @Override
  public void failed(Failure failure) {
    display.ifPresent(ProgressDisplay::close);
    ErrorCard.print(failure, verbose, err);
  }
}
