package dev.sluice.tck.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.api.spi.TransportTool.Transports;
import dev.sluice.tck.broken.StoredTransport;
import dev.sluice.tck.memory.MemoryTransport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command prints, and what it ends with. */
@Timeout(60)
class TckToolTest {
  private static final String HERE = MemoryTransport.SCHEME + ":here";
  private static final int USAGE = 2;
  private static final int UNREACHABLE = 3;
  private static final int WRITE_FAILED = 6;
  private static final int BROKEN = 8;

  @TempDir private Path folder;

  private record Outcome(int code, String out, String err) {}

  private static TransportProvider inMemory(TransportAddress address) throws TransportException {
    if (address.scheme().equals(StoredTransport.SCHEME)) {
      return new StoredTransport();
    }
    if (!address.scheme().equals(MemoryTransport.SCHEME)) {
      throw new TransportException(Kind.ADDRESS, "unknown scheme in '" + address + "'");
    }
    return new MemoryTransport();
  }

  private static Outcome run(String... arguments) {
    return run(TckToolTest::inMemory, arguments);
  }

  private static Outcome run(Transports transports, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new TckTool()
            .run(transports, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Outcome(code, out.toString(), err.toString());
  }

  @Test
  void rule_isTriedAlone_andTheReportIsWritten() throws Exception {
    Outcome outcome = run(HERE, "--rule", "CH-7.5", "--seed", "7", "--report", folder.toString());
    assertEquals(0, outcome.code(), outcome::toString);
    assertTrue(outcome.out().contains("1 passed"), outcome::toString);
    assertTrue(outcome.out().contains("seed 7"), outcome::toString);
    Path json = folder.resolve(MemoryTransport.SCHEME + ".json");
    assertTrue(Files.readString(json).contains("\"seed\":7"));
    assertTrue(Files.exists(folder.resolve(MemoryTransport.SCHEME + ".md")));
  }

  @Test
  void nameOfAScheme_isTriedWhereItSaysItCanBe() {
    assertEquals(0, run(MemoryTransport.SCHEME, "--rule", "CH-1.1").code());
  }

  @ParameterizedTest
  @CsvSource({
    "--rule, CH-99.9, the contract has no rule 'CH-99.9'",
    "--rule, CH-7.10, no test shows rule CH-7.10",
    "--rule, CH-9.1, CH-9.1 does not apply: SEEKABLE is not declared",
    "--time-scale, 0, is not above 0",
    "--time-scale, 2000, is not above 0 and up to 1000",
    "--sede, 1, did you mean --seed",
    "--report, '', --report names no folder"
  })
  void argumentThatCannotBeMeant_isExplained(String option, String value, String told) {
    Outcome outcome = run(HERE, option, value);
    assertEquals(USAGE, outcome.code(), outcome::toString);
    assertTrue(outcome.err().contains(told), outcome::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "nix:x, unknown scheme",
    "sluice.memory:, names no target",
    "'no address', neither an address nor the name of a scheme",
    "-, is neither an address"
  })
  void addressThatCannotBeOpened_isExplained(String address, String told) {
    Outcome outcome = run(address);
    assertEquals(USAGE, outcome.code(), outcome::toString);
    assertTrue(outcome.err().contains(told), outcome::toString);
  }

  @Test
  void folderThatCannotBeMade_isTold_beforeAnythingIsTried() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Outcome outcome = run(HERE, "--rule", "CH-1.1", "--report", file.resolve("in").toString());
    assertEquals(WRITE_FAILED, outcome.code(), outcome::toString);
    assertTrue(outcome.err().contains(file.toString()), outcome::toString);
    assertEquals("", outcome.out());
  }

  @Test
  void reportThatCannotBeWritten_isTold_behindTheVerdict() throws Exception {
    Path taken = Files.createDirectory(folder.resolve(MemoryTransport.SCHEME + ".json"));
    Outcome outcome = run(HERE, "--rule", "CH-1.1", "--report", folder.toString());
    assertEquals(WRITE_FAILED, outcome.code(), outcome::toString);
    assertTrue(outcome.err().contains(taken.toString()), outcome::toString);
    assertTrue(outcome.out().contains("no rule was found broken"), outcome::toString);
  }

