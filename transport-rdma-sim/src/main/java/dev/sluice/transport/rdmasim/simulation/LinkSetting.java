package dev.sluice.transport.rdmasim.simulation;

import dev.sluice.api.ByteCounts;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What can be changed in a {@link LinkProfile} by text: the keys of options and of the tool. */
public enum LinkSetting {
  /** Bits per second. */
  RATE("25Gbit, 100Mbit or inf"),
  /** One way over the wire. */
  DELAY("10us"),
  /** Adapters, payload inline. */
  INLINE("400ns"),
  /** Adapters, payload fetched from memory. */
  NOT_INLINE("1500ns"),
  /** Switches on the way. */
  HOPS("3"),
  /** Delay of each switch. */
  SWITCH_DELAY("500ns"),
  /** Payload of a packet. */
  MTU("1024"),
  /** Header bytes of a packet. */
  HEADER("82"),
  /** Bytes of an acknowledgement. */
  ACK("86"),
  /** Packets before an acknowledgement is asked for. */
  PACKETS_PER_ACK("64"),
  /**
   * A queue of this size, which loses what does not fit; {@code pause}: a queue that never does.
   */
  QUEUE("2MiB or pause"),
  /** Variation of the delay. */
  JITTER("none, uniform:10us, normal:5us:1us, exponential:5us or pareto:5us:3"),
  /** Loss of packets. */
  LOSS("none, 1e-4, gilbert-elliott:P:R, every:N or list:I:J"),
  /** Damage of packets. */
  CORRUPT("1e-6"),
  /** Duplication of packets. */
  DUPLICATE("1e-3"),
  /** Packets that are overtaken, and by how many. */
  REORDER("1e-3 or 1e-3:4"),
  /** Stretches without service; several with {@code +} between. */
  OUTAGE("none, hold:1ms:2ms or drop:1ms:2ms+drop:5ms:6ms"),
  /** Code of the acknowledgement timer. */
  TIMEOUT("14"),
  /** Bytes that a stream may have under way. */
  WINDOW("1MiB");

  private static final String REVERSE = "reverse.";

  private final String example;

  LinkSetting(String example) {
    this.example = example;
  }

  /** Returns the key, such as {@code switch-delay}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns values that may be given, for the help. */
  public String example() {
    return example;
  }

  /** Returns all keys. */
  public static List<String> keys() {
    return Arrays.stream(values()).map(LinkSetting::key).toList();
  }

  /**
   * Returns a profile with changes. Their order does not matter: what they make together is judged,
   * and the other direction begins with what they make of this one.
   */
  static LinkProfile apply(LinkProfile profile, Map<String, String> settings) {
    Map<String, String> own = new LinkedHashMap<>(settings);
    Map<String, String> reverse = new LinkedHashMap<>();
    settings.forEach(
        (key, value) -> {
          if (key.startsWith(REVERSE)) {
            own.remove(key);
            reverse.put(key.substring(REVERSE.length()), value);
          }
        });
    LinkProfile changed = changed(profile, own);
    return reverse.isEmpty()
        ? changed
        : changed.toBuilder().reverse(changed(changed.reverse(), reverse)).build();
  }

  private static LinkProfile changed(LinkProfile profile, Map<String, String> settings) {
    LinkProfileBuilder builder = profile.toBuilder();
    settings.forEach((key, value) -> of(key).change(builder, value));
    try {
      return builder.build();
    } catch (IllegalArgumentException wrong) {
      String given =
          settings.entrySet().stream().map(Object::toString).collect(Collectors.joining(","));
      throw new IllegalArgumentException(given + ": " + wrong.getMessage(), wrong);
    }
  }

  private static LinkSetting of(String key) {
    return Arrays.stream(values())
        .filter(candidate -> candidate.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + key
                        + "' is nothing of a link: use one of "
                        + String.join(", ", keys())
                        + ", or one of them behind "
                        + REVERSE));
  }

  private void change(LinkProfileBuilder builder, String value) {
    try {
      set(builder, value);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          key() + "=" + value + ": " + wrong.getMessage() + " (" + key() + "=" + example + ")",
          wrong);
    }
  }

  private void set(LinkProfileBuilder link, String text) {
    switch (this) {
      case RATE -> link.bitsPerSecond(Quantities.parseRate(text));
      case DELAY -> link.propagationNanos(Quantities.parseNanos(text));
      case INLINE -> link.inlineNanos(Quantities.parseNanos(text));
      case NOT_INLINE -> link.notInlineNanos(Quantities.parseNanos(text));
      case HOPS -> link.hops(count("hops", text, 1000));
      case SWITCH_DELAY -> link.switchNanos(Quantities.parseNanos(text));
      case MTU -> link.mtuBytes(bytes(text));
      case HEADER -> link.headerBytes(bytes(text));
      case ACK -> link.ackBytes(bytes(text));
      case PACKETS_PER_ACK -> link.packetsPerAck(count("packets-per-ack", text, 1 << 23));
      case QUEUE -> queue(link, text);
      case JITTER -> link.jitter(Jitter.parse(text));
      case LOSS -> link.loss(Loss.parse(text));
      case CORRUPT -> link.corruptProbability(Quantities.parseProbability(text));
      case DUPLICATE -> link.duplicateProbability(Quantities.parseProbability(text));
      case REORDER -> reorder(link, text);
      case OUTAGE ->
          link.outages(
              text.equals("none")
                  ? List.of()
                  : Arrays.stream(text.split("\\+", -1)).map(Outage::parse).toList());
      case TIMEOUT -> link.timeoutCode(count("timeout", text, 31));
      case WINDOW -> link.windowBytes(ByteCounts.parse(text));
    }
  }

  private static void queue(LinkProfileBuilder link, String text) {
    if (text.equals("pause")) {
      link.queuePolicy(QueuePolicy.PAUSE);
    } else {
      link.queuePolicy(QueuePolicy.DROP_TAIL).queueBytes(ByteCounts.parse(text));
    }
  }

  private static void reorder(LinkProfileBuilder link, String text) {
    int colon = text.indexOf(':');
    link.reorderProbability(
        Quantities.parseProbability(colon < 0 ? text : text.substring(0, colon)));
    if (colon >= 0) {
      link.reorderGap(count("gap", text.substring(colon + 1), 1 << 23));
    }
  }

  private static int bytes(String text) {
    return (int) Math.min(Integer.MAX_VALUE, ByteCounts.parse(text));
  }

  private static int count(String what, String text, int most) {
    return (int) Quantities.parseCount(what, text, 0, most);
  }
}
