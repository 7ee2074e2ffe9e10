package dev.sluice.transport.rdmasim.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The text of a {@link FaultRule}. */
final class FaultSyntax {
  private static final List<String> NAK_CODES =
      List.of("sequence", "invalid-request", "remote-access", "remote-operational");

  private FaultSyntax() {}

  static FaultRule parse(String text) {
    int colon = text.indexOf(':');
    FaultAction action =
        named(
            "fault",
            colon < 0 ? text : text.substring(0, colon),
            FaultAction.values(),
            FaultAction::text);
    Map<String, String> given = colon < 0 ? Map.of() : pairs(text, text.substring(colon + 1));
    checkKeys(text, action, given);
    long fromNanos = nanos(given, "from");
    long toNanos = nanos(given, "to");
    if (given.containsKey("to") && toNanos <= fromNanos) {
      throw new IllegalArgumentException("'" + text + "' ends before it begins");
    }
    String kind = given.get("kind");
    String point = given.get("point");
    String code = given.get("code");
    try {
      return new FaultRule(
          action,
          point == null
              ? action.defaultPoint()
              : named("point", point, FaultPoint.values(), FaultPoint::text),
          given.getOrDefault("link", ""),
          kind == null ? null : named("kind", kind, PacketKind.values(), PacketKind::text),
          number(given, "qp", 0, FaultRule.ANY),
          number(given, "message", 0, FaultRule.ANY),
          number(given, "packet", 0, FaultRule.ANY),
          number(given, "occurrence", 1, 1),
          "all".equals(given.get("times")) ? Long.MAX_VALUE : number(given, "times", 1, 1),
          nanos(given, "by"),
          fromNanos,
          toNanos,
          code == null ? 0 : nakCode(code));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("'" + text + "': " + wrong.getMessage(), wrong);
    }
  }

  private static Map<String, String> pairs(String text, String list) {
    Map<String, String> given = new TreeMap<>();
    for (String pair : list.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals <= 0 || equals == pair.length() - 1) {
        throw new IllegalArgumentException("'" + pair + "' in '" + text + "' is not key=value");
      }
      String key = pair.substring(0, equals);
      if (given.put(key, pair.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("'" + text + "' gives " + key + " twice");
      }
    }
    return given;
  }

  private static void checkKeys(String text, FaultAction action, Map<String, String> given) {
    TreeSet<String> known = new TreeSet<>(action.requiredKeys());
    known.addAll(action.optionalKeys());
    for (String key : given.keySet()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "'" + text + "': " + action.text() + " does not take " + key + ", only " + known);
      }
    }
    for (String key : action.requiredKeys()) {
      if (!given.containsKey(key)) {
        throw new IllegalArgumentException("'" + text + "': " + action.text() + " needs " + key);
      }
    }
  }

  private static <T> T named(String what, String text, T[] all, Function<T, String> name) {
    for (T candidate : all) {
      if (name.apply(candidate).equals(text)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is no "
            + what
            + ": use one of "
            + String.join(", ", Arrays.stream(all).map(name).toList()));
  }

  private static int nakCode(String text) {
    int code = NAK_CODES.indexOf(text);
    if (code < 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is no code of a NAK: use one of " + String.join(", ", NAK_CODES));
    }
    return code;
  }

  private static long nanos(Map<String, String> given, String key) {
    String text = given.get(key);
    return text == null ? 0 : Quantities.parseNanos(text);
  }

  private static long number(Map<String, String> given, String key, long least, long otherwise) {
    String text = given.get(key);
    return text == null ? otherwise : Quantities.parseCount(key, text, least, Long.MAX_VALUE - 1);
  }

  static String format(FaultRule rule) {
    List<String> pairs = new ArrayList<>();
    add(pairs, "qp", rule.queuePair() == FaultRule.ANY ? null : rule.queuePair());
    add(pairs, "message", rule.message() == FaultRule.ANY ? null : rule.message());
    add(pairs, "packet", rule.packet() == FaultRule.ANY ? null : rule.packet());
    add(pairs, "kind", rule.kind() == null ? null : rule.kind().text());
    add(pairs, "occurrence", rule.occurrence() == 1 ? null : rule.occurrence());
    add(
        pairs,
        "times",
        rule.times() == 1 ? null : rule.times() == Long.MAX_VALUE ? "all" : rule.times());
    FaultAction action = rule.action();
    boolean pointIsGiven =
        rule.point() != action.defaultPoint() || action.requiredKeys().contains("point");
    add(pairs, "point", pointIsGiven ? rule.point().text() : null);
    add(
        pairs,
        "by",
        action.requiredKeys().contains("by") ? Quantities.formatNanos(rule.byNanos()) : null);
    add(pairs, "code", action == FaultAction.NAK ? NAK_CODES.get(rule.code()) : null);
    boolean hasFrom = action.isOutage() || rule.fromNanos() > 0;
    add(pairs, "from", hasFrom ? Quantities.formatNanos(rule.fromNanos()) : null);
    add(pairs, "to", rule.toNanos() > 0 ? Quantities.formatNanos(rule.toNanos()) : null);
    add(pairs, "link", rule.link().isEmpty() ? null : rule.link());
    return pairs.isEmpty() ? action.text() : action.text() + ":" + String.join(",", pairs);
  }

  private static void add(List<String> pairs, String key, @Nullable Object value) {
    if (value != null) {
      pairs.add(key + "=" + value);
    }
  }
}
