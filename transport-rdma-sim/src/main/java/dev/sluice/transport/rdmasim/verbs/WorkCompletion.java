package dev.sluice.transport.rdmasim.verbs;

/**
 * The end of a work request.
 *
 * <p>With another status than {@link CompletionStatus#SUCCESS} only the id, the status and the
 * queue pair's number mean something.
 *
 * @param id of the request
 * @param status how it ended
 * @param opcode what it was
 * @param queuePairNumber whose request it was
 * @param byteCount of a receive: bytes of the message, or that were written by a write with
 *     immediate data; of a read or an atomic: bytes that came back
 * @param hasImmediate whether {@link #immediate} came with the message
 * @param immediate 32 bits that the sender chose
 * @param invalidatedKey the remote key that the message withdrew; 0: none
 */
public record WorkCompletion(
    long id,
    CompletionStatus status,
    CompletionOpcode opcode,
    int queuePairNumber,
    long byteCount,
    boolean hasImmediate,
    int immediate,
    int invalidatedKey) {
  static WorkCompletion of(
      long id, CompletionStatus status, CompletionOpcode opcode, int number, long byteCount) {
    return new WorkCompletion(id, status, opcode, number, byteCount, false, 0, 0);
  }

  /** Returns whether the request succeeded. */
  public boolean isSuccess() {
    return status == CompletionStatus.SUCCESS;
  }
}
