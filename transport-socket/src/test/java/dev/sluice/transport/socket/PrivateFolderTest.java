package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTest {
  @TempDir private Path parent;

  @Test
  void permit_inAFolderThatAnotherReplaced_fails_andFollowsNoLinkThere() throws IOException {
    Path foreign = Files.writeString(parent.resolve("foreign"), "secret");
    Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("r--------"));
    try (PrivateFolder folder = PrivateFolder.in(parent)) {
      Path path = folder.file("");
      Path moved = Files.move(path, parent.resolve("moved"));
      Files.createDirectory(path);
      Files.createSymbolicLink(folder.file("s"), foreign);
      FileSystemException failure =
          assertThrows(
              FileSystemException.class,
              () -> folder.permit("s", PosixFilePermissions.fromString("rw-rw-rw-")));
      assertTrue(Sockets.text(failure).contains("another folder took its place"));
      assertEquals(
          "r--------", PosixFilePermissions.toString(Files.getPosixFilePermissions(foreign)));
      Files.delete(folder.file("s"));
      Files.delete(moved);
    }
  }
}
