package dev.sluice.transport.rdmasim.verbs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A device whose wires carry nothing: the test itself takes requests and reports them. */
final class HandDrivenFabric implements Fabric {
  private final Arena arena = Arena.ofAuto();
  private final RdmaDevice device;

  private Consumer<BooleanSupplier> wait =
      _ -> {
        throw new AssertionError("a region is used, but nobody is there");
      };

  HandDrivenFabric() {
    this(DeviceLimits.USUAL);
  }

  HandDrivenFabric(DeviceLimits limits) {
    device = new RdmaDevice("hand-driven", this, limits);
  }

  RdmaDevice device() {
    return device;
  }

  /** Says how is waited for those who are inside a region. */
  void onWait(Consumer<BooleanSupplier> newWait) {
    wait = newWait;
  }

  /**
   * Returns a queue pair of 8 requests in RTS that allows 2 reads at a time, in both directions.
   */
  QueuePair sendingQueuePair() throws VerbsException {
    QueuePair queuePair = queuePair();
    start(queuePair);
    return queuePair;
  }

  /** Returns the same in RTR. */
  QueuePair receivingQueuePair() throws VerbsException {
    QueuePair queuePair = queuePair();
    startReceiving(queuePair);
    return queuePair;
  }

  private QueuePair queuePair() throws VerbsException {
    return device
        .createProtectionDomain()
        .createQueuePair(QueuePairOptions.of(device.createCompletionQueue(100)).withQueues(8, 8));
  }

  /** Takes a queue pair from RESET to RTS. */
  static void start(QueuePair queuePair) throws VerbsException {
    startReceiving(queuePair);
    queuePair.modify(
        QueuePairAttributes.to(QueuePairState.RTS)
            .with(QueuePairAttributes.Attribute.TIMEOUT, 14)
            .with(QueuePairAttributes.Attribute.RETRY_COUNT, 7)
            .with(QueuePairAttributes.Attribute.RNR_RETRY, 7)
            .with(QueuePairAttributes.Attribute.SEND_PACKET_NUMBER, 0)
            .with(QueuePairAttributes.Attribute.MAX_READ_ATOMIC, 2));
  }

  private static void startReceiving(QueuePair queuePair) throws VerbsException {
    queuePair.modify(
        QueuePairAttributes.to(QueuePairState.INIT).with(QueuePairAttributes.Attribute.ACCESS, 15));
    queuePair.modify(
        QueuePairAttributes.to(QueuePairState.RTR)
            .with(QueuePairAttributes.Attribute.PATH_MTU, 1024)
            .with(QueuePairAttributes.Attribute.PEER_NUMBER, 1)
            .with(QueuePairAttributes.Attribute.RECEIVE_PACKET_NUMBER, 0)
            .with(QueuePairAttributes.Attribute.MAX_PEER_READ_ATOMIC, 2)
            .with(QueuePairAttributes.Attribute.MIN_RNR_TIMER, 12));
  }

  @Override
  public MemorySegment tables(long byteCount) {
    return arena.allocate(byteCount, Long.BYTES);
  }

  @Override
  public FabricMemory allocate(long byteCount) {
    return FabricMemory.unmapped(arena.allocate(byteCount, Long.BYTES));
  }

  @Override
  public Wire wire(QueuePair queuePair) {
    return new IdleWire();
  }

  @Override
  public void awaitUnused(BooleanSupplier unused) {
    if (!unused.getAsBoolean()) {
      wait.accept(unused);
    }
  }

  @Override
  public long nowNanos() {
    return 0;
  }

  @Override
  public boolean await(List<QueuePair> listening, BooleanSupplier ready, Duration atMost) {
    return ready.getAsBoolean();
  }

  private static final class IdleWire implements Wire {
    @Override
    public void connect() {}

    @Override
    public void kick() {}

    @Override
    public void progress() {}

    @Override
    public void fail() {}

    @Override
    public void reset() {}
  }
}
