package dev.sluice.it.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;

/** Named pipes, which the JDK cannot make. */
public final class Fifo {
  private Fifo() {}

  /**
   * Makes one.
   *
   * @param path its name
   */
  public static Path make(Path path) throws IOException, InterruptedException {
    assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor(), "mkfifo");
    return path;
  }
}
