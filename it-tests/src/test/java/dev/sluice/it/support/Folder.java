package dev.sluice.it.support;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What lies in a folder. */
public final class Folder {
  private Folder() {}

  /**
   * Returns the names in a folder, hidden ones too, sorted.
   *
   * @param folder the folder
   */
  public static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  /**
   * Checks that a folder holds some files and no other: no half-written one, no temporary.
   *
   * @param folder the folder
   * @param names in order
   */
  public static void assertHolds(Path folder, String... names) throws IOException {
    assertEquals(List.of(names), names(folder), () -> "in " + folder);
  }

  /**
   * Returns the private folder in which the sides of {@code rdma-sim} meet.
   *
   * @param folder as in {@code dir=}
   */
  public static Path meeting(Path folder) throws IOException {
    return folder.resolve("sluice-" + Rights.userId());
  }

  /**
   * Waits until some file in a folder has grown to a size, whatever its name.
   *
   * @param folder the folder
   * @param byteCount the size
   */
  public static void awaitBytes(Path folder, long byteCount) {
    await(byteCount + " bytes in a file in " + folder)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> largest(folder) >= byteCount);
  }

  private static long largest(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).max().orElse(0);
    }
  }
}
