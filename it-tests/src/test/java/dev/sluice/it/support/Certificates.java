package dev.sluice.it.support;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder of certificates, made by the very lines that the documentation shows. */
public final class Certificates {
  private Certificates() {}

  /**
   * Skips the test, loudly, where there is no openssl that understands the lines.
   *
   * @param tests which tests, and how many
   */
  public static void requireOpenssl(String tests) throws IOException, InterruptedException {
    Loudly.require(
        Command.of("bash", "-c", "openssl version | grep -q '^OpenSSL [3-9]'").run().code() == 0,
        tests,
        "there is no openssl 3 (Debian: apt-get install openssl)");
  }

  /**
   * Makes the folder.
   *
   * @param folder it becomes {@code tls} in this one
   */
  public static Path in(Path folder) throws IOException, InterruptedException {
    List<String> lines = Files.readAllLines(Project.root().resolve("docs/tls.md"));
    int begin = lines.indexOf("umask 077; mkdir tls; cd tls");
    assertTrue(begin > 0, "docs/tls.md does not show how to make certificates");
    List<String> block = lines.subList(begin, begin + 5);
    Command.of("sh", "-ec", "cd \"$0\"\n" + String.join("\n", block), folder.toString())
        .run()
        .succeeded();
    return folder.resolve("tls");
  }
}
