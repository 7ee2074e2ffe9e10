package dev.sluice.engine.transfer;

import dev.sluice.api.TransportException;
import java.nio.ByteBuffer;

/**
 * Tells whether a stream that has ended is complete: the end of a stream alone says nothing of
 * that, and the engine knows no format. Looks at the bytes of one direction of one connection as
 * they pass, and cannot change them.
 *
 * <h2>Threading</h2>
 *
 * Called by one thread, between reading and writing: what it takes, the transfer takes longer. Only
 * {@link #isSettled} may be called by another one, when the first has ended.
 *
 * <h2>Errors</h2>
 *
 * A stream that is cut off is passed on as it came, and told of as failed when the connection has
 * ended. What else a check throws ends the connection.
 */
public interface StreamCheck {
  /** Knows no format: every end is a good one. */
  StreamCheck NONE =
      new StreamCheck() {
        @Override
        public void passed(ByteBuffer part) {}

        @Override
        public void ended() {}
      };

  /**
   * Sees the next bytes of the stream.
   *
   * @param part from position to limit, read-only; not to be kept
   */
  void passed(ByteBuffer part);

  /**
   * Called once, where the stream has ended.
   *
   * @throws TransportException of kind {@link TransportException.Kind#TRUNCATED} if it is not
   *     complete; a stream of another format is
   */
  void ended() throws TransportException;

  /**
   * Returns whether a reader that resets the connection now, instead of reading to the end, may
   * have all that it needs: some formats end with parts that say nothing, and their readers do not
   * wait for them. Such a connection is passed on as the reset that it is, and has not failed. What
   * was accepted need not have been read, so say yes only where the loss of it shows elsewhere.
   * Called once at most, behind all other calls, whether or not {@link #ended} was among them. If
   * it throws, the answer is no.
   *
   * @param acceptedByteCount how much of what has passed the reader's side took; the rest is lost
   */
  default boolean isSettled(long acceptedByteCount) {
    return false;
  }
}
