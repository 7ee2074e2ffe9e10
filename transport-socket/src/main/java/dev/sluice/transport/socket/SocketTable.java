package dev.sluice.transport.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the kernel tells about the unix sockets of this network namespace. A look at it disturbs
 * nobody, while connecting to a socket to see whether it answers gives its listener a connection
 * that brings nothing, which is a stream like any other.
 *
 * <p>The kernel lists the path that a socket was bound to, not the names it got later. So our
 * sockets are bound under {@linkplain #boundName a name that follows from the last one}.
 *
 * <p>It may know nothing about a socket: that one may belong to another network namespace, or have
 * been bound to a relative path or under a name of its own.
 */
record SocketTable(List<Row> rows) {
  private static final Path FILE = Path.of("/proc/net/unix");

  // From <linux/net.h> and <bits/socket_type.h> of Linux.
  private static final int SO_ACCEPTCON = 1 << 16;
  private static final int SOCK_STREAM = 1;

  // Num: RefCount Protocol Flags Type St Inode Path; whoever names sockets may put lines in.
  private static final Pattern ROW =
      Pattern.compile(
          "^[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{8}) ([0-9A-F]{4}) [0-9A-F]{2} +[0-9]+"
              + " (.+)$",
          Pattern.MULTILINE | Pattern.UNIX_LINES);

  /**
   * A socket that is bound to a path.
   *
   * @param flags of the socket
   * @param type of the socket, such as {@link #SOCK_STREAM}
   */
  private record Row(int flags, int type, String path) {
    static Row of(MatchResult row) {
      return new Row(
          Integer.parseUnsignedInt(row.group(1), 16),
          Integer.parseUnsignedInt(row.group(2), 16),
          row.group(3));
    }

    boolean hasAnyOf(Set<String> names, String boundName) {
      return names.contains(path) || path.endsWith("/" + boundName);
    }
  }

  /** Returns what the kernel tells now; nothing where it does not. */
  static SocketTable now() {
    try {
      return parse(new String(Files.readAllBytes(FILE), UTF_8));
    } catch (IOException untold) {
      return new SocketTable(List.of());
    }
  }

  static SocketTable parse(String text) {
    return new SocketTable(ROW.matcher(text).results().map(Row::of).toList());
  }

  /** Returns whether a listener of the socket at a path is known. */
  boolean showsListenerOf(Path socket) {
    return rowsOf(socket).stream().anyMatch(row -> (row.flags() & SO_ACCEPTCON) != 0);
  }

  /** Returns whether the socket at a path is known not to be a stream socket. */
  boolean showsOtherThanStream(Path socket) {
    List<Row> rows = rowsOf(socket);
    return !rows.isEmpty() && rows.stream().noneMatch(row -> row.type() == SOCK_STREAM);
  }

  private List<Row> rowsOf(Path socket) {
    try {
      Path real = socket.toRealPath();
      Set<String> names =
          Stream.of(real, socket.toAbsolutePath()).map(Path::toString).collect(toSet());
      String boundName = boundName(real);
      return rows.stream().filter(row -> row.hasAnyOf(names, boundName)).toList();
    } catch (IOException gone) {
      return List.of();
    }
  }

  /**
   * Returns the name that a socket is bound under before it gets its own: the same for every
   * spelling of a path, and for no other path.
   *
   * @param path of a file that may be absent, in a folder that exists
   */
  static String boundName(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    Path folder = Objects.requireNonNullElse(absolute.getParent(), absolute);
    Map<String, Object> identity = Files.readAttributes(folder, "unix:dev,ino");
    String name = identity.get("dev") + "/" + identity.get("ino") + "/" + absolute.getFileName();
    // 16 digits: short enough for a socket's path, and hardly ever those of another name.
    return Hashing.sha256().hashString(name, UTF_8).toString().substring(0, 16);
  }
}
