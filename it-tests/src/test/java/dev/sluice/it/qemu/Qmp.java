package dev.sluice.it.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.sluice.it.support.Json;
import java.io.Closeable;
import java.io.IOException;
import java.io.StringWriter;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** QEMU's control socket: a request, and its answer, events left out. */
final class Qmp implements Closeable {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final SocketChannel socket;
  private final JsonParser answers;

  private Qmp(SocketChannel socket) throws IOException {
    this.socket = socket;
    this.answers = FACTORY.createParser(Channels.newInputStream(socket));
  }

  /** Connects and leaves the negotiation mode. */
  static Qmp connect(Path path) throws IOException {
    Qmp qmp = new Qmp(SocketChannel.open(UnixDomainSocketAddress.of(path)));
    Json.nextObject(qmp.answers);
    qmp.execute("qmp_capabilities", Map.of());
    return qmp;
  }

  /**
   * Executes a command.
   *
   * @return what it returned, or an empty map where that is no object
   */
  @SuppressWarnings("unchecked") // Json makes no other maps.
  Map<String, @Nullable Object> execute(String command, Map<String, ?> arguments)
      throws IOException {
    ByteBuffer request = UTF_8.encode(request(command, arguments));
    while (request.hasRemaining()) {
      socket.write(request);
    }
    while (true) {
      Map<String, @Nullable Object> answer = Json.nextObject(answers);
      if (answer.containsKey("error")) {
        throw new IOException(command + ": " + answer.get("error"));
      }
      if (answer.containsKey("return")) {
        return answer.get("return") instanceof Map<?, ?> map
            ? (Map<String, @Nullable Object>) map
            : Map.of();
      }
    }
  }

  private static String request(String command, Map<String, ?> arguments) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("execute", command);
      json.writeObjectFieldStart("arguments");
      for (Map.Entry<String, ?> argument : arguments.entrySet()) {
        json.writeFieldName(argument.getKey());
        write(json, argument.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    return text + "\n";
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case String text -> json.writeString(text);
      case Boolean truth -> json.writeBoolean(truth);
      case Number number -> json.writeNumber(number.longValue());
      case List<?> list -> {
        json.writeStartArray();
        for (Object item : list) {
          write(json, item);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.writeFieldName(String.valueOf(entry.getKey()));
          write(json, entry.getValue());
        }
        json.writeEndObject();
      }
      default -> throw new IllegalArgumentException(value.toString());
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
