package dev.sluice.transport.rdmasim.verbs;

import org.jspecify.annotations.Nullable;

/**
 * The checks of a request that names memory of the responder, in the order that decides which error
 * wins. The same for a responder that looks into its own tables, and for a requester that looks
 * into the peer's.
 */
public final class RemoteChecks {
  private static final int ATOMIC_BYTES = 8;

  private RemoteChecks() {}

  /**
   * Judges a request without its receive.
   *
   * @param queuePair what {@link QueuePairTable#word} gave for the responder's queue pair
   * @param regions the responder's regions; the caller has {@link RegionTable#enter}ed
   * @param request what is asked for
   * @return ACCEPTED, a refusal, or SILENT
   */
  public static Verdict judge(long queuePair, RegionTable regions, RequestHeader request) {
    if (!QueuePairTable.answers(queuePair)) {
      return Verdict.SILENT;
    }
    Opcode opcode = request.opcode();
    @Nullable Access right = opcode.remoteAccess();
    if (right != null && !QueuePairTable.allows(queuePair, right)) {
      return Verdict.INVALID_REQUEST;
    }
    if (request.byteCount() < 0 || request.byteCount() > DeviceLimits.GREATEST_MESSAGE_BYTES) {
      return Verdict.INVALID_REQUEST;
    }
    if (opcode.isAtomic()
        && (request.remoteOffset() % ATOMIC_BYTES != 0 || request.byteCount() != ATOMIC_BYTES)) {
      return Verdict.INVALID_REQUEST;
    }
    // Without bytes neither the key nor the place is looked at.
    boolean known =
        right == null
            || request.byteCount() == 0
            || regions.find(
                    request.remoteKey(),
                    QueuePairTable.domain(queuePair),
                    right,
                    request.remoteOffset(),
                    request.byteCount())
                != RegionTable.NONE;
    return known ? Verdict.ACCEPTED : Verdict.REMOTE_ACCESS;
  }
}
