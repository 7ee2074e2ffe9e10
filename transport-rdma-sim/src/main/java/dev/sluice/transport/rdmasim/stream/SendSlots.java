package dev.sluice.transport.rdmasim.stream;

/**
 * The places of a send queue. Places of unsignaled requests become free with a later signaled one,
 * so one in so many has to be signaled.
 */
final class SendSlots {
  private final int capacity;
  private final int signalEvery;
  private long postedCount;
  private long freedCount;

  SendSlots(int capacity, int signalEvery) {
    this.capacity = capacity;
    this.signalEvery = signalEvery;
  }

  /** Returns whether a request can be posted that leaves so many places free. */
  boolean hasRoom(int reserved) {
    return postedCount - freedCount < capacity - reserved;
  }

  /** Returns the id of the next request. */
  long nextId() {
    return postedCount + 1;
  }

  boolean isNextSignaled() {
    return nextId() % signalEvery == 0;
  }

  void posted() {
    postedCount++;
  }

  void completed(long id) {
    freedCount = id;
  }
}
