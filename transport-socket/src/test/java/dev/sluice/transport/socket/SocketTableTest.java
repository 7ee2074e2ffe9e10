package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketTableTest {
  private static final String HEADER = "Num       RefCount Protocol Flags    Type St Inode Path\n";

  @TempDir private Path folder;
  private Path socket;

  @BeforeEach
  void makeFile() throws IOException {
    socket = Files.createFile(folder.resolve("a socket"));
  }

  private static String row(String flags, String type, Object path) {
    return "0000000084a3f356: 00000002 00000000 " + flags + " " + type + " 01  1674 " + path + "\n";
  }

  @ParameterizedTest
  @CsvSource({
    "00010000, 0001, true, false",
    "00010000, 0005, true, true",
    "00000000, 0001, false, false",
    "00000000, 0002, false, true",
  })
  void row_tellsWhetherItListensAndWhetherItIsAStream(
      String flags, String type, boolean listens, boolean isOther) {
    SocketTable table = SocketTable.parse(HEADER + row(flags, type, socket));
    assertEquals(listens, table.showsListenerOf(socket));
    assertEquals(isOther, table.showsOtherThanStream(socket));
  }

  @Test
  void acceptedConnections_haveTheListenersPath_andChangeNothing() {
    SocketTable table =
        SocketTable.parse(
            HEADER
                + row("00000000", "0001", socket)
                + row("00010000", "0001", socket)
                + row("00000000", "0001", socket));
    assertTrue(table.showsListenerOf(socket));
    assertFalse(table.showsOtherThanStream(socket));
  }

  @Test
  void whatIsNotListed_isNotKnown() throws IOException {
    Path other = Files.createFile(folder.resolve("other"));
    String abstractName = "@" + socket;
    String unnamed = "0000000084a3f356: 00000002 00000000 00010000 0001 01  1674\n";
    SocketTable table =
        SocketTable.parse(
            HEADER
                + unnamed
                + row("00010000", "0002", other)
                + row("00010000", "0002", abstractName)
                + row("00010000", "0002", "a socket")
                + "made up by a name: 1 2 3 4 5 6 7 "
                + socket);
    assertFalse(table.showsListenerOf(socket));
    assertFalse(table.showsOtherThanStream(socket));
    assertFalse(table.showsListenerOf(folder.resolve("absent")));
  }

  @Test
  void boundName_isRecognised_wheneverItIsTheLastOne() throws IOException {
    String boundName = SocketTable.boundName(socket);
    for (Path bound : new Path[] {folder.resolve(".sluice-1"), Path.of("/proc/self/fd/7")}) {
      String row = row("00010000", "0001", bound.resolve(boundName));
      assertTrue(SocketTable.parse(HEADER + row).showsListenerOf(socket));
      String longer = row("00010000", "0001", bound.resolve(boundName + "0"));
      assertFalse(SocketTable.parse(HEADER + longer).showsListenerOf(socket));
    }
  }

  @Test
  void boundName_isTheSameForEverySpelling_andAnotherForAnotherPath() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    Path sub = Files.createDirectory(folder.resolve("sub"));
    String boundName = SocketTable.boundName(socket);
    assertEquals(16, boundName.length());
    assertEquals(boundName, SocketTable.boundName(link.resolve("a socket")));
    assertEquals(boundName, SocketTable.boundName(Path.of("").toAbsolutePath().relativize(socket)));
    assertNotEquals(boundName, SocketTable.boundName(folder.resolve("another")));
    assertNotEquals(boundName, SocketTable.boundName(sub.resolve("a socket")));
  }
}
