package dev.sluice.engine.plugin;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Principal;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Makes sure that nobody but this user and root can change what lies at a path: code from there
 * runs with all the rights of this process. Looks at the file itself, at every folder on the way to
 * it, and at those on the way to the target of each link that is met. For one thread.
 *
 * <p>The group counts as others, whatever its name: who is in it cannot be told, and it is where
 * the system shows access control lists.
 */
final class WriteAccess {
  private static final int S_IFMT = 0170000;
  private static final int S_IFLNK = 0120000;
  private static final int STICKY = 01000;
  private static final int GROUP_WRITE = 020;
  private static final int OTHERS_WRITE = 02;
  private static final int ROOT = 0;

  /** As many as Linux follows. */
  private static final int MAX_LINKS = 40;

  private final Path subject;
  private final int self;
  private int links;

  private WriteAccess(Path subject) throws IOException {
    this.subject = subject.toAbsolutePath();
    this.self = (int) requireNonNull(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  /**
   * Checks a file or folder.
   *
   * @throws PluginException if others could change it, or if that cannot be told
   */
  static void requireOwn(Path path) throws PluginException {
    try {
      WriteAccess access = new WriteAccess(path);
      access.require(
          access.follow(requireNonNull(access.subject.getRoot()), access.subject), false);
    } catch (UnsupportedOperationException | IllegalArgumentException noModes) {
      throw new PluginException(
          "who can write to " + path + " cannot be told: " + noModes.getMessage(),
          "keep plugins on a file system with owners and modes",
          noModes);
    } catch (IOException failure) {
      throw PluginException.unreadable(failure);
    }
  }

  /** Goes down from a checked real folder; returns the real path of what is there. */
  private Path follow(Path start, Path path) throws IOException, PluginException {
    Path at = path.isAbsolute() ? requireNonNull(path.getRoot()) : start;
    for (Path name : path) {
      if (name.toString().equals("..")) {
        // As the system does it: from where a link has led to.
        at = at.getParent() == null ? at : at.getParent();
        continue;
      }
      require(at, true);
      Path next = at.resolve(name).normalize();
      if ((modeOf(next) & S_IFMT) != S_IFLNK) {
        at = next;
        continue;
      }
      links++;
      if (links > MAX_LINKS) {
        throw new FileSystemLoopException(subject.toString());
      }
      requireOwner(next);
      at = follow(at, Files.readSymbolicLink(next));
    }
    return at;
  }

  private static int modeOf(Path path) throws IOException {
    return (int) requireNonNull(Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * @param isAbove whether it is on the way only: what is in a sticky folder can be renamed and
   *     removed by its owner alone, and that one is looked at next
   */
  private void require(Path path, boolean isAbove) throws IOException, PluginException {
    requireOwner(path);
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:mode,group", LinkOption.NOFOLLOW_LINKS);
    int mode = (int) requireNonNull(attributes.get("mode"));
    if (isAbove && (mode & STICKY) != 0) {
      return;
    }
    if ((mode & OTHERS_WRITE) != 0) {
      throw open(path, "everybody", mode, "chmod o-w " + path);
    }
    if ((mode & GROUP_WRITE) != 0) {
      Principal group = (Principal) requireNonNull(attributes.get("group"));
      throw open(
          path,
          "group " + group.getName(),
          mode,
          "chmod g-w " + path + "; a umask of 022 makes files without that right");
    }
  }

  private void requireOwner(Path path) throws IOException, PluginException {
    int owner =
        (int) requireNonNull(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    if (owner != self && owner != ROOT) {
      throw new PluginException(
          "user "
              + Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName()
              + " could change it: "
              + whose(path, "belongs to that user"),
          "use plugins only from where everything belongs to you or to root",
          null);
    }
  }

  private PluginException open(Path path, String who, int mode, String command) {
    return new PluginException(
        who + " could change it: " + whose(path, "has the mode " + permissions(mode)),
        "if you trust what is there now: " + command,
        null);
  }

  private String whose(Path path, String what) {
    return (path.equals(subject) ? "it " : path + " ") + what;
  }

  private static String permissions(int mode) {
    PosixFilePermission[] all = PosixFilePermission.values();
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < all.length; i++) {
      // They are declared in the order of the bits, the highest first.
      if (((mode >> (all.length - 1 - i)) & 1) != 0) {
        permissions.add(all[i]);
      }
    }
    return PosixFilePermissions.toString(permissions);
  }
}
