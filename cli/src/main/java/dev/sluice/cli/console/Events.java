package dev.sluice.cli.console;

import dev.sluice.api.TransportAddress;
import dev.sluice.cli.console.Failure.Place;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What happens, as lines of JSON (NDJSON): each with its type, its time and the time since the
 * start. Safe for any thread.
 */
public final class Events {
  private final JsonLines lines;
  private final InstantSource clock;
  private final Instant start;

  /**
   * Creates a writer; the start is now.
   *
   * @param out where to; stays open
   * @param clock tells the time
   */
  public Events(PrintStream out, InstantSource clock) {
    this.lines = new JsonLines(out);
    this.clock = clock;
    this.start = clock.instant();
  }

  /**
   * Writes an event.
   *
   * @param type what it is
   * @param fields writes what it says beyond the type and the times
   */
  public void write(String type, Consumer<JsonObject> fields) {
    Instant now = clock.instant();
    lines.write(
        event -> {
          event.text("type", type);
          event.text("t", now.truncatedTo(ChronoUnit.MILLIS).toString());
          event.number("elapsed_ms", Duration.between(start, now).toMillis());
          fields.accept(event);
        });
  }

  /**
   * Writes the event {@code listening}.
   *
   * @param address where
   */
  public void writeListening(TransportAddress address) {
    write("listening", event -> event.text("address", address.toString()));
  }

  /**
   * Writes the event {@code error}, which is to be the last one.
   *
   * @param failure what it says
   */
  public void writeError(Failure failure) {
    Optional<Place> place = failure.place();
    write(
        "error",
        event -> {
          event.number("code", failure.code().number());
          event.text("kind", failure.kind());
          event.leg(place.map(Place::leg));
          event.text("address", place.map(at -> at.address().toString()));
          event.number("bytes", place.map(at -> at.progress().byteCount()).orElse(0L));
          event.number(
              "expected_bytes",
              place.map(at -> at.progress().expectedByteCount()).orElse(OptionalLong.empty()));
          event.text("message", failure.message());
          event.text("hint", failure.hint());
          event.text("left", failure.left());
        });
  }
}
