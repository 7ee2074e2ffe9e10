package dev.sluice.transport.rdmasim.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import java.io.IOException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What loss leaves of 100 Gb/s, against the formula (1-p)/(1-p+pW). */
@Timeout(120)
class GoBackNTest {
  private static final long MESSAGE_BYTES = 64L << 20;
  private static final int LOSSES = 1500;

  @ParameterizedTest
  @CsvSource({
    "10us, 1e-3",
    "10us, 1e-2",
    "500us, 1e-5",
    "500us, 1e-4",
    "500us, 1e-3",
    "5ms, 1e-6",
    "5ms, 1e-5",
    "5ms, 1e-4",
    "40ms, 1e-6",
    "40ms, 1e-5",
    "40ms, 1e-4"
  })
  void throughput_isThatOfTheFormula(String oneWay, double loss) throws IOException {
    // With rare acknowledgements the timer would have to wait for them as well.
    String text =
        "roce100-rack,packets-per-ack=8,delay=" + oneWay + ",loss=" + loss + ",reverse.loss=none";
    LinkProfile profile = LinkProfile.parse(text);
    Pair pair =
        Pair.logical(5, text, MESSAGE_BYTES)
            .with(Attribute.TIMEOUT, timeoutCode(profile.roundTripNanos()))
            .connect();
    long packetCount = Math.round(LOSSES / loss);
    long messageCount = Math.max(4, packetCount * profile.mtuBytes() / MESSAGE_BYTES);
    long posted = 0;
    long done = 0;
    while (done < messageCount) {
      while (posted < messageCount && posted - done < 64) {
        pair.a.post(
            SendRequest.write(
                posted++, pair.b.region.remoteKey(), 0, pair.a.piece(0, MESSAGE_BYTES)));
      }
      pair.simulation.step();
      done += pair.a.completed().size();
    }
    double goodput = messageCount * MESSAGE_BYTES * 8e9 / pair.nowNanos();
    double share = goodput / profile.bitsPerSecond() / profile.payloadEfficiency();
    double formula = profile.goBackNEfficiency(loss);
    assertEquals(formula, share, formula * 0.1, pair.counters(pair.a).toString());
  }

  /** The smallest that is longer than a round trip, as whatever is lost twice waits for it. */
  private static int timeoutCode(long roundTripNanos) {
    int code = 1;
    while (QueuePairAttributes.timeoutNanos(code) < roundTripNanos * 1.2) {
      code++;
    }
    return code;
  }
}
