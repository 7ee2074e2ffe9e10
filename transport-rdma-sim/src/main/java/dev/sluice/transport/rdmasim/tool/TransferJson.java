package dev.sluice.transport.rdmasim.tool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.transport.rdmasim.simulation.FaultAction;
import dev.sluice.transport.rdmasim.simulation.FaultRule;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.LinkSetting;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What programs read: a line of JSON. */
final class TransferJson {
  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private TransferJson() {}

  private static String object(String type, Fields fields) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("type", type);
      fields.write(json);
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return line.toString();
  }

  /** What a link can be made of. */
  static String listing() {
    return object(
        "listing",
        json -> {
          json.writeArrayFieldStart("presets");
          for (LinkProfile preset : LinkProfile.presets()) {
            json.writeStartObject();
            json.writeStringField("name", preset.name());
            json.writeStringField("doc", preset.doc());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("keys");
          for (LinkSetting setting : LinkSetting.values()) {
            json.writeString(setting.key());
          }
          json.writeEndArray();
          json.writeArrayFieldStart("faults");
          for (FaultAction action : FaultAction.values()) {
            json.writeString(action.text());
          }
          json.writeEndArray();
        });
  }

  static String summary(TransferResult result, String command) {
    return object(
        "summary",
        json -> {
          settings(json, result.scenario(), command);
          outcome(json, result);
          json.writeObjectFieldStart("uses");
          for (Map.Entry<Use, Long> use : result.uses().entrySet()) {
            json.writeNumberField(use.getKey().field(), use.getValue());
          }
          json.writeEndObject();
          missedFaults(json, result.missedFaults());
          json.writeNumberField("events", result.eventCount());
          json.writeStringField("trace", result.trace());
        });
  }

  private static void settings(JsonGenerator json, Scenario scenario, String command)
      throws IOException {
    json.writeStringField("preset", scenario.link().name());
    json.writeStringField("mode", scenario.mode().text());
    json.writeNumberField("seed", scenario.seed());
    json.writeStringField("repeat", command);
  }

  private static void outcome(JsonGenerator json, TransferResult result) throws IOException {
    json.writeNumberField("bytes", result.scenario().sizeBytes());
    json.writeNumberField("time_ns", result.timeNanos());
    json.writeNumberField("rate_bits_per_s", result.scenario().effectiveLink().bitsPerSecond());
    rate(json, "goodput_bits_per_s", result.bitsPerSecond());
    rate(json, "formula_bits_per_s", Formula.bitsPerSecond(result.scenario()));
    json.writeNumberField("packets", result.sentPackets());
    json.writeNumberField("retransmissions", result.resentPackets());
    json.writeNumberField("lost", result.lostPackets());
    json.writeNumberField("acknowledgements", result.acknowledgements());
    json.writeNumberField("sequence_naks", result.sequenceNaks());
    json.writeNumberField("rnr_naks", result.notReadyNaks());
    json.writeNumberField("timeouts", result.timeouts());
    json.writeNumberField("credit_stalls", result.creditStalls());
  }

  /** Null: without limit, which JSON has no number for. */
  private static void rate(JsonGenerator json, String name, double bitsPerSecond)
      throws IOException {
    if (Double.isInfinite(bitsPerSecond)) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, Math.round(bitsPerSecond));
    }
  }

  static String sweep(Scenario scenario, SweepKey key, List<SweepPoint> points, String command) {
    return object(
        "sweep",
        json -> {
          settings(json, scenario, command);
          json.writeStringField("key", key.text());
          json.writeArrayFieldStart("points");
          for (SweepPoint point : points) {
            json.writeStartObject();
            json.writeNumberField("value", point.value());
            TransferResult result = point.result();
            if (result == null) {
              json.writeStringField("failure", point.failure());
            } else {
              outcome(json, result);
            }
            json.writeEndObject();
          }
          json.writeEndArray();
          missedFaults(json, SweepPoint.missedFaults(points));
        });
  }

  private static void missedFaults(JsonGenerator json, List<FaultRule> rules) throws IOException {
    json.writeArrayFieldStart("missed_faults");
    for (FaultRule rule : rules) {
      json.writeString(rule.toString());
    }
    json.writeEndArray();
  }

  static String error(ToolFailure failure) {
    return object(
        "error",
        json -> {
          json.writeNumberField("code", failure.code());
          json.writeStringField("kind", failure.kind());
          json.writeStringField("message", failure.getMessage());
          @Nullable String hint = failure.hint();
          if (hint == null) {
            json.writeNullField("hint");
          } else {
            json.writeStringField("hint", hint);
          }
        });
  }
}
