package dev.sluice.cli.console;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;
import dev.sluice.engine.transfer.Leg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Locale;
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
   * Writes whether something is so.
   *
   * @param name of the field
   * @param value its value
   */
  public void flag(String name, boolean value) {
    inMemory(() -> json.writeBooleanField(name, value));
  }

  /**
   * Writes a side of a transfer, or null, as the field {@code leg}.
   *
   * @param leg which side
   */
  public void leg(Optional<Leg> leg) {
    text("leg", leg.map(side -> side.name().toLowerCase(Locale.ROOT)));
  }

  /**
   * Writes the fields of a side that is open.
   *
   * @param leg which side
   * @param info who is at its ends
   */
  public void channel(Leg leg, ChannelInfo info) {
    leg(Optional.of(leg));
    text("name", info.name());
    text("local", info.localAddress().map(TransportAddress::toString));
    text("peer", info.peerAddress().map(TransportAddress::toString));
    text("security", info.security());
    text("peer_user", info.peerUser());
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
