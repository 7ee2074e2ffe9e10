package dev.sluice.cli.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What it refuses; that it writes and closes is shown with a process of its own. */
@Timeout(30)
final class InheritedDescriptorTest {
  @TempDir Path folder;

  @Test
  void descriptorThatIsNotOpen_isRefused() {
    IOException refused = assertThrows(IOException.class, () -> new InheritedDescriptor(1_000_000));

    assertEquals("descriptor 1000000 is not open", refused.getMessage());
  }

  /** Such as the jars that the JVM runs from: writing there would destroy them. */
  @Test
  void descriptorThatIsOpenForReading_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("own"), "kept");
    try (FileInputStream own = new FileInputStream(file.toFile())) {
      assertEquals('k', own.read());
      int number = numberOf(file);

      IOException refused = assertThrows(IOException.class, () -> new InheritedDescriptor(number));

      assertTrue(
          List.of(
                  "descriptor " + number + " is not open",
                  "descriptor " + number + " is open for reading only")
              .contains(refused.getMessage()),
          refused::toString);
    }
  }

  private static int numberOf(Path file) throws IOException {
    List<Path> all;
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      all = descriptors.toList();
    }
    for (Path descriptor : all) {
      if (Files.exists(descriptor) && Files.isSameFile(descriptor, file)) {
        return Integer.parseInt(String.valueOf(descriptor.getFileName()));
      }
    }
    throw new AssertionError("not found: " + file);
  }
}
