package dev.sluice.cli.console;

import java.io.Serial;

/** A plugin folder cannot be used; unchecked, because whoever loads transports may meet it. */
public final class PluginFolderException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /** Not serializable, and never serialized. */
  private final transient Failure failure;

  /**
   * Creates the exception.
   *
   * @param failure what is to be told
   */
  public PluginFolderException(Failure failure) {
    super(failure.message());
    this.failure = failure;
  }

  /** Returns what is to be told. */
  public Failure failure() {
    return failure;
  }
}
