package dev.sluice.engine.transfer;

import com.google.common.base.Ascii;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Descriptors that are kept for each connection from before its incoming side is accepted until it
 * opens its outgoing one; for any thread. Without them those who are let in would take the last
 * ones and lead nowhere.
 *
 * <p>Somebody else in the process may still take what was given back for an outgoing side. Then
 * those that came last give theirs up for it: they would wait for one that never leads anywhere.
 */
final class Reserves {
  /** The outgoing side's own, one to read a file with, and what somebody else takes meanwhile. */
  static final int DESCRIPTOR_COUNT = 3;

  /** Can be opened by anybody, as often as there are descriptors. */
  private static final Path ANY_FILE = Path.of("/dev/null");

  private final SequencedSet<Reserve> kept = new LinkedHashSet<>();

  /**
   * Takes those of one more connection.
   *
   * @throws TransportException of kind {@link Kind#LIMIT} if there are not so many
   */
  Reserve take() throws TransportException {
    return take(DESCRIPTOR_COUNT);
  }

  /**
   * Makes sure that there are those of one connection, its incoming side included. Where there are
   * not before the first one, nobody gives any back.
   *
   * @throws TransportException of kind {@link Kind#LIMIT} if there are not so many
   */
  void requireRoom() throws TransportException {
    take(1 + DESCRIPTOR_COUNT).close();
  }

  private Reserve take(int count) throws TransportException {
    Reserve reserve = new Reserve();
    boolean taken = false;
    try {
      reserve.fill(count);
      taken = true;
    } catch (IOException none) {
      throw new TransportException(
          Kind.LIMIT,
          "no descriptors for both sides of one more connection: " + reason(none),
          "let connections end, or raise the limit of open files (ulimit -n)",
          none);
    } finally {
      if (!taken) {
        reserve.close();
      }
    }
    synchronized (this) {
      kept.add(reserve);
    }
    return reserve;
  }

  /** Without the name of a file that says nothing to anybody. */
  private static @Nullable String reason(IOException none) {
    String text =
        none instanceof FileSystemException ofFile ? ofFile.getReason() : none.getMessage();
    return text == null ? null : Ascii.toLowerCase(text.charAt(0)) + text.substring(1);
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

    private void fill(int count) throws IOException {
      for (int i = 0; i < count && Files.exists(ANY_FILE); i++) {
        files.add(FileChannel.open(ANY_FILE));
      }
    }

    /** Gives them back; does nothing where that was done. */
    @Override
    public void close() {
      synchronized (Reserves.this) {
        kept.remove(this);
        files.forEach(Reserve::closeQuietly);
        files.clear();
      }
    }

    private static void closeQuietly(FileChannel file) {
      try {
        file.close();
      } catch (IOException never) {
        // Nothing was written to it.
      }
    }
  }
}
