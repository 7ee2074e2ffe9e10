package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Memory that two processes share: a file of the meeting folder, mapped by both. It loses its name
 * as soon as both have it; then nothing of it remains when they end, however they end.
 *
 * <p>Every byte is written once before the file is mapped. A file in memory gets its pages when
 * they are first written, and a process that touches a page which cannot be had any more is killed,
 * or gets an {@link InternalError} from anywhere; a write that finds no room simply fails.
 *
 * <h2>Ownership</h2>
 *
 * {@link #close} unmaps; who still uses {@link #memory} then gets an {@link IllegalStateException}.
 *
 * <h2>Threading</h2>
 *
 * Safe for any thread.
 */
final class Segment implements Closeable {
  /** How long an I/O operation on a view of the memory may keep it mapped after {@link #close}. */
  private static final Duration GREATEST_PIN = Duration.ofSeconds(1);

  private static final Duration PIN_RETRY = Duration.ofMillis(1);
  private static final int ZEROS_BYTE_COUNT = 256 * 1024;

  // From <sys/stat.h> of Linux.
  private static final int S_IFREG = 0100000;

  private final SegmentName name;
  private final Path path;
  private final Arena arena;
  private final MemorySegment memory;

  /** Holds the lock that tells janitors that the creator lives; the creator's only. */
  private final @Nullable FileChannel locked;

  private Segment(
      SegmentName name,
      Path path,
      Arena arena,
      MemorySegment memory,
      @Nullable FileChannel locked) {
    this.name = name;
    this.path = path;
    this.arena = arena;
    this.memory = memory;
    this.locked = locked;
  }

  /**
   * Makes a segment of zeros.
   *
   * @throws TransportException of kind LIMIT if there is no room for it, UNREACHABLE if the folder
   *     takes no file
   */
  static Segment create(MeetingFolder folder, SegmentName name, long byteCount) throws IOException {
    FileStore store = Files.getFileStore(folder.path());
    // A file system in memory without a limit has 0 of 0 bytes left.
    if (store.getTotalSpace() > 0) {
      requireRoom(folder.path(), byteCount, store.getUsableSpace());
    }
    Path path = folder.file(name.toString());
    FileChannel channel = createFile(path);
    Arena arena = Arena.ofShared();
    boolean kept = false;
    try {
      // Nobody else can have it locked yet; lock() would answer an interrupt in a way of its own.
      channel.tryLock();
      fillWithZeros(channel, path, byteCount);
      MemorySegment memory = channel.map(MapMode.READ_WRITE, 0, byteCount, arena);
      kept = true;
      return new Segment(name, path, arena, memory, channel);
    } finally {
      if (!kept) {
        arena.close();
        Files.deleteIfExists(path);
        channel.close();
      }
    }
  }

  /**
   * Checks that a file can have so many bytes.
   *
   * @throws TransportException of kind LIMIT if not
   */
  static void requireRoom(Path folder, long neededByteCount, long availableByteCount)
      throws TransportException {
    if (neededByteCount > availableByteCount) {
      throw noRoom(
          folder, neededByteCount, "only " + availableByteCount + " bytes are available", null);
    }
  }

  private static TransportException noRoom(
      Path folder, long neededByteCount, String why, @Nullable IOException cause) {
    return new TransportException(
        Kind.LIMIT,
        "no room for " + neededByteCount + " bytes of shared memory in " + folder + ": " + why,
        "a smaller window= needs less; dir= names a folder with more room, best a tmpfs",
        cause);
  }

  private static FileChannel createFile(Path path) throws TransportException {
    try {
      return FileChannel.open(
          path,
          Set.of(
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException failure) {
      throw Failures.unreachable(
          "cannot make the shared memory " + path + ": " + Failures.detail(failure),
          "the folder must be writable; dir= names another one",
          failure);
    }
  }

  /** Writes zeros, so that each page is there; LIMIT if there is no room. */
  static void fillWithZeros(FileChannel channel, Path path, long byteCount) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(byteCount, ZEROS_BYTE_COUNT));
    long position = 0;
    try {
      while (position < byteCount) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), byteCount - position));
        position += channel.write(zeros, position);
      }
    } catch (ClosedChannelException interrupted) {
      throw interrupted;
    } catch (IOException full) {
      Path folder = Objects.requireNonNull(path.getParent());
      String why = Failures.detail(full) + " after " + position + " bytes";
      throw noRoom(folder, byteCount, why, full);
    }
  }

  /**
   * Maps a segment that the peer made.
   *
   * @throws ProtocolViolation if it is not what the peer said
   * @throws TransportException of kind IO if it cannot be mapped
   */
  static Segment open(MeetingFolder folder, SegmentName name, long expectedByteCount)
      throws IOException {
    Path path = folder.file(name.toString());
    check(path, folder.uid(), expectedByteCount);
    Arena arena = Arena.ofShared();
    boolean kept = false;
    try (FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      MemorySegment memory = channel.map(MapMode.READ_WRITE, 0, expectedByteCount, arena);
      // Mapping lengthens a file that is too short, without giving it pages.
      checkByteCount(path, channel.size(), expectedByteCount);
      kept = true;
      return new Segment(name, path, arena, memory, null);
    } catch (ClosedChannelException | TransportException told) {
      throw told;
    } catch (IOException failure) {
      throw notMapped(path, failure);
    } finally {
      if (!kept) {
        arena.close();
      }
    }
  }

  private static void check(Path path, int uid, long expectedByteCount) throws TransportException {
    Map<String, Object> attributes;
    try {
      attributes = Files.readAttributes(path, "unix:mode,uid,size", LinkOption.NOFOLLOW_LINKS);
    } catch (IOException failure) {
      throw notMapped(path, failure);
    }
    int mode = (int) Objects.requireNonNull(attributes.get("mode"));
    int owner = (int) Objects.requireNonNull(attributes.get("uid"));
    if (mode != (S_IFREG | 0600)) {
      throw new ProtocolViolation("the mode of " + path, mode, (S_IFREG | 0600) + " (a file, 600)");
    }
    if (owner != uid) {
      throw new ProtocolViolation("the owner of " + path, owner, Integer.toString(uid));
    }
    checkByteCount(path, (long) Objects.requireNonNull(attributes.get("size")), expectedByteCount);
  }

  private static void checkByteCount(Path path, long byteCount, long expectedByteCount)
      throws ProtocolViolation {
    if (byteCount != expectedByteCount) {
      throw new ProtocolViolation(
          "the size of " + path, byteCount, expectedByteCount + ", which its maker announced");
    }
  }

  private static TransportException notMapped(Path path, IOException failure) {
    return new TransportException(
        Kind.IO,
        "cannot map the peer's shared memory " + path + ": " + Failures.detail(failure),
        "both sides must use the same dir=, and see the same file system there",
        failure);
  }

  SegmentName name() {
    return name;
  }

  /** Returns the mapped bytes. */
  MemorySegment memory() {
    return memory;
  }

  long byteCount() {
    return memory.byteSize();
  }

  /** Removes the name, which both sides do; the memory stays. */
  void unlink() throws IOException {
    try {
      Files.deleteIfExists(path);
    } finally {
      if (locked != null) {
        locked.close();
      }
    }
  }

  /**
   * Removes the name and unmaps. Calling it again does nothing.
   *
   * @throws TransportException of kind IO if an I/O operation keeps using the memory
   */
  @Override
  public void close() throws IOException {
    try {
      unlink();
    } finally {
      unmap();
    }
  }

  private void unmap() throws TransportException {
    Deadline deadline = Deadline.after(GREATEST_PIN);
    while (arena.scope().isAlive()) {
      try {
        arena.close();
      } catch (IllegalStateException pinned) {
        if (deadline.passed()) {
          throw new TransportException(
              Kind.IO,
              memory.byteSize()
                  + " bytes of shared memory stay mapped: an I/O operation has used them for more"
                  + " than "
                  + deadline.text(),
              pinned);
        }
        LockSupport.parkNanos(this, PIN_RETRY.toNanos());
      }
    }
  }
}
