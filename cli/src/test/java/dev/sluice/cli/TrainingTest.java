package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** It runs at the first start of the command, where nobody sees it fail or hang. */
final class TrainingTest {
  @Test
  @Timeout(30)
  void everyCopySucceeds_andLeavesNothing() throws IOException {
    long before = leftovers();
    assertEquals(0, Training.run());
    assertEquals(before, leftovers());
  }

  private static long leftovers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.toString().contains("sluice-training")).count();
    }
  }
}
