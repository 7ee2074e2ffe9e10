package dev.sluice.transport.file;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenFileTest {
  @TempDir private Path folder;
  private Path name;
  private Path foreign;

  @BeforeEach
  void makeFiles() throws IOException {
    name = folder.toRealPath().resolve("name");
    foreign = Files.writeString(folder.resolve("foreign"), "secret");
    Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("r--------"));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void mode_isThatOfTheOpenFile_evenIfALinkTakesItsNameMeanwhile() throws IOException {
    try (FileChannel _ = FileChannel.open(name, CREATE_NEW, WRITE)) {
      Path open = OpenFile.named(name);
      Path moved = Files.move(name, folder.resolve("moved"));
      Files.createSymbolicLink(name, foreign);
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));
      assertEquals("rw-rw-rw-", permissions(moved));
      assertEquals("r--------", permissions(foreign));
    }
  }

  @Test
  void nameThatLeadsElsewhere_isNoOpenFile() throws IOException {
    try (FileChannel _ = FileChannel.open(name, CREATE_NEW, WRITE)) {
      Files.delete(name);
      Files.createSymbolicLink(name, foreign);
      assertThrows(NoSuchFileException.class, () -> OpenFile.named(name));
    }
  }

  @Test
  void closedFile_isNoOpenFile() throws IOException {
    FileChannel.open(name, CREATE_NEW, WRITE).close();
    assertThrows(NoSuchFileException.class, () -> OpenFile.named(name));
  }
}
