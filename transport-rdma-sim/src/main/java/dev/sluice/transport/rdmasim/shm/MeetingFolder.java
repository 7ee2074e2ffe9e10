package dev.sluice.transport.rdmasim.shm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The folder in which the processes of one user meet: sockets under their endpoints' names, and
 * segments for as long as a connection is set up.
 *
 * <p>Nobody else can enter it; that is all the protection there is, and the reason why a folder
 * that another user made, or opened, is refused.
 *
 * <h2>Threading</h2>
 *
 * Safe for any thread.
 */
final class MeetingFolder {
  /** A file system in memory, on every Linux. */
  static final Path DEFAULT_BASE = Path.of("/dev/shm");

  /**
   * Linux keeps 108 bytes of a socket's path; the JDK uses one fewer than the final zero leaves.
   */
  static final int GREATEST_SOCKET_PATH_BYTE_COUNT = 106;

  // From <sys/stat.h> of Linux.
  private static final int S_IFMT = 0170000;
  private static final int S_IFDIR = 0040000;
  private static final int S_IFLNK = 0120000;

  private final Path path;
  private final int uid;

  private MeetingFolder(Path path, int uid) {
    this.path = path;
    this.uid = uid;
  }

  /**
   * Opens this user's folder, making it where it is absent.
   *
   * @param base where it is, or is to be
   * @throws TransportException of kind UNREACHABLE if it cannot be made, or is not ours alone
   */
  static MeetingFolder open(Path base) throws TransportException {
    int uid = currentUid();
    Path path = base.toAbsolutePath().resolve("sluice-" + uid);
    try {
      create(path);
      check(path, uid);
      return new MeetingFolder(path, uid);
    } catch (TransportException refused) {
      throw refused;
    } catch (IOException failure) {
      throw Failures.unreachable(
          "cannot make the folder " + path + " to meet in: " + Failures.detail(failure),
          "dir= names another folder, which must exist and be writable",
          failure);
    }
  }

  private static int currentUid() throws TransportException {
    try {
      return (Integer)
          Objects.requireNonNull(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException noProc) {
      throw Failures.unreachable(
          "the user of this process cannot be told from /proc/self",
          "rdma-sim:NAME works on Linux with /proc mounted",
          noProc);
    }
  }

  private static void create(Path path) throws IOException {
    try {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException checkedNext) {
      return;
    }
  }

  private static void check(Path path, int uid) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
    int mode = (int) Objects.requireNonNull(attributes.get("mode"));
    int owner = (int) Objects.requireNonNull(attributes.get("uid"));
    String wrong = null;
    if ((mode & S_IFMT) != S_IFDIR) {
      wrong = (mode & S_IFMT) == S_IFLNK ? "is a symbolic link" : "is not a folder";
    } else if (owner != uid) {
      wrong = "belongs to user " + owner + ", not to user " + uid;
    } else if ((mode & ~S_IFMT) != 0700) {
      wrong = "has mode " + Integer.toOctalString(mode & ~S_IFMT) + ", not 700";
    }
    if (wrong != null) {
      throw Failures.unreachable(
          path + " " + wrong + ", so others could read or replace what is shared",
          "remove it, or name another folder with dir=",
          null);
    }
  }

  Path path() {
    return path;
  }

  /** Returns the user whose folder it is. */
  int uid() {
    return uid;
  }

  /** Returns the name of that user; its number where it has none. */
  String userName() {
    try {
      return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
    } catch (IOException unknown) {
      return Integer.toString(uid);
    }
  }

  Path file(String fileName) {
    return path.resolve(fileName);
  }

  /**
   * Returns the address of a socket in the folder.
   *
   * @throws TransportException of kind ADDRESS if its path is too long for one
   */
  UnixDomainSocketAddress socketAddress(String fileName) throws TransportException {
    Path socket = file(fileName);
    int byteCount = socket.toString().getBytes(UTF_8).length;
    if (byteCount > GREATEST_SOCKET_PATH_BYTE_COUNT) {
      throw new TransportException(
          Kind.ADDRESS,
          "the socket's path "
              + socket
              + " has "
              + byteCount
              + " bytes; it may have "
              + GREATEST_SOCKET_PATH_BYTE_COUNT,
          "name a shorter folder with dir=, or use a shorter name",
          null);
    }
    return UnixDomainSocketAddress.of(socket);
  }

  /** Returns the names of everything in the folder but its lock, sorted. */
  List<String> fileNames() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        String name = Objects.requireNonNull(entry.getFileName()).toString();
        if (!name.equals(FolderLock.FILE_NAME)) {
          names.add(name);
        }
      }
    } catch (DirectoryIteratorException failure) {
      throw failure.getCause();
    }
    names.sort(null);
    return names;
  }

  /** Removes all files of one connection, whichever side made them. */
  void removeAll(Nonce nonce) throws IOException {
    for (String fileName : fileNames()) {
      if (fileName.startsWith(nonce + ".") && !fileName.endsWith(EndpointName.SUFFIX)) {
        Files.deleteIfExists(file(fileName));
      }
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
