package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import java.io.IOException;

/**
 * Prints how fast virtual time runs, verbs included: {@code java -cp
 * target/classes:target/test-classes:API dev.sluice.transport.rdmasim.virtual.VirtualSpeed}. Speeds
 * are looked at, never asserted.
 */
final class VirtualSpeed {
  private static final int OUTSTANDING = 128;

  private VirtualSpeed() {}

  public static void main(String[] arguments) throws IOException {
    for (int round = 0; round < 4; round++) {
      report("lossy, jitter, each packet an event, 1 MiB", LOSSY, 1 << 20, 12_000, false);
      report("the same, with bytes", LOSSY, 1 << 20, 6_000, true);
      report("the same, 64 bytes", LOSSY, 64, 1_000_000, true);
      report("no loss, 64 bytes", "roce100-rack", 64, 2_000_000, true);
      report("no loss, 1 MiB", "roce100-rack", 1 << 20, 1_000_000, false);
    }
  }

  private static final String LOSSY = "roce100-dc,loss=1e-4,jitter=uniform:1us";

  private static void report(
      String what, String profile, int byteCount, int messageCount, boolean real)
      throws IOException {
    Pair pair =
        (real ? Pair.of(1, profile, 1 << 20) : Pair.logical(1, profile, 1 << 20))
            .with(Attribute.TIMEOUT, 7)
            .connect();
    long start = System.nanoTime();
    int posted = 0;
    int done = 0;
    while (done < messageCount) {
      while (posted < messageCount && posted - done < OUTSTANDING) {
        pair.a.post(
            SendRequest.write(posted++, pair.b.region.remoteKey(), 0, pair.a.piece(0, byteCount)));
      }
      pair.simulation.step();
      while (pair.a.completions.poll() != null) {
        done++;
      }
    }
    double micros = (System.nanoTime() - start) / 1e3;
    long events = pair.simulation.eventCount();
    long packets = pair.counters(pair.a).sentPackets();
    System.out.printf(
        "%-44s %6.2f M events/s %6.2f M packets/s %6.2f M messages/s %8.2f events/message%n",
        what,
        events / micros,
        packets / micros,
        messageCount / micros,
        (double) events / messageCount);
  }
}
