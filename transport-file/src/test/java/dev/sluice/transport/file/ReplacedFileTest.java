package dev.sluice.transport.file;

import static dev.sluice.transport.file.Endpoints.assertFails;
import static dev.sluice.transport.file.Endpoints.assertTells;
import static dev.sluice.transport.file.Endpoints.connect;
import static dev.sluice.transport.file.Endpoints.descriptors;
import static dev.sluice.transport.file.Endpoints.parts;
import static dev.sluice.transport.file.Endpoints.send;
import static dev.sluice.transport.file.Endpoints.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.file.Caller.Call;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Outgoing, to a regular file or none: the new file takes the name when it is complete. */
@Timeout(10)
final class ReplacedFileTest {
  @TempDir private Path folder;
  private Path target;

  @BeforeEach
  void nameTarget() {
    target = folder.resolve("vm.mig");
  }

  @Test
  void connect_absent_appearsAtTheOrderlyCloseOnly() throws IOException {
    TransportChannel channel = connect("file:" + target);
    write(channel, "new");
    assertFalse(Files.exists(target));
    assertEquals(1, parts(folder).size());
    channel.close();
    assertEquals("new", Files.readString(target));
    assertEquals(List.of(), parts(folder));
  }

  @Test
  void connect_existing_keepsTheOldFileUntilTheOrderlyClose() throws IOException {
    Files.writeString(target, "old and longer");
    TransportChannel channel = connect("file:" + target);
    write(channel, "new");
    assertEquals("old and longer", Files.readString(target));
    channel.close();
    assertEquals("new", Files.readString(target));
    assertEquals(List.of(), parts(folder));
  }

  @Test
  void close_withoutFsync_givesTheNameToo() throws IOException {
    send("file:" + target + ",fsync=off", "new");
    assertEquals("new", Files.readString(target));
  }

  @Test
  void close_emptyStream_makesAnEmptyFile() throws IOException {
    Files.writeString(target, "old");
    send("file:" + target, "");
    assertEquals("", Files.readString(target));
  }

  @Test
  void abort_removesTheTemporaryAndKeepsTheOldFile() throws IOException {
    Files.writeString(target, "old");
    TransportChannel channel = connect("file:" + target);
    write(channel, "new");
    channel.abort();
    channel.close();
    assertEquals("old", Files.readString(target));
    assertEquals(List.of(), parts(folder));
  }

  @Test
  void abort_absent_leavesNothing() throws IOException {
    TransportChannel channel = connect("file:" + target);
    Path part = parts(folder).getFirst();
    assertEquals(1, descriptors(part));
    channel.abort();
    assertFalse(Files.exists(target));
    assertEquals(List.of(), parts(folder));
    assertEquals(0, descriptorsNamed(part));
  }

