package dev.sluice.transport.rdmasim.verbs;

/** What a completion tells of. */
public enum CompletionOpcode {
  /** A send of any kind. */
  SEND(0),
  /** A write, with immediate data or without. */
  WRITE(1),
  /** A read. */
  READ(2),
  /** A compare and swap. */
  COMPARE_AND_SWAP(3),
  /** A fetch and add. */
  FETCH_AND_ADD(4),
  /** A local invalidate. */
  LOCAL_INVALIDATE(6),
  /** A receive that a send filled. */
  RECEIVE(128),
  /** A receive that a write with immediate data used up; its buffer is untouched. */
  RECEIVE_WRITE_WITH_IMMEDIATE(129);

  private static final int RECEIVE_SIDE = 128;

  private final int code;

  CompletionOpcode(int code) {
    this.code = code;
  }

  /** Returns the number that verbs gives it. */
  public int code() {
    return code;
  }

  /** Returns whether it tells of a receive. */
  public boolean isReceive() {
    return (code & RECEIVE_SIDE) != 0;
  }
}
