package dev.sluice.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.cli.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class EventsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Iterator<Instant> times =
      List.of(Instant.parse("2026-01-02T03:04:05Z"), Instant.parse("2026-01-02T03:04:06.250999Z"))
          .iterator();
  private final Events events = new Events(new PrintStream(out), times::next);

  @Test
  void event_hasTypeTimeAndTheTimeSinceTheStart() throws IOException {
    events.write("listening", event -> event.text("address", "tcp:\"x\"\n:ä"));

    Map<String, ?> event = JsonText.object(written());
    assertEquals(List.of("type", "t", "elapsed_ms", "address"), List.copyOf(event.keySet()));
    assertEquals("listening", event.get("type"));
    assertEquals("2026-01-02T03:04:06.250Z", event.get("t"));
    assertEquals(1250L, event.get("elapsed_ms"));
    assertEquals("tcp:\"x\"\n:ä", event.get("address"));
    assertEquals(1, written().lines().count());
    assertTrue(written().endsWith("}\n"));
  }

  @Test
  void absentValue_isNull() throws IOException {
    events.write("progress", event -> event.number("expected_bytes", OptionalLong.empty()));

    Map<String, ?> event = JsonText.object(written());
    assertTrue(event.containsKey("expected_bytes"));
    assertNull(event.get("expected_bytes"));
  }

  @Test
  void error_hasEveryField() throws IOException {
    events.writeError(Failure.usage("wrong", "right"));

    assertEquals(
        List.of(
            "type",
            "t",
            "elapsed_ms",
            "code",
            "kind",
            "leg",
            "address",
            "bytes",
            "expected_bytes",
            "message",
            "hint",
            "left"),
        List.copyOf(JsonText.object(written()).keySet()));
  }

  @Test
  void readerThatWentAway_doesNotDisturb() {
    PrintStream closed =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int one) throws IOException {
                throw new IOException("Broken pipe");
              }
            });

    new Events(closed, Instant::now).write("progress", event -> {});

    assertTrue(closed.checkError());
  }

  private String written() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
