package dev.sluice.it.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a process ended.
 *
 * @param words what was started
 * @param code its exit status
 * @param output its standard output
 * @param err its standard error
 * @param elapsed how long it ran
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Outcome(List<String> words, int code, byte[] output, String err, Duration elapsed) {
  private static final Pattern TRACE = Pattern.compile("\tat |Exception in thread|Caused by:");

  /** The name of a class that was thrown tells a user nothing. */
  private static final Pattern CLASS_NAME =
      Pattern.compile("\\b[a-z]+(\\.[a-z]+)+\\.[A-Z]\\w*(Exception|Error)\\b");

  /** Returns standard output as text. */
  public String out() {
    return new String(output, UTF_8);
  }

  /** Returns the lines of JSON on standard output; it is a failure if one is none. */
  public List<Map<String, @Nullable Object>> json() {
    return out().lines().map(this::object).toList();
  }

  @SuppressWarnings("unchecked") // Json makes no other maps.
  private Map<String, @Nullable Object> object(String line) {
    try {
      return (Map<String, @Nullable Object>) assertInstanceOf(Map.class, Json.parse(line), line);
    } catch (IOException failure) {
      return fail("not a line of JSON: '" + line + "' in " + this, failure);
    }
  }

  /** Returns the last line of JSON. */
  public Map<String, @Nullable Object> lastEvent() {
    List<Map<String, @Nullable Object>> events = json();
    assertFalse(events.isEmpty(), () -> "no JSON: " + this);
    return events.getLast();
  }

  /** Checks that it did what was asked, and returns itself. */
  public Outcome succeeded() {
    assertEquals(0, code, this::toString);
    noTrace();
    return this;
  }

  /**
   * Checks that a copy did what was asked and said so.
   *
   * @param mode whom it spoke to
   * @param byteCount how many bytes it has to tell of
   */
  public Outcome copied(Mode mode, long byteCount) {
    succeeded();
    if (mode == Mode.JSON) {
      assertEvents("summary");
      assertEquals(byteCount, lastEvent().get("bytes"), this::toString);
    } else {
      String summary = err.lines().toList().getLast();
      assertTrue(
          Pattern.compile("(^|\\D)" + byteCount + " bytes").matcher(summary).find(),
          () -> "no count of bytes in the last line: " + this);
      assertTrue(
          Pattern.compile("\\d s\\b.*/s").matcher(summary).find(),
          () -> "no seconds and rate in the last line: " + this);
    }
    return this;
  }

  /**
   * Checks that a relay did what was asked and said so.
   *
   * @param mode whom it spoke to
   * @param connections how many it has to tell of
   * @param forwardByteCount how many bytes it has to tell of, from incoming to outgoing
   * @param backwardByteCount how many, the other way
   */
  public Outcome relayed(
      Mode mode, long connections, long forwardByteCount, long backwardByteCount) {
    succeeded();
    if (mode == Mode.JSON) {
      assertEvents("summary");
      Map<String, @Nullable Object> summary = lastEvent();
      assertEquals(connections, summary.get("connections"), this::toString);
      assertEquals(0L, summary.get("failed_connections"), this::toString);
      assertEquals(forwardByteCount, summary.get("forward_bytes"), this::toString);
      assertEquals(backwardByteCount, summary.get("backward_bytes"), this::toString);
    } else {
      String summary = err.lines().toList().getLast();
      assertTrue(
          Pattern.compile(
                  "relayed %d connections?, 0 failed, %d bytes.* forward, %d bytes.* back"
                      .formatted(connections, forwardByteCount, backwardByteCount))
              .matcher(summary)
              .find(),
          this::toString);
    }
    return this;
  }

  /**
   * Checks that it failed as it should: with the exit status, one clear message and no stack trace.
   *
   * @param mode whom it spoke to
   * @param expected the exit status
   * @param words patterns of what the message has to say, in small letters
   */
  public Outcome failed(Mode mode, int expected, String... words) {
    assertEquals(expected, code, this::toString);
    noTrace();
    String message = mode == Mode.JSON ? jsonMessage() : plainMessage();
    assertFalse(CLASS_NAME.matcher(message).find(), () -> "not for people: " + this);
    for (String word : words) {
      assertTrue(
          Pattern.compile(word, Pattern.CASE_INSENSITIVE).matcher(message).find(),
          () -> "the message does not say '" + word + "': " + this);
    }
    return this;
  }

  /**
   * Returns what it told to be left on disk; it is a failure if it told nothing of that.
   *
   * @param mode whom it spoke to
   */
  public String left(Mode mode) {
    if (mode == Mode.JSON) {
      assertTrue(lastEvent().containsKey("left"), this::toString);
      return Objects.requireNonNullElse((String) lastEvent().get("left"), "nothing on disk");
    }
    return err.lines()
        .filter(line -> line.startsWith("  left:"))
        .findFirst()
        .orElseGet(() -> fail("does not tell what is left: " + this));
  }

  /**
   * Checks that it told that nothing is left on disk.
   *
   * @param mode whom it spoke to
   */
  public void leftNothing(Mode mode) {
    assertTrue(left(mode).endsWith("nothing on disk"), this::toString);
  }

  private String plainMessage() {
    long cards = err.lines().filter(line -> line.startsWith("sluice: ")).count();
    assertEquals(1, cards, () -> "not one message: " + this);
    assertTrue(
        err.lines().count() <= (words.contains("relay") ? 24 : 12), () -> "not short: " + this);
    return err;
  }

  private String jsonMessage() {
    assertEvents("error");
    Map<String, @Nullable Object> error = lastEvent();
    assertEquals((long) code, error.get("code"), this::toString);
    return String.join("\n", Json.texts(error).toList());
  }

  /** Checks that each line has a type, and that the last one, and no other, ends the transfer. */
  private void assertEvents(String last) {
    List<String> types =
        json().stream().map(event -> assertInstanceOf(String.class, event.get("type"))).toList();
    assertFalse(types.isEmpty(), () -> "no events: " + this);
    assertEquals(last, types.getLast(), this::toString);
    List<String> before = types.subList(0, types.size() - 1);
    // A relay sums up before an error too.
    List<String> allowed =
        words.contains("relay")
            ? List.of(
                "listening",
                "metrics",
                "connected",
                "progress",
                "half-closed",
                "closed",
                "rate",
                "stopping",
                "warning",
                last.equals("error") ? "summary" : "closed")
            : List.of("listening", "connected", "progress");
    assertTrue(allowed.containsAll(before), () -> "unexpected events: " + this);
  }

  /** Checks that nobody has to read a stack trace. */
  public void noTrace() {
    assertFalse(TRACE.matcher(err).find(), () -> "a stack trace: " + this);
    assertFalse(TRACE.matcher(out()).find(), () -> "a stack trace: " + this);
  }

  @Override
  public String toString() {
    String text = out();
    return "%s ended with %d after %d ms%n--- out (%d bytes)%n%s%n--- err%n%s---%n"
        .formatted(
            String.join(" ", words),
            code,
            elapsed.toMillis(),
            output.length,
            text.length() > 20_000 ? text.substring(0, 2_000) + "..." : text,
            err);
  }
}
