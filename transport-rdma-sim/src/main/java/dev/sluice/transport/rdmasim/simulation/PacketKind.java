package dev.sluice.transport.rdmasim.simulation;

import java.util.Locale;

/** What a packet is, as far as the link and the rules for faults care. */
public enum PacketKind {
  /** A request: send, write, or the request of a read. */
  DATA(false, false),
  /** The data that a read asked for. */
  READ_RESPONSE(false, true),
  /** An acknowledgement. */
  ACK(true, true),
  /** A negative acknowledgement of any code, receiver-not-ready included. */
  NAK(true, true),
  /** A message of the connection manager. */
  CM(true, false);

  private final boolean control;
  private final boolean response;

  PacketKind(boolean control, boolean response) {
    this.control = control;
    this.response = response;
  }

  /** Tells whether it is small, and so goes between the packets of whatever is being sent. */
  public boolean isControl() {
    return control;
  }

  /** Tells whether it is an answer: answers keep their order, and so do requests, apart. */
  public boolean isResponse() {
    return response;
  }

  /** Returns the name in the text of a rule, such as {@code read-response}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
