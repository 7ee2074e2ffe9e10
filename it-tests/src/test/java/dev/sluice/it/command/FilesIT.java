package dev.sluice.it.command;

import static dev.sluice.it.support.Command.copy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Folder;
import dev.sluice.it.support.Loudly;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Rights;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that cannot be read (5) or written (6), that end early (7), and devices. */
class FilesIT {
  private static final int UNREACHABLE = 3;
  private static final int READ_FAILED = 5;
  private static final int WRITE_FAILED = 6;
  private static final int TRUNCATED = 7;

  private static final int SIZE = 4 << 20;

  @TempDir Path folder;

  private Path in = Path.of("");
  private Path target = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void makeFiles() throws Exception {
    in = Bytes.file(folder.resolve("in"), SIZE);
    target = Files.createDirectory(folder.resolve("target"));
    out = target.resolve("out");
  }

  @ParameterizedTest
  @EnumSource
  void missingSource(Mode mode) throws Exception {
    Path absent = folder.resolve("absent");

    copy(mode, "file:" + absent, "file:" + out).run().failed(mode, UNREACHABLE, absent.toString());
    Folder.assertHolds(target);
    Folder.assertHolds(folder, "in", "target");
  }

  @ParameterizedTest
  @EnumSource
  void missingSource_isFoundBeforeTheTargetIsOpened(Mode mode) throws Exception {
    Files.writeString(out, "old");

    copy(mode, "file:" + folder.resolve("absent"), "file:" + out + ",in-place=on")
        .run()
        .failed(mode, UNREACHABLE, "absent");
    assertEquals("old", Files.readString(out));
  }

  @ParameterizedTest
  @EnumSource
  void folderAsSource(Mode mode) throws Exception {
    copy(mode, "file:" + folder, "file:" + out)
        .run()
        .failed(mode, READ_FAILED, "folder|directory", folder.toString());
    Folder.assertHolds(target);
  }

  @ParameterizedTest
  @EnumSource
  void folderAsTarget(Mode mode) throws Exception {
    copy(mode, "file:" + in, "file:" + target)
        .run()
        .failed(mode, WRITE_FAILED, "folder|directory", target.toString());
    Folder.assertHolds(target);
  }

  @ParameterizedTest
  @EnumSource
  void targetInAFolderThatIsNotThere(Mode mode) throws Exception {
    copy(mode, "file:" + in, "file:" + folder + "/absent/out")
        .run()
        .failed(mode, WRITE_FAILED, folder + "/absent");
    Folder.assertHolds(folder, "in", "target");
  }

  @ParameterizedTest
  @EnumSource
  void targetBelowAFile(Mode mode) throws Exception {
    copy(mode, "file:" + in, "file:" + in + "/out").run().failed(mode, WRITE_FAILED, in.toString());
    assertEquals(SIZE, Files.size(in));
  }

  private static Command withoutRootsRights(Command command) throws Exception {
    return Rights.boundByModes(command, "FilesIT, 2 tests of permissions");
  }

  @ParameterizedTest
  @EnumSource
  void sourceThatMayNotBeRead(Mode mode) throws Exception {
    Files.setPosixFilePermissions(in, PosixFilePermissions.fromString("---------"));

    withoutRootsRights(copy(mode, "file:" + in, "file:" + out))
        .run()
        .failed(mode, READ_FAILED, in.toString(), "permi|denied|not allowed|may not");
    Folder.assertHolds(target);
  }

