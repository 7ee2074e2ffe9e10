package dev.sluice.transport.rdmasim.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a rule does; each name is also its text. */
public enum FaultAction {
  /** The packet is lost. */
  DROP(FaultPoint.LINK),
  /** The packet is damaged, so that the receiver discards it. */
  CORRUPT(FaultPoint.LINK),
  /** The packet arrives twice. */
  DUPLICATE(FaultPoint.LINK),
  /** The packet arrives later by {@code by}, and others may overtake it. */
  DELAY(FaultPoint.LINK, "by"),
  /** The link sends nothing from {@code from} to {@code to}, then goes on. */
  HOLD(FaultPoint.LINK, "from", "to"),
  /** The link loses everything from {@code from} to {@code to}. */
  PARTITION(FaultPoint.LINK, "from", "to"),
  /** The receiver says that it is not ready, {@code times} times. */
  RNR(FaultPoint.RECEIVE),
  /** The responder refuses with {@code code}. */
  NAK(FaultPoint.RECEIVE, "code"),
  /** The queue pair breaks. */
  QP_FATAL(FaultPoint.TRANSMIT),
  /** The completion queue has no room. */
  CQ_OVERFLOW(FaultPoint.COMPLETE),
  /** The region is deregistered while a message is being placed into it. */
  INVALIDATE_REGION(FaultPoint.PLACE),
  /** The tag in the remote key of a request is changed, as if the key were stale. */
  FLIP_KEY_TAG(FaultPoint.TRANSMIT),
  /** A packet of an earlier connection arrives. */
  STALE_PACKET(FaultPoint.ESTABLISHED),
  /** The payload is placed in another order than it came in. */
  SCRAMBLE_PLACEMENT(FaultPoint.PLACE),
  /** The side that reaches {@code point} is gone from there on. */
  CRASH(FaultPoint.TRANSMIT, "point"),
  /** The side that reaches {@code point} does nothing for {@code by}. */
  FREEZE(FaultPoint.TRANSMIT, "point", "by"),
  /** Registering memory takes {@code by} for each MiB. */
  SLOW_REGISTRATION(FaultPoint.REGISTER, "by"),
  /** Registering memory fails. */
  FAIL_REGISTRATION(FaultPoint.REGISTER);

  private final FaultPoint defaultPoint;

  /** With spaces between, as a list is not known to be immutable. */
  private final String requiredKeys;

  FaultAction(FaultPoint defaultPoint, String... requiredKeys) {
    this.defaultPoint = defaultPoint;
    this.requiredKeys = String.join(" ", requiredKeys);
  }

  /** Returns where it is carried out, where a rule says nothing else. */
  public FaultPoint defaultPoint() {
    return defaultPoint;
  }

  /** Returns whether it is carried out at a point, or would be accepted there and do nothing. */
  public boolean isPossibleAt(FaultPoint point) {
    return switch (this) {
      case CRASH, FREEZE -> point != FaultPoint.LINK;
      // Registering concerns no queue pair; one that breaks while it completes would complete the
      // requests behind before the one in hand.
      case QP_FATAL ->
          point != FaultPoint.LINK && point != FaultPoint.REGISTER && point != FaultPoint.COMPLETE;
      default -> point == defaultPoint;
    };
  }

  /** Returns the keys that a rule's text must give. */
  public List<String> requiredKeys() {
    return requiredKeys.isEmpty() ? List.of() : List.of(requiredKeys.split(" ", -1));
  }

  /**
   * Returns the keys that a rule's text may give beside those that it must: what is struck, and
   * when.
   */
  public List<String> optionalKeys() {
    if (isOutage()) {
      return List.of("link");
    }
    List<String> keys =
        new ArrayList<>(
            List.of(
                "link", "qp", "message", "packet", "kind", "occurrence", "times", "from", "to"));
    // Who strikes on a link can strike nowhere else, and registration has one place only.
    if (defaultPoint != FaultPoint.LINK
        && defaultPoint != FaultPoint.REGISTER
        && !requiredKeys().contains("point")) {
      keys.add("point");
    }
    return List.copyOf(keys);
  }

  /** Tells whether it strikes a stretch of time in place of a packet or message. */
  public boolean isOutage() {
    return this == HOLD || this == PARTITION;
  }

  /** Returns the name in the text of a rule, such as {@code qp-fatal}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
