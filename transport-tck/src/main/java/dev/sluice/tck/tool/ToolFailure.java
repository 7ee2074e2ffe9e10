package dev.sluice.tck.tool;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import java.io.IOException;
import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why the kit could not be run. */
final class ToolFailure extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private static final int USAGE = 2;
  private static final int UNREACHABLE = 3;
  private static final int WRITE_FAILED = 6;
  private static final int NOT_USABLE = 11;

  private final int code;
  private final @Nullable String hint;

  private ToolFailure(int code, String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.hint = hint;
  }

  static ToolFailure usage(String message, String hint) {
    return new ToolFailure(USAGE, message, hint, null);
  }

  static ToolFailure wouldDestroy(String address) {
    return new ToolFailure(
        USAGE,
        "there is something at " + address + " already, and the kit would overwrite it",
        "name something that is absent",
        null);
  }

  /** Returns that of a stored medium that is the same in each test. */
  static ToolFailure neverFresh(String address) {
    return new ToolFailure(
        USAGE,
        "what one test stores at " + address + " would be there in the next one",
        "write {dir} where its folder stands: a private one, fresh for each test",
        null);
  }

  static ToolFailure report(IOException failed) {
    return new ToolFailure(
        WRITE_FAILED,
        "the report cannot be written to " + failed.getMessage(),
        "--report FOLDER takes a folder that can be written",
        failed);
  }

  static ToolFailure noFolder(IOException failed) {
    return new ToolFailure(
        WRITE_FAILED,
        "no temporary folder can be made: " + failed,
        "look at java.io.tmpdir: its disk may be full",
        failed);
  }

  /** Returns that of an address that cannot be opened at all. */
  static ToolFailure unopened(String address, IOException failed) {
    return unopened(address, String.valueOf(failed.getMessage()), failed);
  }

  /** Returns that of an address where neither side can be opened; the listening one decides. */
  static ToolFailure unopened(String address, TransportException listening, IOException writing) {
    if (!writing.equals(listening)) {
      listening.addSuppressed(writing);
    }
    return unopened(
        address,
        "listening: " + listening.getMessage() + "; connecting: " + writing.getMessage(),
        listening);
  }

  private static ToolFailure unopened(String address, String why, IOException failed) {
    return new ToolFailure(
        codeOf(failed),
        "no pair of channels can be opened at " + address + ": " + why,
        failed instanceof TransportException known ? known.hint().orElse(null) : null,
        failed);
  }

  private static int codeOf(IOException failed) {
    return failed instanceof TransportException known
            && known.kind() == TransportException.Kind.ADDRESS
        ? USAGE
        : UNREACHABLE;
  }

  static TransportException unknownScheme(TransportAddress address) {
    return new TransportException(
        TransportException.Kind.ADDRESS, "no installed transport serves '" + address + "'");
  }

  /** Returns that of a scheme that is unknown or cannot be used here. */
  static ToolFailure unusable(TransportException why) {
    return new ToolFailure(
        why.kind() == TransportException.Kind.ADDRESS ? USAGE : NOT_USABLE,
        String.valueOf(why.getMessage()),
        why.hint().orElse(null),
        why);
  }

  int code() {
    return code;
  }

  Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
