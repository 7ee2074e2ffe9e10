package dev.sluice.transport.file;

import java.io.IOException;
import java.util.Optional;

/**
 * What becomes of a written file. {@link #discard} may come while the others are in progress, and
 * the other way round.
 */
interface Publication {
  /** Nothing to do: the file has had its name all the time. */
  Publication NONE = Optional::empty;

  /**
   * Returns one for bytes that go where they stay: nothing to do, but an abandoned stream leaves
   * them there.
   *
   * @param description of the file or device, for a message
   */
  static Publication inPlace(String description) {
    return () -> Optional.of(description + " holds a part of the stream");
  }

  /** Gives the file, complete and still open, what it has besides its bytes. */
  default void prepare() throws IOException {}

  /** Gives the complete, closed file its name; throws if it was discarded. */
  default void publish() throws IOException {}

  /** Removes what is not published; afterwards it is published already, or never will be. */
  default void discard() throws IOException {}

  /** Returns whether a file got its name; false where there was nothing to publish. */
  default boolean isPublished() {
    return false;
  }

  /** Returns what an abandoned stream leaves behind, for a user who has to clean up. */
  Optional<String> remains();
}
