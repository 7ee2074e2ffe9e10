package dev.sluice.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

class RelayThroughputIT {
  /** It throws where a contender loses a byte. */
  @Test
  @Timeout(120)
  @ResourceLock(Resources.SYSTEM_OUT)
  void everyContender_runsAndIsInTheTable() throws IOException, InterruptedException {
    String sluice = Path.of(System.getProperty("sluice.root"), "sluice").toString();
    PrintStream before = System.out;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (PrintStream table = new PrintStream(written, true, StandardCharsets.UTF_8)) {
      System.setOut(table);
      RelayThroughput.main(new String[] {sluice, "16", "0"});
    } finally {
      System.setOut(before);
    }
    List<String> lines = written.toString(StandardCharsets.UTF_8).lines().toList();
    System.out.println(String.join("\n", lines));
    assertEquals(2, lines.stream().filter(line -> line.startsWith("| sluice relay | ")).count());
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("| nothing between | ")));
  }
}
