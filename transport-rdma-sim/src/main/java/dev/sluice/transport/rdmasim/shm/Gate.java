package dev.sluice.transport.rdmasim.shm;

/**
 * The word in the responder's memory by which both agree on what becomes of a request for which no
 * receive was posted: the requester gives it up, or the responder takes it, and never both. The
 * number of the connection's life is part of the word, so that what a former life left means
 * nothing.
 *
 * @param word in shared memory
 */
record Gate(SharedCounter word) {
  private static final int STATE_BITS = 2;
  private static final long OPEN = 1;
  private static final long GIVEN_UP = 2;
  private static final long TAKEN = 3;

  private static long value(int epoch, long state) {
    return ((long) epoch << STATE_BITS) | state;
  }

  /** The requester begins. */
  void open(int epoch) {
    word.release(value(epoch, OPEN));
  }

  /** The requester wants to end. Returns false if the responder has just taken a request. */
  boolean giveUp(int epoch) {
    return word.replace(value(epoch, OPEN), value(epoch, GIVEN_UP)) || isGivenUp(epoch);
  }

  /** The requester ends, whatever the responder does. */
  void shut(int epoch) {
    word.release(value(epoch, GIVEN_UP));
  }

  boolean isGivenUp(int epoch) {
    return word.acquire() == value(epoch, GIVEN_UP);
  }

  /** The responder takes a request that it was not ready for before. */
  boolean take(int epoch) {
    return word.replace(value(epoch, OPEN), value(epoch, TAKEN));
  }

  /** The responder is done with it. */
  void reopen(int epoch) {
    word.replace(value(epoch, TAKEN), value(epoch, OPEN));
  }
}
