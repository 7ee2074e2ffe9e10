package dev.sluice.transport.rdmasim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Makes temporary folders in memory: each connection fills some MiB there. */
public final class InMemory implements TempDirFactory {
  private static final Path BASE = Path.of("/dev/shm");

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
      throws IOException {
    return Files.isWritable(BASE)
        ? Files.createTempDirectory(BASE, "sluice-test")
        : Files.createTempDirectory("sluice-test");
  }
}
