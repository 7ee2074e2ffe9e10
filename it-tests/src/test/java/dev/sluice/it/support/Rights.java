package dev.sluice.it.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Commands with less than what the tests may do, or with mounts of their own. */
public final class Rights {
  private static final String[] OWN_MOUNTS = {"unshare", "--mount", "--map-root-user"};

  private Rights() {}

  /** Returns whether the tests run as root. */
  public static boolean isRoot() throws IOException {
    return userId() == 0;
  }

  /** Returns the number of the user who runs the tests. */
  public static int userId() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  /**
   * Returns a command that is bound by the modes of files. Root may do anything; without these
   * capabilities it is bound as everybody is.
   *
   * @param command the command
   * @param tests who is skipped where that cannot be had
   */
  public static Command boundByModes(Command command, String tests) throws Exception {
    if (!isRoot()) {
      return command;
    }
    Loudly.require(
        Command.of("setpriv", "--version").run().code() == 0,
        tests,
        "root ignores modes, and there is no setpriv (util-linux)");
    return command.under("setpriv", "--bounding-set=-dac_override,-dac_read_search");
  }

  /**
   * Returns a command that runs in a mount name space of its own, so that nothing is left mounted.
   *
   * @param command the command
   * @param target the folder
   * @param mount a shell command that mounts something there, as {@code $1}
   * @param tests who is skipped where that cannot be had
   */
  public static Command mounted(Command command, Path target, String mount, String tests)
      throws Exception {
    Loudly.require(
        Command.of(OWN_MOUNTS).plus("bash", "-c", mount, "bash", target.toString()).run().code()
            == 0,
        tests,
        "neither root nor user name spaces: '" + mount + "' failed");
    // What is in the mount is gone with it, so the script lists it.
    String script =
        "target=$1; shift; set -e; (set -- \"$target\"; "
            + mount
            + "); cd /; set +e; \"$@\"; code=$?; ls -A \"$target\" > \"$target.list\"; exit $code";
    return command.under("bash", "-c", script, "bash", target.toString()).under(OWN_MOUNTS);
  }
}
