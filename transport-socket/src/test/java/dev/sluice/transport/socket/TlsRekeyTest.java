package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.socket.tls.Authority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * New keys in the middle of a connection, which the JDK wants after 128 GiB: in a process of its
 * own, where it wants them after 64 KiB.
 */
@Timeout(60)
class TlsRekeyTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"there", "both"})
  void newKeys_disturbNobody(String directions) throws Exception {
    Path certificates = Authority.root("CN=Root").fill(folder.resolve("tls"));
    Path log = folder.resolve("log");
    Process child = start(log, certificates, directions);
    try {
      assertTrue(child.waitFor(50, TimeUnit.SECONDS), () -> "it hangs: " + tail(log));
      assertEquals(0, child.exitValue(), () -> tail(log));
    } finally {
      child.destroyForcibly();
    }
    // 4 MiB each way, and each side has two keys.
    long keyCount = count(log, "KeyUpdate: write key updated");
    assertTrue(keyCount >= 32, () -> "only " + keyCount + " new keys");
    assertTrue(count(log, "KeyUpdate: read key updated") >= 32, () -> tail(log));
  }

  private Process start(Path log, Path certificates, String directions) throws IOException {
    Path security = folder.resolve("java.security");
    Files.writeString(
        security,
        "jdk.tls.keyLimits=AES/GCM/NoPadding KeyUpdate 2^16,"
            + " ChaCha20-Poly1305 KeyUpdate 2^16\n");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new ProcessBuilder(
            List.of(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.security.properties=" + security,
                "-Djavax.net.debug=ssl",
                "-cp",
                System.getProperty("java.class.path"),
                Child.Rekeying.class.getName(),
                certificates.toString(),
                directions))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static long count(Path log, String words) throws IOException {
    return Files.readAllLines(log).stream().filter(line -> line.contains(words)).count();
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }
}
