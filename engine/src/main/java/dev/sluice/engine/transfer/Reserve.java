package dev.sluice.engine.transfer;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Descriptors that are kept for the outgoing side of a connection from before the incoming one is
 * accepted. Without them those who are let in would take the last ones and lead nowhere.
 */
final class Reserve implements AutoCloseable {
  /** The outgoing side's own, and two to wait with while it is opened. */
  private static final int COUNT = 3;

  /** Can be opened by anybody, as often as there are descriptors. */
  private static final Path ANY_FILE = Path.of("/dev/null");

  private final List<FileChannel> files = new ArrayList<>(COUNT);

  private Reserve() {}

  /**
   * Takes them.
   *
   * @throws TransportException of kind {@link Kind#LIMIT} if there are not so many
   */
  static Reserve take() throws TransportException {
    Reserve reserve = new Reserve();
    try {
      for (int i = 0; i < COUNT && Files.exists(ANY_FILE); i++) {
        reserve.files.add(FileChannel.open(ANY_FILE));
      }
      return reserve;
    } catch (IOException none) {
      reserve.close();
      throw new TransportException(
          Kind.LIMIT,
          "no descriptors for both sides of one more connection: " + none.getMessage(),
          "let connections end, or raise the limit of open files (ulimit -n)",
          none);
    }
  }

  /** Gives them back; does nothing where that was done. */
  @Override
  public void close() {
    for (FileChannel file : files) {
      try {
        file.close();
      } catch (IOException never) {
        // Nothing was written to it.
      }
    }
    files.clear();
  }
}
