package dev.sluice.transport.rdmasim.verbs;

import org.jspecify.annotations.Nullable;

/** What a request of the send queue does. */
public enum Opcode {
  /** Writes into the peer's memory; the peer's program is told nothing. */
  WRITE(0, CompletionOpcode.WRITE),
  /** Writes into the peer's memory, and completes a receive there with 32 bits of data. */
  WRITE_WITH_IMMEDIATE(1, CompletionOpcode.WRITE),
  /** Fills a receive of the peer. */
  SEND(2, CompletionOpcode.SEND),
  /** Fills a receive of the peer, with 32 bits of data beside it. */
  SEND_WITH_IMMEDIATE(3, CompletionOpcode.SEND),
  /** Reads the peer's memory. */
  READ(4, CompletionOpcode.READ),
  /** Replaces 8 bytes of the peer's memory if they are what is expected, and gives the old ones. */
  COMPARE_AND_SWAP(5, CompletionOpcode.COMPARE_AND_SWAP),
  /** Adds to 8 bytes of the peer's memory, and gives the old ones. */
  FETCH_AND_ADD(6, CompletionOpcode.FETCH_AND_ADD),
  /** Withdraws a key of this side. */
  LOCAL_INVALIDATE(7, CompletionOpcode.LOCAL_INVALIDATE),
  /** Fills a receive of the peer, and withdraws one of its keys before. */
  SEND_WITH_INVALIDATE(9, CompletionOpcode.SEND);

  private final int code;
  private final CompletionOpcode completion;

  Opcode(int code, CompletionOpcode completion) {
    this.code = code;
    this.completion = completion;
  }

  /** Returns the number that verbs gives it. */
  public int code() {
    return code;
  }

  /** Returns what its completion says. */
  public CompletionOpcode completion() {
    return completion;
  }

  /** Returns whether it fills a receive of the peer with its bytes. */
  public boolean isSend() {
    return this == SEND || this == SEND_WITH_IMMEDIATE || this == SEND_WITH_INVALIDATE;
  }

  /** Returns whether it writes at a place that it names. */
  public boolean isWrite() {
    return this == WRITE || this == WRITE_WITH_IMMEDIATE;
  }

  /** Returns whether it changes 8 bytes in one step. */
  public boolean isAtomic() {
    return this == COMPARE_AND_SWAP || this == FETCH_AND_ADD;
  }

  /** Returns whether the peer answers with bytes. */
  public boolean isAnswered() {
    return this == READ || isAtomic();
  }

  /** Returns whether a receive of the peer is used up. */
  public boolean takesReceive() {
    return isSend() || this == WRITE_WITH_IMMEDIATE;
  }

  /** Returns whether it has 32 bits of data beside its bytes. */
  public boolean hasImmediate() {
    return this == WRITE_WITH_IMMEDIATE || this == SEND_WITH_IMMEDIATE;
  }

  /** Returns what the peer's region, and its queue pair, must allow; null: nothing. */
  @Nullable Access remoteAccess() {
    return isWrite()
        ? Access.REMOTE_WRITE
        : this == READ ? Access.REMOTE_READ : isAtomic() ? Access.REMOTE_ATOMIC : null;
  }
}
