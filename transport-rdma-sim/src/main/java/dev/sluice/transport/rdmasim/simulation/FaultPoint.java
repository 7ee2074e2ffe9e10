package dev.sluice.transport.rdmasim.simulation;

import java.util.Locale;

/** Where in the course of a connection a fault is injected; each name is also its text. */
public enum FaultPoint {
  /** A region of memory is being registered. */
  REGISTER,
  /** The active side asks for a connection. */
  CONNECT,
  /** The passive side answers the request. */
  ACCEPT,
  /** A side has learnt that the connection stands. */
  ESTABLISHED,
  /** A work request was posted to the send queue. */
  POST_SEND,
  /** A work request was posted to the receive queue. */
  POST_RECEIVE,
  /** The requester hands a message to the link. */
  TRANSMIT,
  /** A packet is on the link. */
  LINK,
  /** The responder has a packet in front of it. */
  RECEIVE,
  /** Payload is about to be placed into memory. */
  PLACE,
  /** The responder is about to acknowledge. */
  ACKNOWLEDGE,
  /** A completion is about to be put into its queue. */
  COMPLETE,
  /** A side ends the connection. */
  DISCONNECT;

  /** Returns the name in the text of a rule, such as {@code post-send}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
