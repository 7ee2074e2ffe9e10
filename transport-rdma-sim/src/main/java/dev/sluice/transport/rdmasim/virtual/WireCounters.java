package dev.sluice.transport.rdmasim.virtual;

/**
 * What the wire of one queue pair did so far, in all its lives. Belongs to the simulation's thread.
 */
public final class WireCounters {
  long sentPackets;
  long resentPackets;
  long timeouts;
  long sequenceErrors;
  long impliedErrors;
  long notReady;
  long duplicates;
  long dropped;
  long acknowledgements;
  long refusals;

  WireCounters() {}

  /** Returns the packets of requests given to the link, those sent again among them. */
  public long sentPackets() {
    return sentPackets;
  }

  /** Returns the packets of requests that were given to the link once more. */
  public long resentPackets() {
    return resentPackets;
  }

  /** Returns how often no answer came in time. */
  public long timeouts() {
    return timeouts;
  }

  /** Returns how often this side told the peer that packets were missing. */
  public long sequenceErrors() {
    return sequenceErrors;
  }

  /** Returns how often this side saw by itself that an answer was lost. */
  public long impliedErrors() {
    return impliedErrors;
  }

  /** Returns how often this side told the peer that no receive was posted. */
  public long notReady() {
    return notReady;
  }

  /** Returns the packets that came again, and were answered but not carried out. */
  public long duplicates() {
    return duplicates;
  }

  /**
   * Returns the packets that were dropped: of another life or queue pair, behind a gap, unknown.
   */
  public long dropped() {
    return dropped;
  }

  /** Returns the acknowledgements that this side sent. */
  public long acknowledgements() {
    return acknowledgements;
  }

  /** Returns the refusals that this side sent. */
  public long refusals() {
    return refusals;
  }

  @Override
  public String toString() {
    return sentPackets
        + " packets sent, "
        + resentPackets
        + " of them again, "
        + timeouts
        + " timeouts, "
        + sequenceErrors
        + " sequence errors, "
        + impliedErrors
        + " answers missed, "
        + notReady
        + " times not ready, "
        + duplicates
        + " duplicates, "
        + dropped
        + " dropped, "
        + acknowledgements
        + " acknowledgements, "
        + refusals
        + " refusals";
  }
}
