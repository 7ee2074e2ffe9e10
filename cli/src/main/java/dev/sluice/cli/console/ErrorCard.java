package dev.sluice.cli.console;

import static java.util.stream.Collectors.joining;

import dev.sluice.cli.console.Failure.Place;
import dev.sluice.engine.transfer.CopyProgress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.StringJoiner;

/** A failure as people read it: one to four lines, never a stack trace unless asked for. */
public final class ErrorCard {
  private ErrorCard() {}

  /**
   * Prints a failure, the trace first, so that the card is what one sees.
   *
   * @param failure what to print
   * @param verbose whether to print the stack trace
   * @param err where to
   */
  public static void print(Failure failure, boolean verbose, PrintStream err) {
    if (verbose) {
      failure.cause().ifPresent(thrown -> thrown.printStackTrace(err));
    }
    err.println(text(failure));
    err.flush();
  }

  /** Returns the card of the command as a whole, without a final line break. */
  static String text(Failure failure) {
    return text("sluice: ", failure);
  }

  /**
   * Returns a card, without a final line break.
   *
   * @param head what the message starts with
   * @param failure what to print
   */
  public static String text(String head, Failure failure) {
    StringJoiner card = new StringJoiner("\n");
    card.add(head + oneLine(failure.message()));
    failure.hint().ifPresent(hint -> card.add("  hint:  " + oneLine(hint)));
    if (failure.place().filter(Place::mayLeaveFile).isPresent() || failure.left().isPresent()) {
      card.add("  left:  " + failure.left().map(ErrorCard::oneLine).orElse("nothing on disk"));
    }
    failure.place().ifPresent(place -> card.add("  where: " + where(place)));
    return card.toString();
  }

  private static String where(Place place) {
    String side = place.leg().name().toLowerCase(Locale.ROOT) + " " + place.address();
    CopyProgress progress = place.progress();
    long byteCount = progress.byteCount();
    long backwardByteCount = place.backwardByteCount().orElse(0);
    if (byteCount + backwardByteCount == 0) {
      return side + ", before the first byte";
    }
    Duration elapsed = progress.elapsed();
    if (place.backwardByteCount().isPresent()) {
      return "%s, after %d bytes forward and %d back in %s s"
          .formatted(side, byteCount, backwardByteCount, Quantities.seconds(elapsed));
    }
    String expected =
        progress.expectedByteCount().isPresent()
            ? " of " + progress.expectedByteCount().getAsLong()
            : "";
    return "%s, after %d%s bytes in %s s, %s"
        .formatted(
            side,
            byteCount,
            expected,
            Quantities.seconds(elapsed),
            Quantities.rate(byteCount, elapsed));
  }

  /** Messages of libraries may have several lines. */
  private static String oneLine(String text) {
    return text.lines().map(String::strip).collect(joining(" "));
  }
}