  @ParameterizedTest
  @EnumSource
  void folderThatMayNotBeWritten(Mode mode) throws Exception {
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));

    withoutRootsRights(copy(mode, "file:" + in, "file:" + out))
        .run()
        .failed(mode, WRITE_FAILED, target.toString(), "permi|denied|not allowed|may not");
    Folder.assertHolds(target);
  }

  private Command mounted(Command command, String mount) throws Exception {
    return Rights.mounted(command, target, mount, "FilesIT, a test with a mount of its own");
  }

  private String listing() throws IOException {
    return Files.readString(Path.of(target + ".list")).strip();
  }

  @ParameterizedTest
  @EnumSource
  void readOnlyFileSystem(Mode mode) throws Exception {
    mounted(
            copy(mode, "file:" + in, "file:" + out),
            "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\"")
        .run()
        .failed(mode, WRITE_FAILED, target.toString(), "read-only|read only");
    assertEquals("", listing());
  }

  @ParameterizedTest
  @EnumSource
  void fullDisk(Mode mode) throws Exception {
    mounted(copy(mode, "file:" + in, "file:" + out), "mount -t tmpfs -o size=1m tmpfs \"$1\"")
        .run()
        .failed(mode, WRITE_FAILED, "space|full", out.toString());
    assertEquals("", listing(), "left on the full disk");
  }

  @ParameterizedTest
  @EnumSource
  void fullDisk_keepsTheOldFile(Mode mode) throws Exception {
    Outcome outcome =
        mounted(
                copy(mode, "file:" + in, "file:" + out, "--digest", "sha256"),
                "mount -t tmpfs -o size=1m tmpfs \"$1\" && echo old > \"$1/out\"")
            .run()
            .failed(mode, WRITE_FAILED, "space|full");
    assertEquals("out", listing(), outcome::toString);
  }

  @ParameterizedTest
  @EnumSource
  void fullDevice(Mode mode) throws Exception {
    copy(mode, "file:" + in, "file:/dev/full")
        .run()
        .failed(mode, WRITE_FAILED, "space|full", "/dev/full");
    assertIsDevice(Path.of("/dev/full"));
  }

  @ParameterizedTest
  @EnumSource
  void sourceThatShrinks_isTruncated(Mode mode) throws Exception {
    Files.writeString(out, "old");
    try (Running copy = copy(mode, "file:" + in, "file:" + out, "--rate", "2MiB").start()) {
      Folder.awaitBytes(target, 200_000);
      try (FileChannel source = FileChannel.open(in, StandardOpenOption.WRITE)) {
        source.truncate(SIZE / 4);
      }
      copy.await(Duration.ofSeconds(20))
          .failed(mode, TRUNCATED, "ended|truncated|early|short", Integer.toString(SIZE));
    }
    Folder.assertHolds(target, "out");
    assertEquals("old", Files.readString(out));
  }

  @ParameterizedTest
  @EnumSource
  void offsetPastTheEnd(Mode mode) throws Exception {
    copy(mode, "file:" + in + ",offset=" + (SIZE + 1), "file:" + out)
        .run()
        .failed(mode, READ_FAILED, "offset", Integer.toString(SIZE));
    Folder.assertHolds(target);
  }

  @ParameterizedTest
  @EnumSource
  void offset_isWhereTheCopyStarts(Mode mode) throws Exception {
    copy(mode, "file:" + in + ",offset=0x1000", "file:" + out).run().copied(mode, SIZE - 0x1000);

    byte[] all = Files.readAllBytes(in);
    assertArrayEquals(Arrays.copyOfRange(all, 0x1000, all.length), Files.readAllBytes(out));
  }

  @ParameterizedTest
  @EnumSource
  void offsetAtTheEnd_isAnEmptyCopy(Mode mode) throws Exception {
    copy(mode, "file:" + in + ",offset=" + SIZE, "file:" + out).run().copied(mode, 0);
    assertEquals(0, Files.size(out));
  }

  @ParameterizedTest
  @EnumSource
  void devNull_isEmptyToRead_andStaysADevice(Mode mode) throws Exception {
    Path device = nullDevice();

    copy(mode, "file:" + device, "file:" + out).run().copied(mode, 0);
    copy(mode, "file:" + in, "file:" + device).run().copied(mode, SIZE);

    assertEquals(0, Files.size(out));
    assertIsDevice(device);
  }

  private static void assertIsDevice(Path path) throws IOException {
    assertTrue(
        Files.readAttributes(path, BasicFileAttributes.class).isOther(), path + " is no device");
  }

  /** Root could destroy the real one, so it gets another. */
  private Path nullDevice() throws Exception {
    if (!Rights.isRoot()) {
      return Path.of("/dev/null");
    }
    Path device = folder.resolve("null");
    Loudly.require(
        Command.of("mknod", device.toString(), "c", "1", "3").run().code() == 0
            && Command.of("bash", "-c", ": > \"$0\"", device.toString()).run().code() == 0,
        "FilesIT.devNull (2 tests)",
        "no device can be made or used in " + folder);
    return device;
  }

  @ParameterizedTest
  @EnumSource
  void newFile_isForItsOwnerAlone_andAnOldOneKeepsItsPermissions(Mode mode) throws Exception {
    copy(mode, "file:" + in, "file:" + out).run().copied(mode, SIZE);
    assertEquals("rw-------", permissions());

    Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rw-r-----"));
    copy(mode, "file:" + in, "file:" + out).run().copied(mode, SIZE);
    assertEquals("rw-r-----", permissions());
  }

  private String permissions() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(out));
  }

  @ParameterizedTest
  @EnumSource
  void symbolicLink_isFollowed(Mode mode) throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), out);

    copy(mode, "file:" + in, "file:" + link).run().copied(mode, SIZE);
    assertTrue(Files.isSymbolicLink(link));
    assertFalse(Files.isSymbolicLink(out));
    Bytes.assertSame(in, out);
  }

  @ParameterizedTest
  @EnumSource
  void sourceAndTargetOneFileByTwoNames_isRefused_andKept(Mode mode) throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), in);
    byte[] before = Files.readAllBytes(in);

    copy(mode, "file:" + in, "file:" + link + ",in-place=on").run();

    assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(in)));
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void standardInputThatIsTheTarget_isNotCutOff(Mode mode) throws Exception {
    copy(mode, "-", "file:" + in + ",in-place=on")
        .reading(in)
        .run()
        .failed(mode, 3, "being read or written");
    assertEquals(SIZE, Files.size(in));
  }

  @Test
  void standardOutputThatIsTheSource_isNotAppendedTo() throws Exception {
    copy(Mode.PLAIN, "file:" + in, "-")
        .inScript("exec \"$@\" >>" + in)
        .run()
        .failed(Mode.PLAIN, 3, "being read or written");
    assertEquals(SIZE, Files.size(in));
  }
}
