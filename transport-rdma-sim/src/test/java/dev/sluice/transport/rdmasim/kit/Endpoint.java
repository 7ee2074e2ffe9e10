package dev.sluice.transport.rdmasim.kit;

import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.ProtectionDomain;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairOptions;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.RdmaDevice;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * One side of a connection: a queue pair with two completion queues of its own, in a domain.
 *
 * <h2>Ownership</h2>
 *
 * Nothing of it is closed: it ends with its device.
 *
 * @param device where it is
 * @param domain of the queue pair and of the regions that are made here
 * @param sends where the send queue completes
 * @param receives where the receive queue completes
 * @param queuePair the queue pair
 */
public record Endpoint(
    RdmaDevice device,
    ProtectionDomain domain,
    CompletionQueue sends,
    CompletionQueue receives,
    QueuePair queuePair) {
  /** Everything that can be done with memory. */
  public static final Set<Access> ALL = EnumSet.allOf(Access.class);

  private static final int COMPLETIONS = 1024;

  /**
   * Creates an endpoint in state RESET, with usual sizes.
   *
   * @param device where
   */
  public static Endpoint on(RdmaDevice device) throws VerbsException {
    return on(device, options -> options);
  }

  /**
   * Creates an endpoint in state RESET.
   *
   * @param device where
   * @param sizes changes the options from usual ones
   */
  public static Endpoint on(RdmaDevice device, UnaryOperator<QueuePairOptions> sizes)
      throws VerbsException {
    ProtectionDomain domain = device.createProtectionDomain();
    CompletionQueue sends = device.createCompletionQueue(COMPLETIONS);
    CompletionQueue receives = device.createCompletionQueue(COMPLETIONS);
    QueuePairOptions usual = new QueuePairOptions(sends, receives, 128, 128, 4, 220);
    QueuePair queuePair = domain.createQueuePair(sizes.apply(usual));
    return new Endpoint(device, domain, sends, receives, queuePair);
  }

  /**
   * Returns options whose completions go where those of another endpoint go.
   *
   * @param other the other
   */
  public static UnaryOperator<QueuePairOptions> completingLike(Endpoint other) {
    return options ->
        new QueuePairOptions(
            other.sends,
            other.receives,
            options.maxSendRequests(),
            options.maxReceiveRequests(),
            options.maxPieces(),
            options.maxInlineBytes());
  }

  /** Returns the change from RESET to INIT, allowing the peer everything. */
  public static QueuePairAttributes toInit() {
    return QueuePairAttributes.to(QueuePairState.INIT).with(ALL);
  }

  /**
   * Returns the change from INIT to RTR.
   *
   * @param peerNumber the peer's queue pair
   */
  public static QueuePairAttributes toReceive(int peerNumber) {
    return QueuePairAttributes.to(QueuePairState.RTR)
        .with(Attribute.PATH_MTU, 1024)
        .with(Attribute.PEER_NUMBER, peerNumber)
        .with(Attribute.RECEIVE_PACKET_NUMBER, 0)
        .with(Attribute.MAX_PEER_READ_ATOMIC, 4)
        .with(Attribute.MIN_RNR_TIMER, 12);
  }

  /** Returns the change from RTR to RTS. */
  public static QueuePairAttributes toSend() {
    return QueuePairAttributes.to(QueuePairState.RTS)
        .with(Attribute.TIMEOUT, 14)
        .with(Attribute.RETRY_COUNT, 7)
        .with(Attribute.RNR_RETRY, 7)
        .with(Attribute.SEND_PACKET_NUMBER, 0)
        .with(Attribute.MAX_READ_ATOMIC, 4);
  }

  /**
   * Takes two endpoints from RESET to RTS, each with the other as its peer.
   *
   * @param one one of them
   * @param other the other
   */
  public static void connect(Endpoint one, Endpoint other) throws VerbsException {
    one.queuePair.modify(toInit());
    other.queuePair.modify(toInit());
    one.queuePair.modify(toReceive(other.number()));
    other.queuePair.modify(toReceive(one.number()));
    one.queuePair.modify(toSend());
    other.queuePair.modify(toSend());
  }

  /** Returns the number of the queue pair. */
  public int number() {
    return queuePair.number();
  }

  /**
   * Allocates a region of zeros.
   *
   * @param byteCount its size
   * @param access what may be done with it
   */
  public MemoryRegion zeros(long byteCount, Set<Access> access) throws IOException {
    return domain.allocate(byteCount, access);
  }

  /**
   * Allocates a region that allows everything, full of bytes that differ from their neighbours.
   *
   * @param byteCount its size
   * @param seed tells its bytes from those of other regions
   */
  public MemoryRegion pattern(long byteCount, int seed) throws IOException {
    MemoryRegion region = domain.allocate(byteCount, ALL);
    MemorySegment memory = region.segment();
    for (long i = 0; i < byteCount; i++) {
      memory.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 31 + (i >> 8) + seed));
    }
    return region;
  }
}
