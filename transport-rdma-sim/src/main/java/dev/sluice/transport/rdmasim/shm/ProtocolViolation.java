package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import java.io.Serial;

/**
 * The peer wrote something into shared memory, or sent something, that no correct peer writes.
 *
 * <p>Whatever is shared can be rewritten by the peer at any time, so every value is read once,
 * checked, and only then used; this is what a failed check becomes.
 */
final class ProtocolViolation extends TransportException {
  @Serial private static final long serialVersionUID = 1;

  /**
   * Creates one.
   *
   * @param what which value it is, and where it stands
   * @param value what was found there
   * @param expected what a correct peer could have written
   */
  ProtocolViolation(String what, long value, String expected) {
    super(
        Kind.IO,
        "the peer broke the shared-memory protocol: " + what + " is " + value + ", not " + expected,
        "both sides must run the same release; another program of this user may write there, too",
        null);
  }
}
