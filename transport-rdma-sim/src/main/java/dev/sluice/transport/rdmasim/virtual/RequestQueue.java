package dev.sluice.transport.rdmasim.virtual;

import org.jspecify.annotations.Nullable;

/**
 * The requests that are not complete, in order, and where among their packets the sender stands:
 * what is acknowledged, and what is sent next.
 */
final class RequestQueue {
  private @Nullable OutgoingRequest head;
  private @Nullable OutgoingRequest tail;

  /** What is sent next, from which packet on; null: all was sent. */
  private @Nullable OutgoingRequest sending;

  private int sendingPacket;

  /** The first packet number that is not acknowledged. */
  private long acknowledgedNumber;

  /** The packet number of the next new request. */
  private long nextNumber;

  /** Empties it. */
  void clear(long firstNumber) {
    head = null;
    tail = null;
    sending = null;
    acknowledgedNumber = firstNumber;
    nextNumber = firstNumber;
  }

  /** Returns the first request; null: all are complete. */
  @Nullable OutgoingRequest head() {
    return head;
  }

  /** Returns what is sent next; null: all was sent. */
  @Nullable OutgoingRequest sending() {
    return sending;
  }

  /** Returns from which of its packets on. */
  int sendingPacket() {
    return sendingPacket;
  }

  long acknowledgedNumber() {
    return acknowledgedNumber;
  }

  long nextNumber() {
    return nextNumber;
  }

  /** Returns how many packets of a request's first one are sent and not acknowledged. */
  long underWay(OutgoingRequest request, int packet) {
    return request.startNumber + packet - acknowledgedNumber;
  }

  /** Adds a request that has the next number, as the one to be sent next. */
  void add(OutgoingRequest request) {
    nextNumber += request.packetCount;
    if (tail == null) {
      head = request;
    } else {
      tail.next = request;
    }
    tail = request;
    sending = request;
    sendingPacket = 0;
  }

  /** Notes that all of the request that is being sent was, up to a packet. */
  void sentUpTo(int packet) {
    OutgoingRequest request = sending;
    if (request != null && packet == request.packetCount) {
      sending = request.next;
      sendingPacket = 0;
    } else {
      sendingPacket = packet;
    }
  }

  void acknowledge(long number) {
    acknowledgedNumber = number;
    OutgoingRequest request = sending;
    if (request != null && request.startNumber + sendingPacket < number) {
      // What was about to be sent again has arrived after all.
      sentUpTo((int) Math.min(number - request.startNumber, request.packetCount));
    }
  }

  void removeHead() {
    OutgoingRequest first = head;
    if (first != null) {
      head = first.next;
      // Whoever still has this request must not keep all that came after it.
      first.next = null;
      if (head == null) {
        tail = null;
      }
    }
  }

  /** Sends everything again that is not acknowledged. */
  void goBack() {
    OutgoingRequest first = head;
    if (first != null) {
      sending = first;
      sendingPacket = (int) (acknowledgedNumber - first.startNumber);
    }
  }

  /** Tells whether something was sent that is not acknowledged. */
  boolean isWaiting() {
    OutgoingRequest request = sending;
    return head != null
        && (request == null || request.startNumber + sendingPacket > acknowledgedNumber);
  }
}
