package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process of this machine. The moment it started, in clock ticks since boot, tells it from a
 * later one that got the same number.
 */
record Owner(long pid, long startTicks) {
  /** What {@link #toString} writes; 18 digits always fit a long. */
  static final String PATTERN = "([0-9]{1,18})-([0-9]{1,18})";

  private static final Pattern WHOLE = Pattern.compile(PATTERN);
  private static final Path PROC = Path.of("/proc");

  /** In {@code /proc/PID/stat} after the name in parentheses, which may itself hold anything. */
  private static final int STATE_FIELD = 0;

  /** Field 22 of proc(5), counted from the state, which is field 3. */
  private static final int START_FIELD = 19;

  /**
   * Returns this process.
   *
   * @throws TransportException of kind UNREACHABLE without a Linux /proc
   */
  static Owner current() throws TransportException {
    try {
      return new Owner(
          ProcessHandle.current().pid(), Long.parseLong(fields(PROC.resolve("self"))[START_FIELD]));
    } catch (IOException | RuntimeException noProc) {
      throw Failures.unreachable(
          "shared memory needs to know this process from /proc/self/stat, which cannot be read",
          "rdma-sim:NAME works on Linux with /proc mounted",
          noProc);
    }
  }

  /** Reads what {@link #toString} wrote. */
  static Owner parse(String text) {
    Matcher matcher = WHOLE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not PID-TICKS: " + text);
    }
    return new Owner(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
  }

  /**
   * Returns whether the process runs. In doubt it does: what belongs to the living must stay. (In
   * another container's process numbers it may seem dead: file locks tell that.)
   */
  boolean isAlive() {
    Path process = PROC.resolve(Long.toString(pid));
    try {
      String[] fields = fields(process);
      boolean ended = fields[STATE_FIELD].equals("Z") || fields[STATE_FIELD].equals("X");
      return !ended && Long.parseLong(fields[START_FIELD]) == startTicks;
    } catch (IOException | RuntimeException unreadable) {
      return Files.exists(process);
    }
  }

  private static String[] fields(Path process) throws IOException {
    String stat = Files.readString(process.resolve("stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
  }

  @Override
  public String toString() {
    return pid + "-" + startTicks;
  }
}
