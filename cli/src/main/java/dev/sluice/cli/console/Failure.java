package dev.sluice.cli.console;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.engine.TruncatedStreamException;
import dev.sluice.engine.registry.SchemeUnavailableException;
import dev.sluice.engine.transfer.CopyProgress;
import dev.sluice.engine.transfer.Leg;
import dev.sluice.engine.transfer.TransferException;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Why a command did not do what was asked, for people and for programs alike; immutable.
 *
 * @param code the exit status it leads to
 * @param kind what went wrong, in a word for programs: a {@link TransportException.Kind} in lower
 *     case, or {@code usage}, {@code truncated}, {@code unavailable}, {@code bug}
 * @param message what happened
 * @param hint what to do about it, where there is something to say
 * @param place where in a transfer, if it was in one
 * @param left what is left on disk; empty: nothing
 * @param cause what was thrown, where something was
 */
public record Failure(
    ExitCode code,
    String kind,
    String message,
    Optional<String> hint,
    Optional<Place> place,
    Optional<String> left,
    Optional<Throwable> cause) {

  /**
   * Where in a transfer something failed.
   *
   * @param leg the side
   * @param address its address
   * @param progress how far the transfer was
   * @param backwardByteCount bytes that were moved from the outgoing to the incoming side; empty:
   *     it was a copy, which goes one way
   */
  public record Place(
      Leg leg, TransportAddress address, CopyProgress progress, OptionalLong backwardByteCount) {

    /** Returns whether something may be left on disk: what goes both ways is no file. */
    boolean mayLeaveFile() {
      return backwardByteCount.isEmpty();
    }
  }

  /**
   * Returns a failure to say what can be done.
   *
   * @param message what is wrong
   * @param hint what would be right
   */
  public static Failure usage(String message, String hint) {
    return plain(ExitCode.USAGE, "usage", message, hint);
  }

  /**
   * Returns the failure of something that is installed and cannot be used.
   *
   * @param message why
   * @param hint what to do about it
   */
  public static Failure unavailable(String message, String hint) {
    return plain(ExitCode.UNAVAILABLE, "unavailable", message, hint);
  }

  private static Failure plain(ExitCode code, String kind, String message, String hint) {
    return new Failure(
        code,
        kind,
        message,
        Optional.of(hint),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Returns a failure that happened outside a transfer, and not while something was written.
   *
   * @param thrown what was thrown
   */
  public static Failure of(Throwable thrown) {
    return of(thrown, Leg.INCOMING);
  }

  /**
   * Returns a failure that happened outside a transfer.
   *
   * @param thrown what was thrown
   * @param leg whether it happened to what is read, or to what is written
   */
  public static Failure of(Throwable thrown, Leg leg) {
    if (thrown instanceof PluginFolderException folder) {
      return folder.failure();
    }
    ExitCode code = ExitCode.of(thrown, leg);
    return code == ExitCode.BUG
        ? bug(thrown, Optional.empty(), Optional.empty())
        : of(thrown, code, Optional.empty(), Optional.empty());
  }

  /**
   * Returns the failure of a copy.
   *
   * @param thrown what was thrown
   * @param address the address of the side it happened on
   * @param progress how far the transfer was
   */
  public static Failure of(
      TransferException thrown, TransportAddress address, CopyProgress progress) {
    return of(
        thrown,
        new Place(
            thrown.leg(),
            address,
            new CopyProgress(thrown.byteCount(), progress.expectedByteCount(), progress.elapsed()),
            OptionalLong.empty()));
  }

  /**
   * Returns the failure of a relay, or of one of its connections.
   *
   * @param thrown what was thrown
   * @param address the address of the side it happened on
   * @param backwardByteCount bytes that were moved from the outgoing to the incoming side
   * @param elapsed how long it went on
   */
  public static Failure of(
      TransferException thrown,
      TransportAddress address,
      long backwardByteCount,
      Duration elapsed) {
    return of(
        thrown,
        new Place(
            thrown.leg(),
            address,
            new CopyProgress(thrown.byteCount(), OptionalLong.empty(), elapsed),
            OptionalLong.of(backwardByteCount)));
  }

  private static Failure of(TransferException thrown, Place at) {
    ExitCode code = ExitCode.of(thrown, thrown.leg());
    Optional<Place> place = code == ExitCode.USAGE ? Optional.empty() : Optional.of(at);
    return code == ExitCode.BUG
        ? bug(thrown, place, thrown.remains())
        : of(thrown, code, place, thrown.remains());
  }

  private static Failure of(
      Throwable thrown, ExitCode code, Optional<Place> place, Optional<String> left) {
    return new Failure(
        code,
        kindOf(thrown),
        thrown.getMessage() == null ? thrown.toString() : thrown.getMessage(),
        thrown instanceof TransportException transport ? transport.hint() : Optional.empty(),
        place,
        left,
        Optional.of(thrown));
  }

  private static Failure bug(Throwable thrown, Optional<Place> place, Optional<String> left) {
    @Nullable Throwable cause = thrown instanceof TransferException ? thrown.getCause() : null;
    return new Failure(
        ExitCode.BUG,
        "bug",
        "this is a bug: " + (cause == null ? thrown : cause),
        Optional.of("please report it, with what the same command prints with -v"),
        place,
        left,
        Optional.of(thrown));
  }

  private static String kindOf(Throwable thrown) {
    return switch (thrown) {
      case TransferException transfer when transfer.getCause() != null ->
          kindOf(transfer.getCause());
      case TruncatedStreamException _ -> "truncated";
      case SchemeUnavailableException _ -> "unavailable";
      case IOException _ -> TransportException.kindOf(thrown).name().toLowerCase(Locale.ROOT);
      default -> "bug";
    };
  }

  /**
   * Returns this failure with more to say before its message.
   *
   * @param text what to say
   */
  public Failure withContext(String text) {
    return new Failure(code, kind, text + message, hint, place, left, cause);
  }

  /**
   * Returns this failure with another exit status.
   *
   * @param other the exit status
   */
  public Failure withCode(ExitCode other) {
    return new Failure(other, kind, message, hint, place, left, cause);
  }
}