  private static long descriptorsNamed(Path removed) throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(link -> readLink(link).startsWith(removed.toString())).count();
    }
  }

  private static String readLink(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException goneMeanwhile) {
      return "";
    }
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_isAnAbort(Caller caller) throws IOException {
    Files.writeString(target, "old");
    TransportChannel channel = connect("file:" + target);
    Call<?> call =
        caller.start(
            () -> {
              write(channel, "new");
              Thread.currentThread().interrupt();
              return channel.write(ByteBuffer.allocate(1));
            });
    call.failure(ClosedByInterruptException.class);
    channel.close();
    assertEquals("old", Files.readString(target));
    assertEquals(List.of(), parts(folder));
  }

  @ParameterizedTest
  @EnumSource
  void close_interrupted_isAnAbort(Caller caller) throws IOException {
    Files.writeString(target, "old");
    TransportChannel channel = connect("file:" + target);
    Call<?> call =
        caller.start(
            () -> {
              write(channel, "new");
              Thread.currentThread().interrupt();
              channel.close();
              return null;
            });
    call.failure(ClosedByInterruptException.class);
    assertEquals("old", Files.readString(target));
    assertEquals(List.of(), parts(folder));
  }

  @Test
  void connect_twice_eachHasItsOwnTemporaryAndTheLastRenameWins() throws IOException {
    TransportChannel first = connect("file:" + target);
    TransportChannel second = connect("file:" + target);
    assertEquals(2, parts(folder).size());
    write(second, "second");
    write(first, "first");
    second.close();
    assertEquals("second", Files.readString(target));
    first.close();
    assertEquals("first", Files.readString(target));
    assertEquals(List.of(), parts(folder));
  }

  @Test
  void symbolicLink_isFollowedAndStays() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path file = Files.writeString(elsewhere.resolve("file"), "old");
    Files.createSymbolicLink(elsewhere.resolve("second"), Path.of("file"));
    Files.createSymbolicLink(target, Path.of("elsewhere/second"));
    TransportChannel channel = connect("file:" + target);
    write(channel, "new");
    assertEquals(1, parts(elsewhere).size());
    channel.close();
    assertTrue(Files.isSymbolicLink(target));
    assertFalse(Files.isSymbolicLink(file));
    assertEquals("new", Files.readString(file));
    assertEquals(List.of(), parts(elsewhere));
  }

  @Test
  void symbolicLink_toNothing_makesTheFileItNames() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createSymbolicLink(target, Path.of("elsewhere/file"));
    send("file:" + target, "new");
    assertTrue(Files.isSymbolicLink(target));
    assertEquals("new", Files.readString(elsewhere.resolve("file")));
  }

  @Test
  void symbolicLink_toItself_isAFailureOfTheTarget() throws IOException {
    Files.createSymbolicLink(target, target);
    TransportException failure = assertFails(Kind.IO, () -> connect("file:" + target));
    assertTells(failure, target.toString());
  }

  @Test
  void relativePath_isToldAsAnAbsoluteOne() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    Path relative = here.relativize(target);
    TransportChannel channel = connect("file:" + relative);
    assertEquals("file:" + here.resolve(relative), channel.info().name());
    assertEquals("file:" + here.resolve(relative), channel.info().peerAddress().orElseThrow() + "");
    channel.close();
    assertTrue(Files.exists(target));
  }

  @Test
  void commaInTheName_isPartOfIt() throws IOException {
    send("file:" + folder.resolve("a,,b"), "new");
    assertEquals("new", Files.readString(folder.resolve("a,b")));
  }

  @Test
  void longestName_hasRoomForATemporary() throws IOException {
    Path longest = folder.resolve("x".repeat(255));
    send("file:" + longest, "new");
    assertEquals("new", Files.readString(longest));
  }

  @Test
  void permissions_areForTheOwnerOnly_beforeAndAfter() throws IOException {
    TransportChannel channel = connect("file:" + target);
    assertEquals("rw-------", permissions(parts(folder).getFirst()));
    channel.close();
    assertEquals("rw-------", permissions(target));
  }

  @Test
  void permissions_ofAReplacedFile_areKept() throws IOException {
    Files.writeString(target, "old");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-rw-rw-"));
    TransportChannel channel = connect("file:" + target);
    assertEquals("rw-------", permissions(parts(folder).getFirst()));
    channel.close();
    assertEquals("rw-rw-rw-", permissions(target));
  }

  @Test
  void mode_givesThePermissions_whateverWasThereOrTheUmaskSays() throws IOException {
    Files.writeString(target, "old");
    send("file:" + target + ",mode=0666", "new");
    assertEquals("rw-rw-rw-", permissions(target));
    send("file:" + folder.resolve("other") + ",mode=622", "new");
    assertEquals("rw--w--w-", permissions(folder.resolve("other")));
  }

  @Test
  void temporaryThatBecameALink_isRefused_andWhatItLeadsToKeepsItsMode() throws IOException {
    Files.writeString(target, "old");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-rw-rw-"));
    Path foreign = Files.writeString(folder.resolve("foreign"), "secret");
    Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("r--------"));
    TransportChannel channel = connect("file:" + target);
    write(channel, "new");
    Path part = parts(folder).getFirst();
    Files.delete(part);
    Files.createSymbolicLink(part, foreign);
    TransportException failure = assertFails(Kind.IO, channel::close);
    assertTells(failure, "another one took its place at " + part);
    assertEquals("r--------", permissions(foreign));
    assertEquals("secret", Files.readString(foreign));
    assertEquals("old", Files.readString(target));
    assertEquals(List.of(), parts(folder));
  }

  @Test
  void temporaryThatIsGone_isTold() throws IOException {
    TransportChannel channel = connect("file:" + target);
    Path part = parts(folder).getFirst();
    Files.delete(part);
    assertTells(assertFails(Kind.IO, channel::close), "there is no " + part);
    assertFalse(Files.exists(target));
  }

  @Test
  void targetThatBecameALink_isReplaced_withoutThePermissionsBehindIt() throws IOException {
    Path foreign = Files.writeString(folder.resolve("foreign"), "secret");
    Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("rw-rw-rw-"));
    TransportChannel channel = connect("file:" + target);
    write(channel, "new");
    Files.createSymbolicLink(target, foreign);
    channel.close();
    assertFalse(Files.isSymbolicLink(target));
    assertEquals("rw-------", permissions(target));
    assertEquals("secret", Files.readString(foreign));
  }

  private static String permissions(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    return PosixFilePermissions.toString(permissions);
  }

  @Test
  void targetThatBecameAFolder_isTold_andNothingStays() throws IOException {
    TransportChannel channel = connect("file:" + target);
    write(channel, "new");
    Files.createDirectories(target.resolve("child"));
    TransportException failure = assertFails(Kind.IO, channel::close);
    assertTells(failure, target.toString());
    assertTrue(failure.hint().isPresent());
    assertEquals(List.of(), parts(folder));
    assertFalse(channel.isOpen());
  }

  @Test
  void inode_isANewOne() throws IOException {
    Files.writeString(target, "old");
    Object old = Files.getAttribute(target, "unix:ino");
    send("file:" + target, "new");
    assertNotEquals(old, Files.getAttribute(target, "unix:ino"));
  }

  @Test
  void closed_refusesEverything() throws IOException {
    TransportChannel channel = connect("file:" + target);
    channel.close();
    channel.close();
    channel.abort();
    assertTrue(Files.exists(target));
    assertThrows(IOException.class, () -> channel.write(ByteBuffer.allocate(1)));
    assertThrows(IOException.class, channel::position);
  }
}
