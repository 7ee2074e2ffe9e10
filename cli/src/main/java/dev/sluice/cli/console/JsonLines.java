package dev.sluice.cli.console;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.function.Consumer;

/**
 * Writes JSON for programs, one object per line.
 *
 * <p>Safe for any thread: lines do not mix. A reader that went away, as {@code head} does, is no
 * reason to stop: what is written then is lost.
 */
public final class JsonLines {
  private final JsonFactory format = new JsonFactory();
  private final PrintStream out;

  /**
   * Creates a writer.
   *
   * @param out where to; stays open
   */
  public JsonLines(PrintStream out) {
    this.out = out;
  }

  /**
   * Writes a line.
   *
   * @param fields writes the fields of its object
   */
  public void write(Consumer<JsonObject> fields) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    JsonObject.inMemory(
        () -> {
          try (JsonGenerator json = format.createGenerator(line, JsonEncoding.UTF8)) {
            json.writeStartObject();
            fields.accept(new JsonObject(json));
            json.writeEndObject();
          }
        });
    line.write('\n');
    synchronized (this) {
      out.write(line.toByteArray(), 0, line.size());
      out.flush();
    }
  }
}