  @Test
  void reportsOfOneScheme_standSideBySide() throws Exception {
    String other = MemoryTransport.SCHEME + ":there";
    assertEquals(0, run(HERE, other, "--rule", "CH-1.1", "--report", folder.toString()).code());
    assertTrue(Files.exists(folder.resolve(MemoryTransport.SCHEME + ".json")));
    assertTrue(Files.exists(folder.resolve(MemoryTransport.SCHEME + "-2.json")));
    assertTrue(Files.exists(folder.resolve(MemoryTransport.SCHEME + "-2.md")));
  }

  /** The kit would find there what it stored itself, and call that a broken rule. */
  @Test
  void storedMedium_needsAFreshPlaceForEachTest() {
    Outcome refused = run(StoredTransport.SCHEME + ":file", "--rule", "CH-15.6");
    assertEquals(USAGE, refused.code(), refused::toString);
    assertTrue(refused.err().contains("hint:  write {dir}"), refused::toString);
    assertEquals(0, run(StoredTransport.SCHEME + ":{dir}/file", "--rule", "CH-15.6").code());
  }

  /** Of a plugin, whose folder is part of the command. */
  private static final class Plugged implements Transports, TransportProvider {
    private final MemoryTransport memory = new MemoryTransport();

    @Override
    public TransportProvider provider(TransportAddress address) {
      return this;
    }

    @Override
    public List<String> arguments() {
      return List.of("--plugins", "a folder");
    }

    /** Not the one of CH-15.1. */
    @Override
    public int spiVersion() {
      return 0;
    }

    @Override
    public List<Scheme> schemes() {
      return memory.schemes();
    }

    @Override
    public TransportChannel connect(TransportAddress address, TransportContext context)
        throws IOException {
      return memory.connect(address, context);
    }

    @Override
    public TransportListener listen(TransportAddress address, TransportContext context)
        throws IOException {
      return memory.listen(address, context);
    }
  }

  @Test
  void brokenRule_isToldWithTheWholeCommandThatRepeatsIt() {
    String address = MemoryTransport.SCHEME + ":SEED-RULE";
    Outcome outcome =
        run(new Plugged(), address, "--rule", "CH-15.1", "--seed", "7", "--time-scale", "2");

    assertEquals(BROKEN, outcome.code(), outcome::toString);
    assertTrue(
        outcome
            .out()
            .contains(
                "repeat: sluice tck "
                    + address
                    + " --plugins 'a folder' --rule CH-15.1 --seed 7 --time-scale 2.0\n"),
        outcome::toString);
    assertTrue(outcome.out().contains("but: expected: <1>"), outcome::toString);
  }

  @Test
  void whereNeitherSideOpens_bothReasonsAreTold() {
    Outcome outcome = run(new Closed(Kind.UNREACHABLE), HERE);

    assertEquals(UNREACHABLE, outcome.code(), outcome::toString);
    assertEquals(
        "sluice: no pair of channels can be opened at "
            + HERE
            + ": listening: no door; connecting: no house\n  hint:  build a door\n",
        outcome.err());
    assertEquals(USAGE, run(new Closed(Kind.ADDRESS), HERE).code());
  }

  /** Cannot be opened from either side. */
  private record Closed(Kind kind) implements Transports, TransportProvider {
    @Override
    public TransportProvider provider(TransportAddress address) {
      return this;
    }

    @Override
    public int spiVersion() {
      return SPI_VERSION;
    }

    @Override
    public List<Scheme> schemes() {
      return List.of(Scheme.named(MemoryTransport.SCHEME).build());
    }

    @Override
    public TransportChannel connect(TransportAddress address, TransportContext context)
        throws IOException {
      throw new TransportException(kind, "no house", "build a house", null);
    }

    @Override
    public TransportListener listen(TransportAddress address, TransportContext context)
        throws IOException {
      throw new TransportException(kind, "no door", "build a door", null);
    }
  }

  @Test
  void schemeWithoutTarget_cannotBeNamedAnyOtherWay() {
    Outcome outcome = run(new Closed(Kind.ADDRESS), MemoryTransport.SCHEME);

    assertEquals(USAGE, outcome.code(), outcome::toString);
    assertTrue(outcome.err().contains("two ends meet in this process"), outcome::toString);
  }

  @Test
  void help_fitsAScreen() {
    Outcome help = run("--help");
    assertEquals(0, help.code());
    assertTrue(help.out().lines().count() <= 24, help.out());
    assertTrue(help.out().lines().allMatch(line -> line.length() <= 80), help.out());
  }
}
