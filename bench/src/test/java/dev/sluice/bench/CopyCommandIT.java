package dev.sluice.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class CopyCommandIT {
  @Test
  @Timeout(120)
  void everyComparison_runs(@TempDir Path folder) throws IOException, InterruptedException {
    String sluice = Path.of(System.getProperty("sluice.root"), "sluice").toString();
    CopyCommand.main(new String[] {sluice, folder.toString(), "4", "0"});
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(0, left.count(), "it cleans up");
    }
  }
}
