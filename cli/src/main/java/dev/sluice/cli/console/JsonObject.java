package dev.sluice.cli.console;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * An object of JSON that is being written to memory. A field that says nothing is null, never left
 * out, so that readers always find it.
 */
public final class JsonObject {
  private final JsonGenerator json;

  JsonObject(JsonGenerator json) {
    this.json = json;
  }

  /** A call that fails only where the target does. */
  @FunctionalInterface
  interface Call {
    void run() throws IOException;
  }

  static void inMemory(Call call) {
    try {
      call.run();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /**
   * Writes a text.
   *
   * @param name of the field
   * @param value its value
   */
  public void text(String name, String value) {
    inMemory(() -> json.writeStringField(name, value));
  }

  /**
   * Writes a text or null.
   *
   * @param name of the field
   * @param value its value
   */
  public void text(String name, Optional<String> value) {
    value.ifPresentOrElse(
        text -> text(name, text), () -> inMemory(() -> json.writeNullField(name)));
  }

  /**
   * Writes a whole number, in the base unit.
   *
   * @param name of the field
   * @param value its value
   */
  public void number(String name, long value) {
    inMemory(() -> json.writeNumberField(name, value));
  }

  /**
   * Writes a whole number or null.
   *
   * @param name of the field
   * @param value its value
   */
  public void number(String name, OptionalLong value) {
    value.ifPresentOrElse(
        number -> number(name, number), () -> inMemory(() -> json.writeNullField(name)));
  }

  /**
   * Writes a list of texts.
   *
   * @param name of the field
   * @param values its values
   */
  public void texts(String name, Collection<String> values) {
    inMemory(
        () -> {
          json.writeArrayFieldStart(name);
          for (String value : values) {
            json.writeString(value);
          }
          json.writeEndArray();
        });
  }

  /**
   * Writes a list of objects.
   *
   * @param <T> what they stand for
   * @param name of the field
   * @param values what they stand for
   * @param fields writes the fields of one
   */
  public <T> void objects(
      String name, Collection<? extends T> values, BiConsumer<T, JsonObject> fields) {
    inMemory(
        () -> {
          json.writeArrayFieldStart(name);
          for (T value : values) {
            json.writeStartObject();
            fields.accept(value, this);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
