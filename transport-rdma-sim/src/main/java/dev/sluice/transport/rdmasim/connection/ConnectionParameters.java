package dev.sluice.transport.rdmasim.connection;

import dev.sluice.transport.rdmasim.verbs.Access;
import java.util.EnumSet;
import java.util.Set;

/**
 * What one side wants of a connection.
 *
 * <p>Each side's initiator depth is cut down to the other's responder resources. The count of
 * retries of the side that asks holds for both; how often is tried again without a receive, each
 * side tells the other.
 *
 * @param privateData for the peer's application
 * @param responderResources reads and atomics of the peer that this side carries out at a time
 * @param initiatorDepth reads and atomics of this side that are on their way at a time
 * @param retryCount how often is sent again without an answer, 0 to 7
 * @param rnrRetryCount how often the peer sends again when this side has no receive, 0 to 6; 7: for
 *     ever
 * @param timeoutCode of the time without an answer, 4.096 us x 2^code; 0: for ever
 * @param minRnrTimerCode of the time that a peer waits when this side has no receive
 * @param access what the peer may do
 */
public record ConnectionParameters(
    PrivateData privateData,
    int responderResources,
    int initiatorDepth,
    int retryCount,
    int rnrRetryCount,
    int timeoutCode,
    int minRnrTimerCode,
    Set<Access> access) {
  // 0.64 ms. Code 0, which many leave as it is, would be 655 ms.
  private static final int USUAL_RNR_TIMER_CODE = 12;
  private static final int USUAL_TIMEOUT_CODE = 14;

  /** Copies the set. */
  public ConnectionParameters {
    access = Set.copyOf(access);
  }

  /**
   * Returns usual values: 16 reads each way, 7 retries, waiting for receives for ever, a time-out
   * of 67 ms, and all access.
   */
  public static ConnectionParameters usual() {
    return new ConnectionParameters(
        PrivateData.NONE,
        16,
        16,
        7,
        7,
        USUAL_TIMEOUT_CODE,
        USUAL_RNR_TIMER_CODE,
        EnumSet.allOf(Access.class));
  }

  /**
   * Returns these with private data.
   *
   * @param data for the peer's application
   */
  public ConnectionParameters with(PrivateData data) {
    return new ConnectionParameters(
        data,
        responderResources,
        initiatorDepth,
        retryCount,
        rnrRetryCount,
        timeoutCode,
        minRnrTimerCode,
        access);
  }

  /**
   * Returns these with other limits of reads and atomics.
   *
   * @param resources see {@link #responderResources}
   * @param depth see {@link #initiatorDepth}
   */
  public ConnectionParameters withReads(int resources, int depth) {
    return new ConnectionParameters(
        privateData,
        resources,
        depth,
        retryCount,
        rnrRetryCount,
        timeoutCode,
        minRnrTimerCode,
        access);
  }

  /**
   * Returns these with other retries.
   *
   * @param retries see {@link #retryCount}
   * @param rnrRetries see {@link #rnrRetryCount}
   * @param timeout see {@link #timeoutCode}
   */
  public ConnectionParameters withRetries(int retries, int rnrRetries, int timeout) {
    return new ConnectionParameters(
        privateData,
        responderResources,
        initiatorDepth,
        retries,
        rnrRetries,
        timeout,
        minRnrTimerCode,
        access);
  }

  /**
   * Returns these with other rights.
   *
   * @param rights see {@link #access}
   */
  public ConnectionParameters with(Set<Access> rights) {
    return new ConnectionParameters(
        privateData,
        responderResources,
        initiatorDepth,
        retryCount,
        rnrRetryCount,
        timeoutCode,
        minRnrTimerCode,
        rights);
  }
}
