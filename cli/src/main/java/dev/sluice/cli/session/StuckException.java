package dev.sluice.cli.session;

import dev.sluice.cli.console.ExitCode;
import dev.sluice.cli.console.Failure;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** A task that was told to end, and did not in time. */
public final class StuckException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  StuckException(String reason, Duration patience) {
    super(reason + "; a transport did not let go in " + patience.toMillis() + " ms");
  }

  /**
   * Returns it as a failure.
   *
   * @param left what may be left on disk
   */
  public Failure failure(Optional<String> left) {
    return new Failure(
        ExitCode.INTERRUPTED,
        "cancelled",
        String.valueOf(getMessage()),
        Optional.empty(),
        Optional.empty(),
        left,
        Optional.of(this));
  }
}
