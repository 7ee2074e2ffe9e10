package dev.sluice.engine.transfer;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * Descriptors that are kept for each connection from before its incoming side is accepted until it
 * opens its outgoing one; for any thread. Without them those who are let in would take the last
 * ones and lead nowhere.
 *
 * <p>Somebody else in the process may still take what was given back for an outgoing side. Then
 * those that came last give theirs up for it: they would wait for one that never leads anywhere.
 */
final class Reserves {
  /**
   * The outgoing side's own, two to wait with while it is opened, and the one that whoever is just
   * being accepted takes.
   */
  private static final int OUTGOING_COUNT = 4;

  /** Two to wait with while the incoming side shakes hands: what a selector takes. */
  private static final int HANDSHAKE_COUNT = 2;

  /** Can be opened by anybody, as often as there are descriptors. */
  private static final Path ANY_FILE = Path.of("/dev/null");

  private final SequencedSet<Reserve> kept = new LinkedHashSet<>();

  /**
   * Takes those of one more connection.
   *
   * @throws TransportException of kind {@link Kind#LIMIT} if there are not so many
   */
  Reserve take() throws TransportException {
    Reserve reserve = new Reserve();
    try {
      reserve.fill();
    } catch (IOException none) {
      reserve.close();
      throw new TransportException(
          Kind.LIMIT,
          "no descriptors for both sides of one more connection: " + none.getMessage(),
          "let connections end, or raise the limit of open files (ulimit -n)",
          none);
    }
    synchronized (this) {
      kept.add(reserve);
    }
    return reserve;
  }

  /**
   * Gives back what was taken last, if there is any.
   *
   * @return whether there was
   */
  synchronized boolean giveLastBack() {
    if (kept.isEmpty()) {
      return false;
    }
    kept.getLast().close();
    return true;
  }

  /** Those of one connection. */
  final class Reserve implements AutoCloseable {
    private final List<FileChannel> files = new ArrayList<>();

    private Reserve() {}

    private void fill() throws IOException {
      for (int i = 0; i < OUTGOING_COUNT + HANDSHAKE_COUNT && Files.exists(ANY_FILE); i++) {
        files.add(FileChannel.open(ANY_FILE));
      }
    }

    /** Gives those back that are for the hand-shake of the incoming side. */
    void beforeHandshake() {
      giveBackBut(OUTGOING_COUNT);
    }

    /** Gives all back; does nothing where that was done. */
    @Override
    public void close() {
      giveBackBut(0);
    }

    private void giveBackBut(int count) {
      synchronized (Reserves.this) {
        if (count == 0) {
          kept.remove(this);
        }
        while (files.size() > count) {
          closeQuietly(files.removeLast());
        }
      }
    }

    private void closeQuietly(FileChannel file) {
      try {
        file.close();
      } catch (IOException never) {
        // Nothing was written to it.
      }
    }
  }
}
