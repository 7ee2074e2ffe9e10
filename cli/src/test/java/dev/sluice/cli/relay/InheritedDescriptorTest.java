package dev.sluice.cli.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.RandomAccessFile;
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

  /** Writing there would be writing into a file of the JVM's. */
  @Test
  void descriptorThatThisProcessHasOpenedItself_isRefused() throws IOException {
    Path file = folder.resolve("own");
    try (RandomAccessFile own = new RandomAccessFile(file.toFile(), "rw")) {
      own.write(1);
      int number = numberOf(file);

      IOException refused = assertThrows(IOException.class, () -> new InheritedDescriptor(number));

      assertEquals("descriptor " + number + " is not open", refused.getMessage());
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
