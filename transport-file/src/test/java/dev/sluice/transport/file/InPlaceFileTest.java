package dev.sluice.transport.file;

import static dev.sluice.transport.file.Endpoints.assertFails;
import static dev.sluice.transport.file.Endpoints.assertTells;
import static dev.sluice.transport.file.Endpoints.connect;
import static dev.sluice.transport.file.Endpoints.parts;
import static dev.sluice.transport.file.Endpoints.send;
import static dev.sluice.transport.file.Endpoints.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Outgoing with in-place=on or an offset: the bytes go into the file itself. */
@Timeout(10)
final class InPlaceFileTest {
  @TempDir private Path folder;
  private Path target;

  @BeforeEach
  void nameTarget() {
    target = folder.resolve("vm.mig");
  }

  @Test
  void inPlace_keepsTheFileAndCutsItOffAtOnce() throws IOException {
    Files.writeString(target, "old and longer");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r-----"));
    Object inode = Files.getAttribute(target, "unix:ino");
    TransportChannel channel = connect("file:" + target + ",in-place=on");
    assertEquals(0, Files.size(target));
    write(channel, "new");
    assertEquals("new", Files.readString(target));
    assertEquals(List.of(), parts(folder));
    channel.close();
    assertEquals("new", Files.readString(target));
    assertEquals(inode, Files.getAttribute(target, "unix:ino"));
    assertEquals("rw-r-----", permissions());
  }

  @ParameterizedTest
  @ValueSource(strings = {"in-place=on", "in-place", "offset=2", "in-place=on,fsync=off"})
  void absentFile_isCreatedForTheOwnerOnly(String options) throws IOException {
    send("file:" + target + "," + options, "new");
    assertEquals("new", Files.readString(target).replace("\0", ""));
    assertEquals("rw-------", permissions());
  }

  @Test
  void inPlace_withMode_changesThePermissions() throws IOException {
    Files.writeString(target, "old");
    send("file:" + target + ",in-place=on,mode=0666", "new");
    assertEquals("rw-rw-rw-", permissions());
  }

  private String permissions() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(target));
  }

  @Test
  void abort_leavesWhatWasWritten() throws IOException {
    Files.writeString(target, "old");
    TransportChannel channel = connect("file:" + target + ",in-place=on");
    write(channel, "ne");
    channel.abort();
    assertEquals("ne", Files.readString(target));
  }

  @Test
  void offset_keepsWhatLiesBefore_andCutsOffThere() throws IOException {
    Files.writeString(target, "0123456789");
    try (TransportChannel channel = connect("file:" + target + ",offset=4")) {
      assertEquals("0123", Files.readString(target));
      assertEquals(4, channel.position());
      write(channel, "ab");
      assertEquals(6, channel.position());
    }
    assertEquals("0123ab", Files.readString(target));
  }

  @Test
  void offset_beyondTheEnd_fillsWithZerosEvenIfNothingIsWritten() throws IOException {
    Files.writeString(target, "01");
    send("file:" + target + ",offset=0x4", "");
    assertArrayEquals(new byte[] {'0', '1', 0, 0}, Files.readAllBytes(target));
    send("file:" + target + ",offset=5", "a");
    assertArrayEquals(new byte[] {'0', '1', 0, 0, 0, 'a'}, Files.readAllBytes(target));
  }

  @Test
  void offsetThatNoFileReaches_leavesNoNewFile_butOneThatWasThere() throws IOException {
    // 7 EiB: more than a file of any disk's file system has.
    String address = "file:" + target + ",offset=" + (7L << 60);
    boolean memory = Files.getFileStore(folder).type().equals("tmpfs");
    if (memory) {
      System.err.println("InPlaceFileTest: " + folder + " is a tmpfs, where files reach 7 EiB");
    }
    Assumptions.assumeFalse(memory, "files of a tmpfs reach that far");
    assertTells(assertFails(Kind.IO, () -> connect(address)), target.toString());
    assertFalse(Files.exists(target));
    Files.writeString(target, "old");
    assertFails(Kind.IO, () -> connect(address));
    assertEquals("old", Files.readString(target));
  }

  @Test
  void symbolicLink_isFollowed() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    send("file:" + link + ",in-place=on", "new");
    assertEquals("new", Files.readString(target));
  }

  @Test
  void offset_beyond2GiB_isTheAbsolutePositionInTheFile() throws IOException {
    long offset = (5L << 30) + 1;
    try (TransportChannel channel = connect("file:" + target + ",fsync=off,offset=" + offset)) {
      write(channel, "a");
      channel.writeAt(ByteBuffer.wrap(new byte[] {'c'}), offset + 2);
      channel.position(offset + 1);
      write(channel, "b");
      assertEquals(offset + 2, channel.position());
      assertEquals(offset + 3, channel.size());
    }
    try (FileChannel file = FileChannel.open(target, StandardOpenOption.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate(4);
      assertEquals(4, file.read(bytes, offset - 1));
      assertArrayEquals(new byte[] {0, 'a', 'b', 'c'}, bytes.array());
    }
  }
}
