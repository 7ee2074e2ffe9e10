package dev.sluice.it.command;

import static dev.sluice.it.support.Command.sluice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Installed;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Running;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code sluice demo}, with nothing else installed. */
class DemoIT {
  /** The bundled stream, unpacked. */
  private static final String BYTE_COUNT = "37738912";

  private static final int WRITE_FAILED = 6;
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @Test
  void demo_sendsTheStreamOverEveryTransport() throws Exception {
    assertAllRows(sluice("demo").run());
  }

  @Test
  void demosAtTheSameTime_doNotMeet() throws Exception {
    try (Running one = sluice("demo").start();
        Running other = sluice("demo").start()) {
      assertAllRows(one.await(LIMIT));
      assertAllRows(other.await(LIMIT));
    }
  }

  private static void assertAllRows(Outcome demo) throws Exception {
    List<String> lines = demo.succeeded().out().lines().toList();
    List<String> schemes = Installed.schemes(sluice("transports", "--json").run());
    assertEquals(Installed.OWN_SCHEMES, schemes);
    for (String scheme : schemes) {
      List<String> rows =
          lines.stream()
              .filter(line -> Pattern.compile("^" + scheme + "\\s{2}").matcher(line).find())
              .toList();
      assertEquals(1, rows.size(), () -> "no row for " + scheme + ": " + demo);
      // Nothing comes out of null: that could be compared.
      if (!scheme.equals("null")) {
        assertTrue(
            rows.getFirst().contains(" " + BYTE_COUNT + " ") && rows.getFirst().endsWith("equal"),
            () -> "not all bytes: " + demo);
      }
    }
    assertEquals("", demo.err());
  }

  @Test
  void demoWithoutRoom_failsToWrite() throws Exception {
    // Has the launcher write all it wants to, before the limit on the size of files.
    sluice("--version").run().succeeded();

    sluice("demo")
        .inScript("ulimit -f 8192; exec \"$@\"")
        .run()
        .failed(Mode.PLAIN, WRITE_FAILED, "cannot unpack", "make room");
  }
}
