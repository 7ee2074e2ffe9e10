package dev.sluice.cli.transports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.cli.CommandRun;
import dev.sluice.cli.JsonText;
import dev.sluice.cli.StubTransport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TransportsCommandTest {
  private static final TransportProvider BROKEN =
      new TransportProvider() {
        @Override
        public int spiVersion() {
          return SPI_VERSION;
        }

        @Override
        public List<Scheme> schemes() {
          throw new IllegalStateException("broken on purpose");
        }

        @Override
        public TransportChannel connect(TransportAddress address, TransportContext context) {
          throw new AssertionError();
        }

        @Override
        public TransportListener listen(TransportAddress address, TransportContext context) {
          throw new AssertionError();
        }
      };

  private static CommandRun run(String... arguments) {
    return CommandRun.of(
        List.of(new StubTransport(), BROKEN), new TreeMap<>(), List.of("false"), arguments);
  }

  @Test
  void list_hasARowPerScheme_andTellsWhatFailed() {
    CommandRun run = run("transports");

    assertEquals(0, run.status());
    List<String> lines = run.outLines();
    assertTrue(lines.get(0).matches("NAME +MAY HAVE +FROM +STATE"), run.out());
    assertTrue(lines.get(1).matches("stub +seekable +\\S+ +ready"), run.out());
    assertTrue(
        lines.get(2).matches("stub.gone +- +\\S+ +not usable: it needs another system"), run.out());
    assertTrue(run.out().contains("broken on purpose"), run.out());
    assertTrue(run.out().contains("advice"), run.out());
    assertEquals("", run.err());
  }

  @Test
  void list_isOneLineOfJson() throws IOException {
    CommandRun run = run("transports", "--json");

    Map<String, ?> all = JsonText.object(run.out());
    assertEquals(2, JsonText.list(all, "transports").size());
    Map<?, ?> failure = (Map<?, ?>) JsonText.list(all, "failures").getFirst();
    assertEquals("describe", failure.get("stage"));
    assertTrue(String.valueOf(failure.get("reason")).contains("broken on purpose"));
  }

  @Test
  void scheme_showsItsOptionsWithTypeDefaultSideAndDoc() {
    CommandRun run = run("transports", "stub");

    assertEquals(0, run.status());
    assertTrue(run.out().startsWith("stub:WHAT[,OPTION=VALUE...]\n"), run.out());
    assertTrue(
        run.outLines().stream()
            .anyMatch(
                line ->
                    line.matches("loud +on\\|off +off +outgoing +An option of the outgoing side.")),
        run.out());
    assertTrue(
        run.outLines().stream().anyMatch(line -> line.matches("wait +duration +10s +both +An .*")),
        run.out());
    assertTrue(run.out().contains("sluice copy - stub:WHAT,loud=off"), run.out());
  }

  @Test
  void scheme_asItStandsInAnAddress_isFoundToo() {
    assertEquals(run("transports", "stub"), run("transports", "stub:"));
  }

  @Test
  void scheme_inJson_saysTheSame() throws IOException {
    Map<String, ?> scheme = JsonText.object(run("transports", "stub", "--json").out());

    assertEquals("stub", scheme.get("name"));
    assertEquals(List.of("seekable"), scheme.get("features"));
    Map<?, ?> option = (Map<?, ?>) JsonText.list(scheme, "options").getFirst();
    assertEquals(
        Map.of(
            "key",
            "loud",
            "type",
            "on|off",
            "default",
            "off",
            "side",
            "outgoing",
            "doc",
            "An option of the outgoing side."),
        option);
  }

  @Test
  void unknownScheme_listsTheKnownOnes() {
    CommandRun run = run("transports", "nix");

    assertEquals(2, run.status());
    assertEquals(
        "sluice: unknown scheme 'nix'\n  hint:  known schemes: stub, stub.gone\n", run.err());
  }

  @Test
  void schemeClaimedTwice_isUnavailable_andSaysByWhom() {
    CommandRun run =
        CommandRun.of(
            List.of(new StubTransport(), new StubTransport()),
            new TreeMap<>(),
            List.of("false"),
            "transports",
            "stub");

    assertEquals(11, run.status());
    String provider = StubTransport.class.getName();
    assertTrue(
        run.err().matches("(?s).*claimed by " + provider + ".* and " + provider + ".*"), run.err());
  }

  @Test
  void nothingInstalled_isSaid() {
    CommandRun run = CommandRun.of(List.of(), new TreeMap<>(), List.of("false"), "transports");

    assertEquals(0, run.status());
    assertEquals("No transports are installed.\n", run.out());
  }
}
