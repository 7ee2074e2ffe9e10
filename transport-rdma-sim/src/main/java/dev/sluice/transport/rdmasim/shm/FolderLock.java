package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to remove a socket file of a folder, which one thread of all processes has at a time.
 *
 * <p>Without it, between somebody's look at a stale socket and its removal, another one may have
 * put his own there. The kernel gives it back when a process dies. Its file stays: removing a file
 * that others are about to lock would let two have it.
 */
final class FolderLock implements Closeable {
  /** Not among {@link MeetingFolder#fileNames}. */
  static final String FILE_NAME = ".lock";

  /** It is held for microseconds, unless its holder is stopped. */
  private static final Duration AT_MOST = Duration.ofSeconds(5);

  private static final Duration RETRY = Duration.ofMillis(1);

  /**
   * A process has its file locks as a whole, and loses them when any of its threads closes the
   * file: so one thread at a time opens it.
   */
  private static final ReentrantLock WITHIN_PROCESS = new ReentrantLock();

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits for the right, at most for seconds.
   *
   * @throws ClosedByInterruptException if the thread is interrupted
   * @throws TransportException of kind UNREACHABLE if another process keeps it
   */
  static FolderLock take(MeetingFolder folder) throws IOException {
    Deadline deadline = Deadline.after(AT_MOST);
    takeWithinProcess(deadline);
    try (Opening opening = new Opening()) {
      opening.add(WITHIN_PROCESS::unlock);
      FileChannel channel = opening.add(open(folder));
      while (channel.tryLock() == null) {
        if (deadline.passed()) {
          throw kept();
        }
        LockSupport.parkNanos(FolderLock.class, RETRY.toNanos());
      }
      opening.complete();
      return new FolderLock(channel);
    }
  }

  private static void takeWithinProcess(Deadline deadline) throws IOException {
    try {
      if (!WITHIN_PROCESS.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw kept();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
  }

  private static FileChannel open(MeetingFolder folder) throws IOException {
    return FileChannel.open(
        folder.file(FILE_NAME),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private static TransportException kept() {
    return Failures.unreachable(
        "another process has kept " + FILE_NAME + " of the meeting folder locked for 5 s",
        "is a process of this user stopped? fuser shows who has the file",
        null);
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      WITHIN_PROCESS.unlock();
    }
  }
}
