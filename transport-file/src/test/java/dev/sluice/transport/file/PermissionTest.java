package dev.sluice.transport.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import dev.sluice.transport.file.Caller.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What permissions forbid. Root may do everything, so the cases run in one other process, which as
 * root gives up its privileges over files first.
 */
@Timeout(20)
final class PermissionTest {
  @TempDir private static Path folder;
  private static Map<String, String> outcomes = Map.of();

  @BeforeAll
  static void runCases() throws Exception {
    boolean root = (int) Files.getAttribute(folder, "unix:uid") == 0;
    List<String> prefix =
        root
            ? List.of("setpriv", "--bounding-set", "-dac_override,-dac_read_search,-chown,-fowner")
            : List.of();
    if (root) {
      Files.setAttribute(owned("stranger", "rw-rw-rw-"), "unix:uid", 12345);
      Files.setAttribute(owned("relative", "rw-r-----"), "unix:gid", 54321);
    }
    Process process =
        Child.of(prefix, Cases.class, folder.toString()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    outcomes =
        output
            .lines()
            .map(line -> line.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  private static Path owned(String name, String permissions) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "old");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static void assertOutcome(String name, String expected) {
    assertEquals(expected, outcomes.get(name), () -> new TreeMap<>(outcomes).toString());
  }

  @Test
  void readOnlyFolder_isToldWhenConnecting() {
    Path file = folder.resolve("read-only/absent");
    assertOutcome(
        "replace in a read-only folder",
        "IO: cannot open file " + file + " for writing: permission denied");
  }

  @Test
  void readOnlyFolder_letsAFileBeWrittenInPlace() {
    assertOutcome("in place in a read-only folder", "new");
  }

  @Test
  void readOnlyFile_isNotReplaced() {
    assertOutcome(
        "replace a read-only file",
        "IO: file " + folder.resolve("read-only-file") + " is there and must not be written");
  }

  @Test
  void unreadableFile_failsAtListen() {
    assertOutcome(
        "read an unreadable file",
        "IO: cannot open file " + folder.resolve("unreadable") + ": permission denied");
  }

  @Test
  void unreadableFifo_failsAtListen() {
    assertOutcome(
        "read an unreadable FIFO",
        "IO: cannot open FIFO "
            + folder.resolve("unreadable-fifo")
            + ": it must not be read by this process");
  }

  @Test
  void closedFolder_isToldWhenConnecting() {
    assertOutcome(
        "look into a closed folder",
        "IO: cannot open file " + folder.resolve("closed/file") + ": permission denied");
  }

  @Test
  void folderThatCannotBeSynced_isToldAtClose_soTheFolderIsSynced() {
    Path file = folder.resolve("drop-box/file");
    assertOutcome(
        "sync an unreadable folder",
        "IO: the folder of file " + file + " cannot be synced: permission denied");
    assertOutcome("no sync of an unreadable folder", "new");
  }

  @Test
  void folderThatCannotBeSynced_leavesTheCompleteFile_andSaysSo() {
    Path file = folder.resolve("drop-box/file3");
    assertOutcome(
        "what an unreadable folder leaves",
        "new, "
            + file
            + " is complete, but its folder is not synced: a crash may undo the replacement");
  }

  @Test
  void oneWayFifo_acceptIsStillEndedByClose() {
    assertOutcome("close the listener of a FIFO that is only readable", "empty");
  }

  @Test
  void strangersFile_isReplaced_butNotForItsGroup() throws IOException {
    if (outcomes.containsKey("replace a stranger's file")) {
      assertOutcome("replace a stranger's file", "new rw-------");
    } else {
      assertTrue((int) Files.getAttribute(folder, "unix:uid") != 0, "only root makes the file");
    }
  }

  @Test
  void ownerAndGroup_areKeptWhereThatIsPermitted() throws IOException {
    Path relative = folder.resolve("relative");
    if (Files.exists(relative)) {
      Endpoints.send("file:" + relative, "new");
      assertEquals(54321, Files.getAttribute(relative, "unix:gid"));
      assertEquals(
          "rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(relative)));
    } else {
      assertTrue((int) Files.getAttribute(folder, "unix:uid") != 0, "only root makes the file");
    }
  }

  /** Runs without privileges; prints a line for each case. */
  static final class Cases {
    private final Path folder;

    private Cases(Path folder) {
      this.folder = folder;
    }

    /** What a case prints; a failure of the transport counts as an outcome. */
    @FunctionalInterface
    private interface Case {
      String run() throws Exception;
    }

    private static void print(String name, Case test) throws Exception {
      String outcome;
      try {
        outcome = test.run();
      } catch (TransportException failure) {
        outcome = failure.kind() + ": " + failure.getMessage();
      }
      System.out.println(name + "=" + outcome);
    }

    private Path folder(String name) throws IOException {
      return Files.createDirectory(folder.resolve(name));
    }

    private static void permit(Path path, String permissions) throws IOException {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static String send(Path target, String options) throws IOException {
      Endpoints.send("file:" + target + options, "new");
      return Files.readString(target);
    }

    public static void main(String[] arguments) throws Exception {
      new Cases(Path.of(arguments[0])).run();
    }

    private void run() throws Exception {
      Path readOnly = folder("read-only");
      Path inside = Files.writeString(readOnly.resolve("file"), "old");
      permit(readOnly, "r-x------");
      print("replace in a read-only folder", () -> send(readOnly.resolve("absent"), ""));
      print("in place in a read-only folder", () -> send(inside, ",in-place=on"));
      permit(readOnly, "rwx------");

      Path readOnlyFile = Files.writeString(folder.resolve("read-only-file"), "old");
      permit(readOnlyFile, "r--------");
      print("replace a read-only file", () -> send(readOnlyFile, ""));

      Path unreadable = Files.writeString(folder.resolve("unreadable"), "old");
      permit(unreadable, "-w-------");
      print("read an unreadable file", () -> Endpoints.listen("file:" + unreadable).toString());

      Path unreadableFifo = Endpoints.mkfifo(folder.resolve("unreadable-fifo"));
      permit(unreadableFifo, "-w-------");
      print("read an unreadable FIFO", () -> Endpoints.listen("file:" + unreadableFifo) + "");

      Path closed = folder("closed");
      permit(closed, "rw-------");
      print("look into a closed folder", () -> send(closed.resolve("file"), ""));
      permit(closed, "rwx------");

      Path dropBox = folder("drop-box");
      permit(dropBox, "-wx------");
      print("sync an unreadable folder", () -> send(dropBox.resolve("file"), ""));
      print("no sync of an unreadable folder", () -> send(dropBox.resolve("file2"), ",fsync=off"));
      print("what an unreadable folder leaves", () -> left(dropBox.resolve("file3")));
      permit(dropBox, "rwx------");

      Path readableFifo = Endpoints.mkfifo(folder.resolve("readable-fifo"));
      permit(readableFifo, "r--------");
      print("close the listener of a FIFO that is only readable", () -> closed(readableFifo));

      Path stranger = folder.resolve("stranger");
      if (Files.exists(stranger)) {
        print(
            "replace a stranger's file",
            () ->
                send(stranger, "")
                    + " "
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(stranger)));
      }
    }

    private static String left(Path target) throws IOException {
      TransportChannel channel = Endpoints.connect("file:" + target);
      Endpoints.write(channel, "new");
      Endpoints.assertFails(TransportException.Kind.IO, channel::close);
      channel.abort();
      return Files.readString(target) + ", " + channel.remains().orElse("nothing");
    }

    private static String closed(Path fifo) throws Exception {
      TransportListener listener = Endpoints.listen("file:" + fifo);
      Call<Optional<TransportChannel>> accepting = Caller.PLATFORM.start(listener::accept);
      Caller.awaitThreadIn("open");
      listener.close();
      return accepting.within(Caller.PROMPTLY).isEmpty() ? "empty" : "a channel";
    }
  }
}
