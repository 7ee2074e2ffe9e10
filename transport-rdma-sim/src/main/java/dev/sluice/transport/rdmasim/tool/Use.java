package dev.sluice.transport.rdmasim.tool;

import java.util.Locale;

/** What the sender's link did, or what it stood still for: every moment is one of these. */
enum Use {
  /** It sent packets for the first time, headers included. */
  SENDING("sending"),
  /** It sent packets that had to be sent again, or that were sent behind a gap. */
  SENDING_AGAIN("sending again"),
  /** An outage held it. */
  HELD("held by an outage"),
  /** It was idle for want of a credit of the stream's receiver. */
  CREDIT("waiting for credit"),
  /** It was idle as the window of packets, or the send queue, was full. */
  WINDOW("waiting for the window"),
  /** It was idle until the acknowledgement timer expired. */
  TIMEOUT("waiting for the time-out"),
  /** It was idle because the receiver was not ready. */
  NOT_READY("waiting after RNR NAKs"),
  /** It was idle with all sent: bytes, or the answer to them, were still on the way. */
  PROPAGATION("waiting for the answer");

  private final String text;

  Use(String text) {
    this.text = text;
  }

  /** Returns what it is called in reports. */
  String text() {
    return text;
  }

  /** Returns the name of the field in JSON. */
  String field() {
    return name().toLowerCase(Locale.ROOT) + "_ns";
  }
}
