package dev.sluice.transport.rdmasim.verbs;

/** What a responder says to a request, or to a part of one. */
public enum Verdict {
  /** Go on. */
  ACCEPTED(0x00, CompletionStatus.SUCCESS),
  /** No receive is posted: try again after a while. Nothing has changed. */
  RECEIVER_NOT_READY(0x20, CompletionStatus.RECEIVER_NOT_READY_RETRY_EXCEEDED),
  /** The queue pair does not allow it, or the message is too long. */
  INVALID_REQUEST(0x61, CompletionStatus.REMOTE_INVALID_REQUEST_ERROR),
  /** The key, the range or the access is wrong. */
  REMOTE_ACCESS(0x62, CompletionStatus.REMOTE_ACCESS_ERROR),
  /** The responder cannot, because of something of its own. */
  REMOTE_OPERATION(0x63, CompletionStatus.REMOTE_OPERATION_ERROR),
  /** The queue pair is in no state to answer at all. */
  SILENT(-1, CompletionStatus.RETRY_EXCEEDED);

  private final int syndrome;
  private final CompletionStatus status;

  Verdict(int syndrome, CompletionStatus status) {
    this.syndrome = syndrome;
    this.status = status;
  }

  /** Returns the syndrome of the answer that says it, without a timer; -1: there is no answer. */
  public int syndrome() {
    return syndrome;
  }

  /** Returns how the requester's request ends of it, at last. */
  public CompletionStatus status() {
    return status;
  }

  /** Returns whether the request has failed, and the responder's queue pair with it. */
  public boolean isRefusal() {
    return this == INVALID_REQUEST || this == REMOTE_ACCESS || this == REMOTE_OPERATION;
  }
}
