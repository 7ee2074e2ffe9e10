package dev.sluice.transport.rdmasim.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class LinkProfileTest {
  @ParameterizedTest
  @CsvSource({
    "ideal,            0,           0,        4096,  0",
    "edr-rack,         96600000000, 400,      4096,  0",
    "roce100-rack,     100000000000, 1000,    4096,  82",
    "roce25-rack,      25000000000, 1200,     1024,  82",
    "roce100-dc,       100000000000, 6500,    4096,  82",
    "roce100-dc-lossy, 100000000000, 6500,    4096,  82",
    "az100,            100000000000, 250000,  4096,  82",
    "metro100,         100000000000, 500000,  4096,  82",
    "wan100-continent, 100000000000, 20000000, 4096, 82",
    "wan100-atlantic,  100000000000, 40000000, 4096, 82",
    "soft-roce,        10000000000, 20000,    1024,  82",
    "tcp-like-loop,    60000000000, 5500,     65536, 0",
  })
  void presets_haveTheirValues(
      String name, long bitsPerSecond, long oneWayNanos, int mtuBytes, int headerBytes) {
    LinkProfile profile = LinkProfile.preset(name);
    assertEquals(bitsPerSecond, profile.bitsPerSecond());
    assertEquals(oneWayNanos, profile.oneWayNanos());
    assertEquals(mtuBytes, profile.mtuBytes());
    assertEquals(headerBytes, profile.headerBytes());
    assertTrue(profile.doc().endsWith("."), profile.doc());
  }

  @Test
  void presets_areTwelve_andAnUnknownNameListsThem() {
    assertEquals(12, LinkProfile.presets().stream().map(LinkProfile::name).distinct().count());
    String message =
        assertThrows(IllegalArgumentException.class, () -> LinkProfile.preset("moon")).toString();
    LinkProfile.presets().forEach(profile -> assertTrue(message.contains(profile.name()), message));
  }

  @Test
  void lossyPresets_lose() {
    assertEquals(1e-4, LinkProfile.preset("roce100-dc-lossy").loss().averageProbability());
    assertEquals(1e-6, LinkProfile.preset("wan100-continent").loss().averageProbability());
    assertEquals(0, LinkProfile.preset("roce100-dc").loss().averageProbability());
  }

  @ParameterizedTest
  @CsvSource({"256, 0.757", "512, 0.862", "1024, 0.926", "2048, 0.962", "4096, 0.980"})
  void payloadEfficiency_isThatOfRoce(String mtu, double share) {
    assertEquals(
        share, LinkProfile.preset("roce100-rack").with("mtu", mtu).payloadEfficiency(), 5e-4);
  }

  @ParameterizedTest
  @CsvSource({
    "10us, 1e-3, 0.94",
    "10us, 1e-2, 0.62",
    "500us, 1e-5, 0.97",
    "500us, 1e-4, 0.77",
    "500us, 1e-3, 0.25",
    "5ms, 1e-6, 0.97",
    "5ms, 1e-5, 0.77",
    "5ms, 1e-4, 0.25",
    "40ms, 1e-6, 0.80",
    "40ms, 1e-5, 0.29",
    "40ms, 1e-4, 0.04",
  })
  void goBackNEfficiency_isThatOfTheFormula(String oneWay, double loss, double share) {
    LinkProfile profile = LinkProfile.preset("roce100-rack").with("delay", oneWay);
    assertEquals(share, profile.goBackNEfficiency(loss), 0.006);
  }

  @ParameterizedTest
  @CsvSource({
    "ideal, 0",
    "metro100, 12500000",
    "az100, 6250000",
    "wan100-continent, 500000000",
    "wan100-atlantic, 1000000000",
    "soft-roce, 50000"
  })
  void bandwidthDelayProduct_isRateTimesRoundTrip(String name, long byteCount) {
    assertEquals(byteCount, LinkProfile.preset(name).bandwidthDelayProductBytes());
  }

  @Test
  void atlantic_warnsOfTheUsualTimeout_untilItIsTheSuggestedOne() {
    LinkProfile atlantic = LinkProfile.preset("wan100-atlantic");
    assertEquals(67_108_864, atlantic.timeoutNanos());
    assertEquals(80_000_000, atlantic.roundTripNanos());
    assertEquals(17, atlantic.suggestedTimeoutCode());
    assertEquals(1, atlantic.warnings().size());
    assertTrue(
        atlantic.warnings().getFirst().contains("timeout=17"), atlantic.warnings()::toString);
    assertEquals(List.of(), atlantic.with("timeout", "17").warnings());
    assertEquals(List.of(), atlantic.with("timeout", "0").warnings());
  }

  @Test
  void otherPresets_warnOfNothing() {
    for (LinkProfile profile : LinkProfile.presets()) {
      if (!profile.name().equals("wan100-atlantic")) {
        assertEquals(List.of(), profile.warnings(), profile.name());
      }
    }
    assertEquals(16, LinkProfile.preset("wan100-continent").suggestedTimeoutCode());
    assertEquals(8, LinkProfile.preset("roce100-rack").suggestedTimeoutCode());
  }

  @Test
  void smallWindow_isWarnedOf() {
    LinkProfile small = LinkProfile.parse("metro100,window=128KiB");
    assertTrue(small.warnings().getFirst().contains("window=25000000"), small.warnings()::toString);
    assertEquals(131_072, small.suggestedWindowBytes());
    assertEquals(25_000_000, LinkProfile.preset("metro100").suggestedWindowBytes());
    assertEquals(65_536, LinkProfile.preset("ideal").suggestedWindowBytes());
  }

  @Test
  void parse_changesWhatIsGiven() {
    LinkProfile profile =
        LinkProfile.parse(
            "roce100-dc,rate=25Gbit,delay=1.5us,inline=1ns,not-inline=2ns,hops=1,switch-delay=300ns,"
                + "mtu=1024,header=26,ack=30,packets-per-ack=4,queue=1MiB,jitter=normal:5us:1us,"
                + "loss=1e-4,corrupt=0.1%,duplicate=0.25,reorder=0.5:3,"
                + "outage=hold:1ms:2ms+drop:3ms:4ms,timeout=12,window=1MiB,reverse.rate=1Gbit");
    LinkProfile built =
        LinkProfile.preset("roce100-dc").toBuilder()
            .bitsPerSecond(25_000_000_000L)
            .propagationNanos(1_500)
            .inlineNanos(1)
            .notInlineNanos(2)
            .hops(1)
            .switchNanos(300)
            .mtuBytes(1024)
            .headerBytes(26)
            .ackBytes(30)
            .packetsPerAck(4)
            .queuePolicy(QueuePolicy.DROP_TAIL)
            .queueBytes(1 << 20)
            .jitter(new Jitter(Jitter.Shape.NORMAL, 5_000, 1_000, 0))
            .loss(new Loss.Bernoulli(1e-4))
            .corruptProbability(0.001)
            .duplicateProbability(0.25)
            .reorderProbability(0.5)
            .reorderGap(3)
            .outages(
                List.of(
                    new Outage(true, 1_000_000, 2_000_000),
                    new Outage(false, 3_000_000, 4_000_000)))
            .timeoutCode(12)
            .windowBytes(1 << 20)
            .build();
    LinkProfile reverse = built.toBuilder().bitsPerSecond(1_000_000_000).build();
    assertEquals(built.toBuilder().reverse(reverse).build(), profile);
  }

  /** Neither a queue that is judged before its packets, nor a reverse of what was there before. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mtu=1024,queue=2KiB | queue=2KiB,mtu=1024",
        "delay=1ms,reverse.rate=1Gbit | reverse.rate=1Gbit,delay=1ms",
        "mtu=1024,queue=2KiB,reverse.mtu=512,reverse.queue=1KiB |"
            + " reverse.queue=1KiB,queue=2KiB,reverse.mtu=512,mtu=1024"
      })
  void orderOfTheChanges_doesNotMatter(String one, String other) {
    assertEquals(
        LinkProfile.parse("roce25-rack," + one), LinkProfile.parse("roce25-rack," + other));
  }

  @Test
  void reverse_isTheSame_unlessItIsChanged() {
    LinkProfile same = LinkProfile.preset("metro100");
    assertSame(same, same.reverse());
    LinkProfile slowBack = same.with("reverse.delay", "1ms").with("rate", "10Gbit");
    assertEquals(1_000_000, slowBack.reverse().propagationNanos());
    assertEquals(100_000_000_000L, slowBack.reverse().bitsPerSecond());
    assertEquals(1_500_000, slowBack.roundTripNanos());
    assertEquals(1_500_000, slowBack.reverse().roundTripNanos());
    assertEquals(slowBack, slowBack.reverse().reverse());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "roce25-rack,mtu",
        "roce25-rack,mtu=0",
        "roce25-rack,mtu=1MiB",
        "roce25-rack,rate=fast",
        "roce25-rack,rate=0",
        "roce25-rack,rate=0Gbit",
        "roce25-rack,rate=1e9",
        "roce25-rack,rate=0.1bit",
        "roce25-rack,delay=5",
        "roce25-rack,delay=0.5ns",
        "roce25-rack,delay=4000000s",
        "roce25-rack,loss=2",
        "roce25-rack,queue=1KiB",
        "roce25-rack,timeout=32",
        "roce25-rack,reorder=0.1:0",
        "roce25-rack,outage=hold:2ms:1ms",
        "roce25-rack,outage=x",
        "roce25-rack,jitter=pareto:1us:1",
        "roce25-rack,jitter=uniform",
        "roce25-rack,jitter=uniform:1us:correlation=1",
        "roce25-rack,reverse.speed=1",
        "",
      })
  void wrongText_isRefused_withWhatIsWrong(String text) {
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> LinkProfile.parse(text));
    String named = text.substring(text.lastIndexOf(text.contains("speed") ? '.' : '=') + 1);
    assertTrue(wrong.toString().contains(named.replace("=1", "")), wrong::toString);
  }

  @Test
  void everyExample_ofASetting_parses() {
    for (LinkSetting setting : LinkSetting.values()) {
      for (String example : setting.example().split(", | or ", -1)) {
        if (!example.contains("P:R") && !example.contains(":N") && !example.contains(":I")) {
          LinkProfile.preset("roce25-rack").with(setting.key(), example);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "uniform:10000ns",
        "normal:5000ns:1000ns",
        "exponential:5000ns:correlation=0.25",
        "pareto:5000ns:3.0"
      })
  void jitterText_parsesBack(String text) {
    assertEquals(text, Jitter.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "uniform:10us, 5000",
    "normal:5us:500ns, 5000",
    "exponential:5us, 5000",
    "pareto:5us:4, 5000"
  })
  void jitter_hasItsMean(String text, double mean) {
    Jitter jitter = Jitter.parse(text);
    RandomStream random = RandomStream.named(42, text);
    double sum = 0;
    for (int i = 0; i < 100_000; i++) {
      double nanos = jitter.draw(random);
      assertTrue(nanos >= 0);
      sum += nanos;
    }
    assertEquals(mean, sum / 100_000, mean * 0.03);
  }
}
