package dev.sluice.cli.session;

import dev.sluice.cli.console.ExitCode;
import dev.sluice.cli.console.Failure;
import java.io.Serial;
import java.util.Optional;

/** The JVM is ending already, before a task could begin. */
public final class EndingException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  EndingException(IllegalStateException cause) {
    super("stopped by a signal before anything was opened", cause);
  }

  /** Returns it as a failure. */
  public Failure failure() {
    return new Failure(
        ExitCode.INTERRUPTED,
        "cancelled",
        String.valueOf(getMessage()),
        Optional.empty(),
        Optional.empty(),
        Optional.of("nothing on disk"),
        Optional.of(this));
  }
}
