package dev.sluice.transport.rdmasim.simulation;

import java.util.List;
import java.util.Locale;

/**
 * Where in the course of a connection a fault is injected, and what is known there of the thing
 * that is struck; each name is also its text.
 */
public enum FaultPoint {
  /** A region of memory is being registered. */
  REGISTER(),
  /** The active side asks for a connection. */
  CONNECT("qp", "kind"),
  /** The passive side answers the request. */
  ACCEPT("qp", "kind"),
  /** A side has learnt that the connection stands. */
  ESTABLISHED("qp", "kind"),
  /** A work request was posted to the send queue. */
  POST_SEND("qp", "message"),
  /** A work request was posted to the receive queue. */
  POST_RECEIVE("qp"),
  /** The requester hands a message to the link. */
  TRANSMIT("qp", "message", "kind"),
  /** A packet is on the link. */
  LINK("qp", "message", "packet", "kind"),
  /** The responder has a packet in front of it. */
  RECEIVE("qp", "message", "packet", "kind"),
  /** Payload is about to be placed into memory. */
  PLACE("qp", "message", "packet", "kind"),
  /** The responder is about to acknowledge. */
  ACKNOWLEDGE("qp", "message", "kind"),
  /** A completion is about to be put into its queue. */
  COMPLETE("qp"),
  /** A side ends the connection. */
  DISCONNECT("qp", "kind");

  /** With spaces between, as a list is not known to be immutable. */
  private final String coordinates;

  FaultPoint(String... coordinates) {
    this.coordinates = String.join(" ", coordinates);
  }

  /**
   * Returns which of the keys {@code qp}, {@code message}, {@code packet} and {@code kind} tell
   * apart what comes to this point; a rule with another one would never strike.
   */
  public List<String> coordinates() {
    return coordinates.isEmpty() ? List.of() : List.of(coordinates.split(" ", -1));
  }

  /** Returns the name in the text of a rule, such as {@code post-send}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
