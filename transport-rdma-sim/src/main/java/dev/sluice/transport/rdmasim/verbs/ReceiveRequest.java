package dev.sluice.transport.rdmasim.verbs;

import java.util.List;

/**
 * A request for the receive queue.
 *
 * @param id given back by its completion
 * @param targets where the message goes, one after the other; may be empty for messages without
 *     bytes, and for writes with immediate data
 */
public record ReceiveRequest(long id, List<ScatterGather> targets) {
  /** Copies the list. */
  public ReceiveRequest {
    targets = List.copyOf(targets);
  }

  /**
   * Returns a request.
   *
   * @param id given back by its completion
   * @param targets where the message goes
   */
  public static ReceiveRequest of(long id, ScatterGather... targets) {
    return new ReceiveRequest(id, List.of(targets));
  }
}
