package dev.sluice.transport.rdmasim.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class MeetingFolderTest {
  @TempDir private Path base;

  @Test
  void open_makesAFolderOfTheUserAlone_andFindsItAgain() throws IOException {
    MeetingFolder folder = MeetingFolder.open(base);
    int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    assertEquals(base.resolve("sluice-" + uid), folder.path());
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())));
    assertEquals(folder.path(), MeetingFolder.open(base).path());
  }

  @Test
  void open_ofAFolderThatOthersMayEnter_fails() throws IOException {
    Path path = MeetingFolder.open(base).path();
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-x---"));
    TransportException failure = Shm.fails(Kind.UNREACHABLE, () -> MeetingFolder.open(base));
    assertTrue(Shm.text(failure).contains("has mode 750, not 700"), Shm.text(failure));
    assertTrue(Shm.text(failure).contains("dir="), Shm.text(failure));
  }

  @Test
  void open_ofASymbolicLink_fails() throws IOException {
    Path path = MeetingFolder.open(base).path();
    Path moved = Files.move(path, base.resolve("moved"));
    Files.createSymbolicLink(path, moved);
    TransportException failure = Shm.fails(Kind.UNREACHABLE, () -> MeetingFolder.open(base));
    assertTrue(Shm.text(failure).contains("is a symbolic link"), Shm.text(failure));
  }

  @Test
  void open_ofAFolderOfAnotherUser_fails() throws IOException {
    Path path = MeetingFolder.open(base).path();
    try {
      Files.setAttribute(path, "unix:uid", 54321);
    } catch (IOException notPermitted) {
      Assumptions.abort("giving a file away needs root");
    }
    TransportException failure = Shm.fails(Kind.UNREACHABLE, () -> MeetingFolder.open(base));
    assertTrue(Shm.text(failure).contains("belongs to user 54321"), Shm.text(failure));
  }

  @Test
  void open_inAnAbsentFolder_failsWithAHint() {
    TransportException failure =
        Shm.fails(Kind.UNREACHABLE, () -> MeetingFolder.open(base.resolve("absent")));
    assertTrue(Shm.text(failure).contains("it does not exist"), Shm.text(failure));
    assertTrue(Shm.text(failure).contains("dir="), Shm.text(failure));
  }

  @Test
  void socketAddress_thatIsTooLong_isAnAddressFailure() throws IOException {
    Path deep = Files.createDirectories(base.resolve("x".repeat(90)));
    MeetingFolder folder = MeetingFolder.open(deep);
    TransportException failure = Shm.fails(Kind.ADDRESS, () -> Shm.listen(folder, "n"));
    assertTrue(Shm.text(failure).contains("it may have 106"), Shm.text(failure));
    assertTrue(Shm.text(failure).contains("dir="), Shm.text(failure));
    assertEquals(List.of(), folder.fileNames());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "0", "A.b_c-9", "a.sock", "z.."})
  void endpointName_ofAllowedCharacters_isOne(String text) throws IOException {
    assertEquals(text + ".sock", EndpointName.parse(text).fileName());
    assertEquals("a".repeat(64), EndpointName.parse("a".repeat(64)).text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "-a", "_a", "a/b", "a b", "ä", "a\n", "a\0"})
  void endpointName_ofAnythingElse_isAnAddressFailure(String text) {
    Shm.fails(Kind.ADDRESS, () -> EndpointName.parse(text));
    Shm.fails(Kind.ADDRESS, () -> EndpointName.parse("a".repeat(65)));
  }
}
