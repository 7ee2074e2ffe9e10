package dev.sluice.transport.rdmasim.tool;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Why the tool does not end with 0, for people and for programs alike. */
final class ToolFailure extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private static final int USAGE = 2;
  private static final int WRITE_FAILED = 6;
  private static final int LIMIT = 12;

  private final int code;
  private final String kind;
  private final @Nullable String hint;

  private ToolFailure(
      int code, String kind, String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.kind = kind;
    this.hint = hint;
  }

  /** Returns that of arguments that cannot be meant. */
  static ToolFailure usage(String message, String hint, @Nullable Throwable cause) {
    return new ToolFailure(USAGE, "usage", message, hint, cause);
  }

  /** Returns that of something that cannot be written, the transfer itself or a file. */
  static ToolFailure io(String message, @Nullable String hint, @Nullable Throwable cause) {
    return new ToolFailure(WRITE_FAILED, "io", message, hint, cause);
  }

  /** Returns that of a scenario that is too large to be run. */
  static ToolFailure limit(String message, String hint, @Nullable Throwable cause) {
    return new ToolFailure(LIMIT, "limit", message, hint, cause);
  }

  /** Returns the exit status. */
  int code() {
    return code;
  }

  /** Returns what went wrong, in a word for programs. */
  String kind() {
    return kind;
  }

  /** Returns what to do about it. */
  @Nullable String hint() {
    return hint;
  }
}
