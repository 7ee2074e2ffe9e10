package dev.sluice.transport.rdmasim.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.simulation.FaultPlan;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each key of a sweep changes what it should, and the simulation agrees with the formula. */
@Timeout(120)
class SweepTest {
  private static final LinkProfile METRO = LinkProfile.preset("metro100");

  @ParameterizedTest
  @CsvSource({
    "'metro100,timeout=10',WRITE,loss=1e-6..1e-3:4,3",
    "wan100-continent,WRITE,loss=1e-6..1e-3:4,50",
    "'metro100,timeout=10',STREAM,loss=1e-5..1e-3:3,3",
    "metro100,WRITE,delay=10us..5ms:4,1",
    "'metro100,loss=1e-4',WRITE,delay=10us..5ms:4,4",
    "metro100,WRITE,window=128KiB..32MiB,20",
    "metro100,STREAM,window=4MiB..64MiB,2",
    "metro100,WRITE,mtu=256..4096,1.2",
    "metro100,WRITE,rate=1Gbit..400Gbit:4,100",
  })
  void sweep_agreesWithTheFormula(String link, Mode mode, String text, double factorAtLeast) {
    Scenario base =
        new Scenario(
            LinkProfile.parse(link),
            mode,
            1L << 36,
            1 << 20,
            0,
            new Retries(7, 7),
            FaultPlan.none(),
            42);
    Sweep sweep = Sweep.parse(text, base.link());
    double least = Double.MAX_VALUE;
    double greatest = 0;
    for (double value : sweep.values()) {
      SweepPoint point = SweepPoint.run(sweep.key(), value, base);
      TransferResult result = point.result();
      assertNotNull(result, point.failure());
      double goodput = result.bitsPerSecond();
      double formula = Formula.bitsPerSecond(point.scenario());
      assertEquals(formula, goodput, 0.1 * formula, () -> link + " with " + text + ": " + result);
      least = Math.min(least, goodput);
      greatest = Math.max(greatest, goodput);
    }
    assertTrue(greatest >= least * factorAtLeast, least + " to " + greatest + " bit/s");
  }

  /** Of section 8.3 of the fact base: packets of 4096 bytes at 100 Gb/s. */
  @ParameterizedTest
  @CsvSource({
    "10us,1e-3,94",
    "10us,1e-2,62",
    "500us,1e-4,77",
    "5ms,1e-5,77",
    "40ms,1e-6,80",
    "40ms,1e-4,4"
  })
  void formula_isTheKnownOne(String delay, String loss, double percent) {
    LinkProfile link = LinkProfile.parse("metro100,header=0,delay=" + delay + ",loss=" + loss);
    Scenario scenario =
        new Scenario(link, Mode.WRITE, 1 << 30, 1 << 20, 0, new Retries(7, 7), FaultPlan.none(), 1);
    assertEquals(percent, Formula.bitsPerSecond(scenario) / 1e9, 0.6);
  }

  @Test
  void keysThatAreDoubled_takeNoPoints() {
    ToolRun.of("--link metro100 --sweep mtu=256..4096:3").failed(2, "mtu is doubled");
  }

  @Test
  void values_areSpreadByAFactor_orDoubled() {
    assertEquals(
        List.of(1e-6, 1e-5, 1e-4, 1e-3, 1e-2), Sweep.parse("loss=1e-6..1e-2:5", METRO).values());
    assertEquals(9, Sweep.parse("rate=1Gbit..400Gbit", METRO).values().size());
    assertEquals(
        List.of(256.0, 512.0, 1024.0, 2048.0, 4096.0),
        Sweep.parse("mtu=256..4096", METRO).values());
    assertEquals(4, Sweep.parse("window=1MiB..8MiB", METRO).values().size());
  }

  @Test
  void table_hasARowForEachValue_andJsonThem() {
    ToolRun run =
        ToolRun.of("--link metro100 --sweep loss=1e-5..1e-3:3 --seed 1 --size 4GiB").succeeded();
    for (String row : List.of("1e-5", "1e-4", "1e-3")) {
      run.find("(?m)^ +(" + row + ") +[0-9.]+ Gbit/s +[0-9.]+ % +[0-9.]+ % +[+-][0-9.]+ %$");
    }
    assertEquals(run, run.repeated());
    ToolRun json =
        ToolRun.of("--link metro100 --sweep loss=1e-5..1e-3:3 --seed 1 --size 4GiB --json")
            .succeeded();
    assertEquals(1, json.out().lines().count());
    assertEquals(3, json.out().split("\"goodput_bits_per_s\"", -1).length - 1);
  }

  @Test
  void valueThatFails_isARow_andTheStatus() {
    ToolRun run =
        ToolRun.of(
            "--link metro100 --sweep delay=1ms..1s:2 --timeout-code 8 --seed 1 --size 64MiB");
    run.failed(6, "1 of 2 transfers failed", "seed 1");
    run.find("(?m)^ +1.000 s  (failed after .*)");
    run.find("(?m)^ +(1.000 ms) +[0-9.]+ Gbit/s");
  }
}
