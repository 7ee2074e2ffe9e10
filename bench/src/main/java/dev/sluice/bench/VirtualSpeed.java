package dev.sluice.bench;

import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.ProtectionDomain;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairOptions;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.virtual.VirtualFabric;
import dev.sluice.transport.rdmasim.virtual.VirtualHost;
import dev.sluice.transport.rdmasim.virtual.VirtualLink;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * How fast virtual time runs, verbs included.
 *
 * <p>Usage: {@code VirtualSpeed ROUNDS}; the first ones are the compiler's.
 */
public final class VirtualSpeed {
  private static final String LOSSY = "roce100-dc,loss=1e-4,jitter=uniform:1us";
  private static final String LOSS_FREE = "roce100-rack";
  private static final Set<Access> ALL = EnumSet.allOf(Access.class);
  private static final int REGION_BYTES = 1 << 20;
  private static final int QUEUE_LENGTH = 128;
  private static final int SEED = 1;

  /** One end: where it is, and what it uses. */
  private record End(
      VirtualHost host, CompletionQueue completions, QueuePair queuePair, MemoryRegion region) {
    static End on(VirtualHost host, boolean real) throws IOException {
      ProtectionDomain domain = host.device().createProtectionDomain();
      CompletionQueue completions = host.device().createCompletionQueue(2 * QUEUE_LENGTH);
      return new End(
          host,
          completions,
          domain.createQueuePair(
              QueuePairOptions.of(completions).withQueues(QUEUE_LENGTH, QUEUE_LENGTH)),
          real ? domain.allocate(REGION_BYTES, ALL) : domain.registerLogical(REGION_BYTES, ALL));
    }

    void connect(End peer) throws IOException {
      queuePair.modify(QueuePairAttributes.to(QueuePairState.INIT).with(ALL));
      queuePair.modify(
          QueuePairAttributes.to(QueuePairState.RTR)
              .with(Attribute.PATH_MTU, 0)
              .with(Attribute.PEER_NUMBER, peer.queuePair.number())
              .with(Attribute.RECEIVE_PACKET_NUMBER, 0)
              .with(Attribute.MAX_PEER_READ_ATOMIC, 1)
              .with(Attribute.MIN_RNR_TIMER, 12));
      queuePair.modify(
          QueuePairAttributes.to(QueuePairState.RTS)
              .with(Attribute.TIMEOUT, 7)
              .with(Attribute.RETRY_COUNT, 7)
              .with(Attribute.RNR_RETRY, 7)
              .with(Attribute.SEND_PACKET_NUMBER, 0)
              .with(Attribute.MAX_READ_ATOMIC, 1));
    }
  }

  private VirtualSpeed() {}

  /** Runs all rounds and prints a line for each measurement. */
  public static void main(String[] args) throws IOException {
    for (int round = 0; round < Integer.parseInt(args[0]); round++) {
      report("lossy, jitter, each packet an event, 1 MiB", LOSSY, 1 << 20, 12_000, false);
      report("the same, with bytes", LOSSY, 1 << 20, 6_000, true);
      report("the same, 64 bytes", LOSSY, 64, 1_000_000, true);
      report("no loss, 64 bytes", LOSS_FREE, 64, 2_000_000, true);
      report("no loss, 1 MiB", LOSS_FREE, 1 << 20, 1_000_000, false);
    }
  }

  private static void report(
      String what, String profile, int byteCount, int messageCount, boolean real)
      throws IOException {
    Simulation simulation = Simulation.withSeed(SEED);
    VirtualLink link = VirtualFabric.pair(simulation, LinkProfile.parse(profile));
    End near = End.on(link.one(), real);
    End far = End.on(link.other(), real);
    near.connect(far);
    far.connect(near);
    long start = System.nanoTime();
    int posted = 0;
    int done = 0;
    while (done < messageCount) {
      while (posted < messageCount && posted - done < QUEUE_LENGTH) {
        near.queuePair.postSend(
            SendRequest.write(
                posted++, far.region.remoteKey(), 0, near.region.piece(0, byteCount)));
      }
      simulation.step();
      while (near.completions.poll() != null) {
        done++;
      }
    }
    double micros = (System.nanoTime() - start) / 1e3;
    System.out.printf(
        Locale.ROOT,
        "%-44s %6.2f M events/s %6.2f M packets/s %6.2f M messages/s %8.2f events/message%n",
        what,
        simulation.eventCount() / micros,
        near.host.counters(near.queuePair).sentPackets() / micros,
        messageCount / micros,
        (double) simulation.eventCount() / messageCount);
  }
}
