package dev.sluice.transport.rdmasim.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one direction of a link behaves, and what that asks of those who use it. Immutable.
 *
 * <p>Begin with {@link #preset} or {@link #parse}, and change it with {@link #with} or {@link
 * #toBuilder}.
 *
 * @param name of the preset it began as
 * @param doc a sentence for people
 * @param bitsPerSecond rate of one direction; 0: without limit
 * @param propagationNanos one way over the wire, in ns
 * @param inlineNanos one way through both adapters, in ns, for payload that came with its work
 *     request
 * @param notInlineNanos the same for payload that the adapter fetches from memory
 * @param hops switches on the way
 * @param switchNanos what each switch adds, in ns
 * @param mtuBytes the most payload in a packet
 * @param headerBytes of each packet, gaps between packets included
 * @param ackBytes an acknowledgement on the wire, all included
 * @param packetsPerAck the most packets before an acknowledgement is asked for
 * @param queueBytes room of the queue, for DROP_TAIL
 * @param queuePolicy what happens when the queue is full
 * @param jitter how delays vary
 * @param loss which packets are lost
 * @param corruptProbability of a packet to be damaged, and so discarded
 * @param duplicateProbability of a packet to arrive twice
 * @param reorderProbability of a packet to be overtaken
 * @param reorderGap how many packets overtake it
 * @param outages when the link does not work
 * @param timeoutCode of the acknowledgement timer, 4.096 us * 2^code; 0: no timer
 * @param windowBytes how much of each queue pair may be under way without an acknowledgement, in
 *     whole packets; 0: as much as packet numbers can tell apart, 2^23 packets
 * @param reverseOrNull the other direction, if it differs
 */
public record LinkProfile(
    String name,
    String doc,
    long bitsPerSecond,
    long propagationNanos,
    long inlineNanos,
    long notInlineNanos,
    int hops,
    long switchNanos,
    int mtuBytes,
    int headerBytes,
    int ackBytes,
    int packetsPerAck,
    long queueBytes,
    QueuePolicy queuePolicy,
    Jitter jitter,
    Loss loss,
    double corruptProbability,
    double duplicateProbability,
    double reorderProbability,
    int reorderGap,
    List<Outage> outages,
    int timeoutCode,
    long windowBytes,
    @Nullable LinkProfile reverseOrNull) {
  /** 4.096 us, what the code 0 would be if it were not "no timer". */
  private static final long TIMEOUT_UNIT_NANOS = 4096;

  private static final int GREATEST_TIMEOUT_CODE = 31;

  // 1.05 ms: below it, one queue in a switch that fills for a moment looks like a loss.
  private static final int LEAST_SUGGESTED_TIMEOUT_CODE = 8;

  // What a timer waits, in round trips: an answer may wait in queues as long as it travels.
  private static final int ROUND_TRIPS_PER_TIMEOUT = 4;

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public LinkProfile {
    check("rate", bitsPerSecond, 0, Quantities.HIGHEST_BITS_PER_SECOND);
    check("delay", propagationNanos, 0, Quantities.LONGEST_NANOS);
    check("inline", inlineNanos, 0, 1_000_000_000);
    check("not-inline", notInlineNanos, 0, 1_000_000_000);
    check("hops", hops, 0, 1000);
    check("switch-delay", switchNanos, 0, 1_000_000_000);
    check("mtu", mtuBytes, 1, 65_536);
    check("header", headerBytes, 0, 1000);
    check("ack", ackBytes, 0, 1000);
    check("packets-per-ack", packetsPerAck, 1, 1 << 23);
    check("queue", queueBytes, 0, Long.MAX_VALUE);
    check("reorder gap", reorderGap, 1, 1 << 23);
    check("timeout", timeoutCode, 0, GREATEST_TIMEOUT_CODE);
    check("window", windowBytes, 0, Long.MAX_VALUE);
    checkProbability("corrupt", corruptProbability);
    checkProbability("duplicate", duplicateProbability);
    checkProbability("reorder", reorderProbability);
    outages = List.copyOf(outages);
    // There are two directions; what a reverse says of its own reverse is not asked for.
    if (reverseOrNull != null && reverseOrNull.reverseOrNull != null) {
      reverseOrNull = reverseOrNull.alone();
    }
    if (queuePolicy == QueuePolicy.DROP_TAIL && queueBytes < mtuBytes + 2L * headerBytes) {
      throw new IllegalArgumentException(
          "a queue of " + queueBytes + " bytes has no room for a packet of " + mtuBytes);
    }
  }

  private static void check(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " of a link is " + value + ", outside " + least + " to " + most);
    }
  }

  private static void checkProbability(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(what + " of a link is " + value + ", outside 0 to 1");
    }
  }

  /** Returns all presets, each with its name and a sentence about it, from near to far. */
  public static List<LinkProfile> presets() {
    return LinkPresets.all();
  }

  /**
   * Returns a preset.
   *
   * @param name such as {@code metro100}
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static LinkProfile preset(String name) {
    return presets().stream()
        .filter(profile -> profile.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + name
                        + "' is no preset of a link: use one of "
                        + String.join(", ", presets().stream().map(LinkProfile::name).toList())));
  }

  /**
   * Returns a preset with changes, in any order: the other direction is this one with the changes
   * that concern it alone.
   *
   * @param text {@code PRESET[,key=value...]}, such as {@code
   *     roce25-rack,loss=1e-4,reverse.rate=1Gbit}
   * @throws IllegalArgumentException if there is no such preset or key, or a value is none
   */
  public static LinkProfile parse(String text) {
    String[] parts = text.split(",", -1);
    LinkProfile preset = preset(parts[0]);
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "'" + parts[i] + "' in '" + text + "' is not key=value, such as loss=1e-4");
      }
      settings.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
    }
    return LinkSetting.apply(preset, settings);
  }

  /**
   * Returns this with one change.
   *
   * @param key one of {@link LinkSetting#keys}; behind {@code reverse.} it concerns the other
   *     direction alone
   * @param value such as {@code 25Gbit}, {@code 10us}, {@code 1e-4}
   * @throws IllegalArgumentException if there is no such key, which the message then lists, or the
   *     value is none
   */
  public LinkProfile with(String key, String value) {
    return LinkSetting.apply(this, Map.of(key, value));
  }

  /** Returns a builder that begins with all the values of this. */
  public LinkProfileBuilder toBuilder() {
    return new LinkProfileBuilder(this);
  }

  /**
   * Returns the other direction, whose reverse is this one: a profile of its own, or this very one.
   */
  public LinkProfile reverse() {
    return reverseOrNull == null ? this : reverseOrNull.toBuilder().reverse(alone()).build();
  }

  private LinkProfile alone() {
    return toBuilder().reverse(null).build();
  }

  /** Returns the way over wire and switches, adapters not included, in ns. */
  public long oneWayNanos() {
    return propagationNanos + hops * switchNanos;
  }

  /** Returns the time in ns from sending a small message not inline to its acknowledgement. */
  public long roundTripNanos() {
    return oneWayNanos() + notInlineNanos + reverse().oneWayNanos();
  }

  /** Returns the bytes that the link can have under way at once; 0 for a rate without limit. */
  public long bandwidthDelayProductBytes() {
    return new LineRate(bitsPerSecond).bytesIn(roundTripNanos() * Link.PICOS_PER_NANO);
  }

  /** Returns the share of payload in the bytes of a full packet. */
  public double payloadEfficiency() {
    return mtuBytes / (double) (mtuBytes + headerBytes);
  }

  /**
   * Returns the share of the rate that go-back-N leaves of a window that is full and no smaller
   * than what the link holds: {@link #goBackNEfficiency(double, double)} with as many packets under
   * way as the bandwidth-delay product has of payload, rate × round trip / MTU.
   *
   * @param lossProbability of each packet, 0 to 1
   */
  public double goBackNEfficiency(double lossProbability) {
    return goBackNEfficiency(lossProbability, bandwidthDelayProductBytes() / (double) mtuBytes);
  }

  /**
   * Returns the share of the rate that go-back-N leaves where each loss costs all packets under
   * way: (1-p) / (1-p+pW).
   *
   * @param lossProbability p of each packet, 0 to 1
   * @param packetsUnderWay W
   */
  public static double goBackNEfficiency(double lossProbability, double packetsUnderWay) {
    double surviving = 1 - lossProbability;
    return surviving / (surviving + lossProbability * packetsUnderWay);
  }

  /** Returns the time of the acknowledgement timer in ns; 0: there is none. */
  public long timeoutNanos() {
    return timeoutNanos(timeoutCode);
  }

  private static long timeoutNanos(int code) {
    return code == 0 ? 0 : TIMEOUT_UNIT_NANOS << code;
  }

  /**
   * Returns the smallest code whose timer waits for 4 round trips and, where packets queue, for the
   * queue; at least 8, which is 1.05 ms.
   */
  public int suggestedTimeoutCode() {
    double queuePicos = new LineRate(bitsPerSecond).roughPicosOf(queueBytes);
    double atLeastNanos =
        ROUND_TRIPS_PER_TIMEOUT * (roundTripNanos() + queuePicos / Link.PICOS_PER_NANO);
    int code = LEAST_SUGGESTED_TIMEOUT_CODE;
    while (code < GREATEST_TIMEOUT_CODE && timeoutNanos(code) < atLeastNanos) {
      code++;
    }
    return code;
  }

  /** Returns the window of the profile or, where it names none, twice what the link holds. */
  public long suggestedWindowBytes() {
    return windowBytes > 0
        ? windowBytes
        : Math.max(2 * bandwidthDelayProductBytes(), 16L * mtuBytes);
  }

  /** Returns what will go badly with these values, each as a sentence with a remedy. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    long roundTripNanos = roundTripNanos();
    if (timeoutCode > 0 && timeoutNanos() < roundTripNanos) {
      warnings.add(
          "the timeout code "
              + timeoutCode
              + " waits "
              + timeoutNanos()
              + " ns, less than the round trip of "
              + roundTripNanos
              + " ns, so that everything is sent again: use timeout="
              + suggestedTimeoutCode());
    }
    long heldBytes = bandwidthDelayProductBytes();
    if (windowBytes > 0 && windowBytes < 2 * heldBytes) {
      warnings.add(
          "the window of "
              + windowBytes
              + " bytes is less than twice the "
              + heldBytes
              + " bytes that the link holds, so that it may be idle: use window="
              + 2 * heldBytes);
    }
    return warnings;
  }
}
