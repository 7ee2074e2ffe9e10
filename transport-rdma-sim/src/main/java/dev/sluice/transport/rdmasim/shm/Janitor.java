package dev.sluice.transport.rdmasim.shm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Removes what dead processes left in a folder. A connection's files lose their names as soon as
 * both sides have mapped them, so only who dies while setting one up leaves any; who dies while
 * listening leaves the name.
 */
final class Janitor {
  /** A listening socket before it has its endpoint's name. */
  static final String TEMPORARY = ".tmp";

  private static final int LOOKS = 10;
  private static final Duration LOOK_PERIOD = Duration.ofMillis(20);

  private Janitor() {}

  /**
   * Looks once through the folder. What cannot be removed now is left to the next one who comes: no
   * connection may fail because of another one's remains.
   *
   * @return how many files it removed
   */
  static int sweep(MeetingFolder folder) {
    int removedCount = 0;
    try {
      Map<Owner, Boolean> alive = new HashMap<>();
      for (String fileName : folder.fileNames()) {
        Optional<Owner> creator = creatorOf(fileName);
        if (creator.isPresent()
            && !alive.computeIfAbsent(creator.get(), Owner::isAlive)
            && remove(folder.file(fileName))) {
          removedCount++;
        }
      }
    } catch (IOException notListed) {
      return removedCount;
    }
    return removedCount;
  }

  /**
   * Removes the names under which nobody listens any more. A listener sees somebody who leaves
   * without a word; so this is for those who want a name, or do not find theirs.
   *
   * @return how many names it removed
   */
  static int sweepNames(MeetingFolder folder) {
    int removedCount = 0;
    try {
      for (String fileName : folder.fileNames()) {
        if (isLeftOver(folder, fileName)
            && ClaimedName.removeStale(folder, EndpointName.ofFile(fileName))) {
          removedCount++;
        }
      }
    } catch (IOException leftToTheNext) {
      return removedCount;
    }
    return removedCount;
  }

  /** Whoever finds a name finds a socket that listens, or did: it is linked there afterwards. */
  private static boolean isLeftOver(MeetingFolder folder, String fileName) throws IOException {
    return fileName.endsWith(EndpointName.SUFFIX)
        && !Files.isRegularFile(folder.file(fileName), LinkOption.NOFOLLOW_LINKS)
        && Knock.probe(folder.socketAddress(fileName)) == Knock.Outcome.REFUSED;
  }

  /**
   * Looks through the folder until something was removed, for a moment: the sockets of a process
   * that is killed end a little before the process does.
   */
  static void sweepSoon(MeetingFolder folder) {
    for (int look = 0; look < LOOKS && sweep(folder) == 0; look++) {
      LockSupport.parkNanos(Janitor.class, LOOK_PERIOD.toNanos());
    }
  }

  private static Optional<Owner> creatorOf(String fileName) {
    if (fileName.endsWith(TEMPORARY)) {
      String nonce = fileName.substring(0, fileName.length() - TEMPORARY.length());
      return Nonce.parse(nonce).map(Nonce::owner);
    }
    return SegmentName.parse(fileName).map(SegmentName::creator);
  }

  private static boolean remove(Path file) {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          ? removeUnlocked(file)
          : Files.deleteIfExists(file);
    } catch (IOException leftToTheNext) {
      return false;
    }
  }

  /**
   * Removes a file whose creator seems dead, unless it is locked: then the creator lives where its
   * process number means nothing here. Never called for a file of this process, whose lock the
   * kernel would drop as soon as any descriptor of that file is closed.
   */
  private static boolean removeUnlocked(Path file) throws IOException {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        FileLock lock = channel.tryLock()) {
      return lock != null && Files.deleteIfExists(file);
    } catch (OverlappingFileLockException ours) {
      return false;
    }
  }
}
