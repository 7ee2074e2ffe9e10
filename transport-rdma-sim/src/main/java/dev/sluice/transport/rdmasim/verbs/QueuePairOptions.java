package dev.sluice.transport.rdmasim.verbs;

/**
 * What a queue pair is made with.
 *
 * @param sendCompletions where its send queue completes
 * @param receiveCompletions where its receive queue completes; may be the same
 * @param maxSendRequests size of the send queue
 * @param maxReceiveRequests size of the receive queue
 * @param maxPieces of one request
 * @param maxInlineBytes of one request
 */
public record QueuePairOptions(
    CompletionQueue sendCompletions,
    CompletionQueue receiveCompletions,
    int maxSendRequests,
    int maxReceiveRequests,
    int maxPieces,
    int maxInlineBytes) {
  /**
   * Returns options of usual sizes: 128 requests a queue, 4 pieces, 220 bytes inline.
   *
   * @param completions where both queues complete
   */
  public static QueuePairOptions of(CompletionQueue completions) {
    return new QueuePairOptions(completions, completions, 128, 128, 4, 220);
  }

  /**
   * Returns these options with other sizes of the queues.
   *
   * @param send requests of the send queue
   * @param receive requests of the receive queue
   */
  public QueuePairOptions withQueues(int send, int receive) {
    return new QueuePairOptions(
        sendCompletions, receiveCompletions, send, receive, maxPieces, maxInlineBytes);
  }

  /**
   * Returns these options with another limit of inline bytes.
   *
   * @param byteCount of one request
   */
  public QueuePairOptions withInline(int byteCount) {
    return new QueuePairOptions(
        sendCompletions,
        receiveCompletions,
        maxSendRequests,
        maxReceiveRequests,
        maxPieces,
        byteCount);
  }

  /**
   * Returns these options with another limit of pieces.
   *
   * @param pieces of one request
   */
  public QueuePairOptions withPieces(int pieces) {
    return new QueuePairOptions(
        sendCompletions,
        receiveCompletions,
        maxSendRequests,
        maxReceiveRequests,
        pieces,
        maxInlineBytes);
  }
}
