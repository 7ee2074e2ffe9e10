package dev.sluice.transport.rdmasim.connection;

/**
 * Something that happened to a connection.
 *
 * @param kind what
 * @param privateData of the peer: of an acceptance or a rejection, else none
 * @param reason for people; empty where there is nothing to say
 */
public record ConnectionEvent(Kind kind, PrivateData privateData, String reason) {
  /** What can happen. */
  public enum Kind {
    /** It stands: both queue pairs can send. */
    ESTABLISHED,
    /** The peer's application, or nobody listening there, said no. */
    REJECTED,
    /** No answer, after all tries. */
    UNREACHABLE,
    /** One of the two ended it; the queue pair is in error and flushed. */
    DISCONNECTED
  }
}
