package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * The right to remove a socket file of a folder, which one thread of all processes has at a time.
 *
 * <p>Without it, between somebody's look at a stale socket and its removal, another one may have
 * put his own there. The kernel gives it back when a process dies. Its file is removed with the
 * right: whoever waited for the lock of a file that is no longer there finds a stranger's mark, or
 * none, at its name, and tries again with the new file.
 */
final class FolderLock {
  /** Not among {@link MeetingFolder#fileNames}. */
  static final String FILE_NAME = ".lock";

  /** It is held for microseconds, unless its holder is stopped. */
  private static final Duration AT_MOST = Duration.ofSeconds(1);

  /** A file with a hole takes no room. */
  private static final long GREATEST_MARK = 1L << 40;

  private static final Duration RETRY = Duration.ofMillis(1);

  private FolderLock() {}

  /** What is done with the right. */
  @FunctionalInterface
  interface Action {
    /** Does it, and returns what the caller wants to know. */
    boolean run() throws IOException;
  }

  /**
   * Waits for the right and uses it.
   *
   * @throws ClosedByInterruptException if the thread is interrupted
   * @throws TransportException of kind UNREACHABLE if another process keeps it
   */
  static boolean whileHeld(MeetingFolder folder, Action action) throws IOException {
    // A process has its file locks as a whole, and loses them when any of its threads closes the
    // file: so one thread at a time opens it.
    synchronized (FolderLock.class) {
      Deadline deadline = Deadline.after(AT_MOST);
      while (true) {
        try (FileChannel channel = open(folder)) {
          if (channel.tryLock() != null && isStillThere(folder, channel)) {
            try {
              return action.run();
            } finally {
              Files.delete(folder.file(FILE_NAME));
            }
          }
        }
        pause(folder, deadline);
      }
    }
  }

  /**
   * Marks the file by its length, which can be looked at without opening it: closing it again would
   * give up this process's lock.
   */
  private static boolean isStillThere(MeetingFolder folder, FileChannel locked) throws IOException {
    long mark = ThreadLocalRandom.current().nextLong(GREATEST_MARK);
    // A holder that was killed has left its own mark.
    locked.truncate(0).write(ByteBuffer.allocate(1), mark);
    try {
      return Files.size(folder.file(FILE_NAME)) == mark + 1;
    } catch (NoSuchFileException removedByTheLastHolder) {
      return false;
    }
  }

  private static void pause(MeetingFolder folder, Deadline deadline) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
    if (deadline.passed()) {
      throw Failures.unreachable(
          "another process has kept " + folder.file(FILE_NAME) + " locked for " + deadline.text(),
          "is a process of this user stopped? fuser shows who has the file open",
          null);
    }
    LockSupport.parkNanos(FolderLock.class, RETRY.toNanos());
  }

  private static FileChannel open(MeetingFolder folder) throws IOException {
    return FileChannel.open(
        folder.file(FILE_NAME),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }
}
