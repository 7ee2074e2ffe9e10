package dev.sluice.transport.rdmasim.simulation;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One fault: what happens, and to whom, in coordinates that keep their meaning when the rest of the
 * run changes. The text of a rule is {@code ACTION:key=value,...}, such as {@code
 * drop:qp=5,message=17,packet=3}; see {@link #parse}.
 *
 * @param action what happens
 * @param point where
 * @param link the name of the link, in the direction in which the side that is struck sends; empty:
 *     every one
 * @param kind of packet; null: any
 * @param queuePair number of the sender's queue pair; {@link #ANY}
 * @param message number of the message on its queue pair, from 0 in the order of posting; {@link
 *     #ANY}
 * @param packet index of the packet in its message, from 0; {@link #ANY}
 * @param occurrence the first match that counts: 1 is the very first
 * @param times how many matches from there on; {@link Long#MAX_VALUE}: all
 * @param byNanos a length of time in ns, for those actions that have one
 * @param fromNanos virtual time from which on it strikes; the start of an outage
 * @param toNanos virtual time from which on it strikes no more; 0: never; the end of an outage
 * @param code of a negative acknowledgement: 0 sequence, 1 invalid request, 2 remote access, 3
 *     remote operational
 */
public record FaultRule(
    FaultAction action,
    FaultPoint point,
    String link,
    @Nullable PacketKind kind,
    long queuePair,
    long message,
    long packet,
    long occurrence,
    long times,
    long byNanos,
    long fromNanos,
    long toNanos,
    int code) {
  /** Stands for every queue pair, message or packet. */
  public static final long ANY = -1;

  /** Refuses what nobody could carry out, and what could never strike. */
  public FaultRule {
    if (!action.isPossibleAt(point)) {
      throw new IllegalArgumentException(
          action.text()
              + " cannot be done at the point "
              + point.text()
              + ", only at "
              + Arrays.stream(FaultPoint.values())
                  .filter(action::isPossibleAt)
                  .map(FaultPoint::text)
                  .collect(Collectors.joining(", ")));
    }
    requireKnown(point, "qp", queuePair != ANY);
    requireKnown(point, "message", message != ANY);
    requireKnown(point, "packet", packet != ANY);
    requireKnown(point, "kind", kind != null);
  }

  private static void requireKnown(FaultPoint point, String coordinate, boolean given) {
    List<String> known = point.coordinates();
    if (given && !known.contains(coordinate)) {
      throw new IllegalArgumentException(
          "the point "
              + point.text()
              + " knows no "
              + coordinate
              + ", so that the rule would never strike: use "
              + (known.isEmpty() ? "" : String.join(", ", known) + " or ")
              + "occurrence");
    }
  }

  /**
   * Reads a rule.
   *
   * <p>Every action takes {@code link}, {@code qp}, {@code message}, {@code packet}, {@code kind},
   * {@code occurrence}, {@code times} (a number or {@code all}), {@code from} and {@code to}; some
   * take {@code by}, {@code code} or {@code point}. What a point does not know ({@link
   * FaultPoint#coordinates}) and where an action is not carried out ({@link
   * FaultAction#isPossibleAt}) is refused. Outages take {@code from}, {@code to} and {@code link}
   * alone.
   *
   * @param text such as {@code nak:qp=5,message=2,code=remote-access} or {@code
   *     partition:from=1ms,to=3ms}
   * @throws IllegalArgumentException if it is none; the message tells what would be
   */
  public static FaultRule parse(String text) {
    return FaultSyntax.parse(text);
  }

  /**
   * Returns a rule that strikes the first packet, message or event that fits.
   *
   * @param action not an outage
   * @param queuePair {@link #ANY} or the number
   * @param message {@link #ANY} or the number, from 0
   * @param packet {@link #ANY} or the index, from 0
   */
  public static FaultRule once(FaultAction action, long queuePair, long message, long packet) {
    return new FaultRule(
        action, action.defaultPoint(), "", null, queuePair, message, packet, 1, 1, 0, 0, 0, 0);
  }

  boolean fits(FaultPoint where, String over, @Nullable PacketKind what, long qp, long number) {
    return point == where
        && !action.isOutage()
        && (link.isEmpty() || link.equals(over))
        && (kind == null || kind == what)
        && (queuePair == ANY || queuePair == qp)
        && (message == ANY || message == number);
  }

  boolean fitsTime(long nowNanos) {
    return nowNanos >= fromNanos && (toNanos == 0 || nowNanos < toNanos);
  }

  boolean fitsPacket(long index) {
    return packet == ANY || packet == index;
  }

  /** Tells whether the nth thing that fits is struck. */
  boolean strikes(long nth) {
    return nth >= occurrence && nth - occurrence < times;
  }

  /** Returns the text, which parses back to an equal rule. */
  @Override
  public String toString() {
    return FaultSyntax.format(this);
  }
}
