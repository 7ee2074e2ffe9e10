package dev.sluice.transport.rdmasim.verbs;

import java.util.Arrays;

/**
 * How a work request ended. On a reliable connection every status but {@link #SUCCESS} puts the
 * queue pair into {@link QueuePairState#ERR}.
 *
 * <p>The numbers are those of verbs; the statuses that no reliable connection can have are left
 * out.
 */
public enum CompletionStatus {
  /** Done, and so are all earlier requests of the same send queue. */
  SUCCESS(0, "success"),
  /** A message did not fit the receive it was for. */
  LOCAL_LENGTH_ERROR(1, "local length error"),
  /** The queue pair could not carry the request out. */
  LOCAL_QUEUE_PAIR_OPERATION_ERROR(2, "local QP operation error"),
  /** A local key is unknown or of another domain, or its region too small or not to be written. */
  LOCAL_PROTECTION_ERROR(4, "local protection error"),
  /** The request was outstanding, or posted, while the queue pair was in error. */
  FLUSHED(5, "work request flushed error"),
  /** Invalidating a region failed. */
  MEMORY_MANAGEMENT_ERROR(6, "memory management operation error"),
  /** An answer that does not belong to the request. */
  BAD_RESPONSE_ERROR(7, "bad response error"),
  /** A local buffer could not be used while a write with immediate data came in. */
  LOCAL_ACCESS_ERROR(8, "local access error"),
  /** The peer's queue pair does not allow the operation, or its receive was too small. */
  REMOTE_INVALID_REQUEST_ERROR(9, "remote invalid request error"),
  /** The peer's key is wrong or stale, or does not allow the access or the range. */
  REMOTE_ACCESS_ERROR(10, "remote access error"),
  /** The peer could not complete because of something of its own. */
  REMOTE_OPERATION_ERROR(11, "remote operation error"),
  /** No answer after all retries: the peer is gone, silent, or was never there. */
  RETRY_EXCEEDED(12, "transport retry counter exceeded"),
  /** The peer had no receive posted, too often. */
  RECEIVER_NOT_READY_RETRY_EXCEEDED(13, "RNR retry counter exceeded"),
  /** The device broke. */
  FATAL_ERROR(19, "fatal error"),
  /** Something else. */
  GENERAL_ERROR(21, "general error");

  private final int code;
  private final String text;

  CompletionStatus(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /** Returns the number that verbs gives it. */
  public int code() {
    return code;
  }

  /**
   * Returns the status of a number.
   *
   * @param code see {@link #code}
   * @throws IllegalArgumentException if no status has it
   */
  public static CompletionStatus of(int code) {
    return Arrays.stream(values())
        .filter(status -> status.code == code)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no completion status " + code));
  }

  @Override
  public String toString() {
    return text;
  }
}
