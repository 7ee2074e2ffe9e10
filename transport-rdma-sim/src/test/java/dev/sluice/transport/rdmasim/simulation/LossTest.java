package dev.sluice.transport.rdmasim.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class LossTest {
  private static final int PACKETS = 2_000_000;

  private static List<Long> lostBy(Loss loss, int packetCount) {
    LossProcess process = new LossProcess(loss, RandomStream.named(42, "loss"));
    return LongStream.range(0, packetCount).filter(i -> process.takesNext()).boxed().toList();
  }

  @Test
  void none_losesNothing() {
    assertEquals(List.of(), lostBy(new Loss.None(), 100_000));
  }

  @Test
  void everyNth_andListed_loseThose() {
    assertEquals(List.of(2L, 5L, 8L), lostBy(Loss.parse("every:3"), 10));
    assertEquals(List.of(0L, 1L, 2L), lostBy(Loss.parse("every:1"), 3));
    assertEquals(List.of(0L, 3L, 4L, 9L), lostBy(Loss.parse("list:9:3:0:4:3"), 100));
  }

  @Test
  void bernoulli_losesItsShare() {
    // 20000 expected; the deviation is 141.
    assertEquals(20_000, lostBy(Loss.parse("1%"), PACKETS).size(), 600);
    assertEquals(List.of(0L, 1L), lostBy(Loss.parse("1"), 2));
  }

  @Test
  void gilbertElliott_losesItsShare_inBurstsOfItsLength() {
    Loss loss = Loss.parse("gilbert-elliott:0.001:0.25");
    List<Long> lost = lostBy(loss, PACKETS);
    assertEquals(0.001 / 0.251, loss.averageProbability(), 1e-12);
    assertEquals(PACKETS * 0.001 / 0.251, lost.size(), 400);
    // All are lost in the bad state, which lasts 1/0.25 packets.
    assertEquals(4, lost.size() / (double) bursts(lost), 0.2);
  }

  private static int bursts(List<Long> lost) {
    List<Long> starts = new ArrayList<>();
    for (int i = 0; i < lost.size(); i++) {
      if (i == 0 || lost.get(i) != lost.get(i - 1) + 1) {
        starts.add(lost.get(i));
      }
    }
    return starts.size();
  }

  @Test
  void gilbertElliott_withLossInBothStates_losesItsShare() {
    Loss loss = Loss.parse("gilbert-elliott:0.02:0.1:0.5:0.01");
    double expected = 0.02 / 0.12 * 0.5 + 0.1 / 0.12 * 0.01;
    assertEquals(expected, loss.averageProbability(), 1e-12);
    assertEquals(expected, lostBy(loss, PACKETS).size() / (double) PACKETS, 0.003);
  }

  /** It agrees with a packet-by-packet walk through the two states, in another order of draws. */
  @Test
  void gilbertElliott_isTheChainItSays() {
    Loss.GilbertElliott model = new Loss.GilbertElliott(0.05, 0.2, 0.7, 0.1);
    RandomStream random = RandomStream.named(7, "walk");
    boolean bad = false;
    List<Long> walked = new ArrayList<>();
    for (long i = 0; i < PACKETS; i++) {
      if (random.nextChance(bad ? 0.7 : 0.1)) {
        walked.add(i);
      }
      bad ^= random.nextChance(bad ? 0.2 : 0.05);
    }
    List<Long> lost = lostBy(model, PACKETS);
    assertEquals(1, lost.size() / (double) walked.size(), 0.01);
    assertEquals(1, bursts(lost) / (double) bursts(walked), 0.01);
  }

  @Test
  void gilbertElliott_thatNeverTurnsBad_losesNothing() {
    assertEquals(List.of(), lostBy(Loss.parse("gilbert-elliott:0:1"), 1000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"none", "1.0E-4", "gilbert-elliott:0.01:0.5:1.0:0.0", "every:7", "list:1:2"})
  void text_parsesBack(String text) {
    assertEquals(text, Loss.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "2",
        "-1",
        "NaN",
        "every",
        "every:0",
        "gilbert-elliott:1",
        "list:a",
        "gilbert-elliott:1:0",
        "list:-1"
      })
  void noModels_areRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Loss.parse(text));
  }
}
