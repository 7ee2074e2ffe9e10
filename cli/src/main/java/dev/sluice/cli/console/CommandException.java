package dev.sluice.cli.console;

import java.io.Serial;

/** Ends a sub-command that has not told its failure itself. */
public final class CommandException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  /** Not serializable, and never serialized. */
  private final transient Failure failure;

  /**
   * Creates the exception.
   *
   * @param failure what is to be told
   */
  public CommandException(Failure failure) {
    super(failure.message(), failure.cause().orElse(null));
    this.failure = failure;
  }

  /** Returns what is to be told. */
  public Failure failure() {
    return failure;
  }
}
