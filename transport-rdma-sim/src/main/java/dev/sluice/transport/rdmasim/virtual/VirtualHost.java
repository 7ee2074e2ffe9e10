package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.connection.Connector;
import dev.sluice.transport.rdmasim.simulation.FaultPoint;
import dev.sluice.transport.rdmasim.simulation.FaultRule;
import dev.sluice.transport.rdmasim.simulation.PacketKind;
import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.simulation.Timer;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.Fabric;
import dev.sluice.transport.rdmasim.verbs.FabricMemory;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairTable;
import dev.sluice.transport.rdmasim.verbs.RdmaDevice;
import dev.sluice.transport.rdmasim.verbs.Wire;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A machine in a {@link VirtualFabric}: one device, and the links that lead to others.
 *
 * <p>It can be made to crash, which nobody is told of, or to freeze for a while, in which what
 * comes in waits. Both concern the machine, not the objects that a test holds: posting to a queue
 * pair of a crashed host does nothing, and {@link #await} on it fails.
 *
 * <h2>Threading</h2>
 *
 * The simulation's thread, for everything that is made through the device too.
 */
public final class VirtualHost implements Fabric {
  // Arbitrary, to tell these decisions from others in the trace.
  private static final long TRACE_CRASH = 0xDEAD;
  private static final long TRACE_FREEZE = 0xF0EE;

  private final VirtualFabric fabric;
  private final String name;
  private final RdmaDevice device;
  private final Arena arena = Arena.ofAuto();
  private final List<Way> ways = new ArrayList<>();
  private final @Nullable ReliableWire[] wires;
  private final @Nullable Way[] chosenWays;
  private @Nullable VirtualConnector connector;
  private final HostFaults faults;
  private Consumer<QueuePair> communicated = queuePair -> {};
  private boolean crashed;
  private long frozenUntilNanos;

  VirtualHost(VirtualFabric fabric, String name, DeviceLimits limits) {
    this.fabric = fabric;
    this.name = name;
    wires = new @Nullable ReliableWire[limits.maxQueuePairs()];
    chosenWays = new @Nullable Way[limits.maxQueuePairs()];
    faults = new HostFaults(this);
    device = new RdmaDevice(name, this, limits);
  }

  /** Returns its name. */
  public String name() {
    return name;
  }

  /** Returns its device. */
  public RdmaDevice device() {
    return device;
  }

  /**
   * Returns what connects its queue pairs to those of other hosts. Where there is more than one
   * link, {@link #route} says first to which.
   */
  public Connector connector() {
    return ownConnector();
  }

  private VirtualConnector ownConnector() {
    VirtualConnector own = connector;
    if (own == null) {
      own = new VirtualConnector(this);
      connector = own;
    }
    return own;
  }

  /** Returns the fabric it is part of. */
  public VirtualFabric fabric() {
    return fabric;
  }

  Simulation simulation() {
    return fabric.simulation();
  }

  void add(Way way) {
    ways.add(way);
  }

  /**
   * Says which host a queue pair is to reach; to be called before it goes to RTR. Not needed where
   * there is one link only.
   *
   * @param queuePair of this host
   * @param peer the other host
   * @throws IllegalArgumentException if no link leads there
   */
  public void route(QueuePair queuePair, VirtualHost peer) {
    chosenWays[QueuePairTable.place(queuePair.number())] = wayTo(peer);
  }

  Way wayTo(VirtualHost peer) {
    return ways.stream()
        .filter(way -> way.peer() == peer)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no link leads from host " + name + " to host " + peer.name + ": join them"));
  }

  Way wayOf(QueuePair queuePair) {
    Way chosen = chosenWays[QueuePairTable.place(queuePair.number())];
    if (chosen != null) {
      return chosen;
    }
    if (ways.size() != 1) {
      throw new IllegalStateException(
          "host "
              + name
              + " has "
              + ways.size()
              + " links, so that it must be told with route() where "
              + queuePair
              + " leads");
    }
    return ways.getFirst();
  }

  /**
   * Returns what the wire of a queue pair did.
   *
   * @param queuePair of this host, not closed
   * @throws IllegalArgumentException if it is not one
   */
  public WireCounters counters(QueuePair queuePair) {
    ReliableWire wire = wire(queuePair.number());
    if (wire == null || wire.queuePair() != queuePair) {
      throw new IllegalArgumentException(queuePair + " is not of host " + name);
    }
    return wire.counters();
  }

  /** Returns the wire of a queue pair; null: there is none of that number. */
  @Nullable ReliableWire wire(int number) {
    int place = QueuePairTable.place(number);
    ReliableWire wire = place < wires.length ? wires[place] : null;
    return wire != null && wire.queuePair().number() == number ? wire : null;
  }

  void onCommunication(Consumer<QueuePair> told) {
    communicated = told;
  }

  /** A request came for a queue pair that does not know yet that it is connected. */
  void communicated(QueuePair queuePair) {
    communicated.accept(queuePair);
  }

  // What comes in.

  void requestArrived(OutgoingRequest request, int from, int to, boolean asking) {
    if (crashed || !request.way.link().isUp()) {
      return;
    }
    if (isFrozen()) {
      whenThawed(() -> requestArrived(request, from, to, asking));
      return;
    }
    ReliableWire wire = wire(request.peerNumber);
    if (wire != null) {
      wire.receiver().arrived(request, from, to, asking);
    }
  }

  void answerArrived(OutgoingRequest request, Consumer<RequestSender> told) {
    if (crashed || !request.way.link().isUp() || !request.isCurrent()) {
      return;
    }
    if (isFrozen()) {
      whenThawed(() -> answerArrived(request, told));
      return;
    }
    told.accept(request.sender.requests());
  }

  void messageArrived(VirtualHost sender, ConnectionMessage message) {
    if (crashed || !wayTo(sender).link().isUp()) {
      return;
    }
    if (isFrozen()) {
      whenThawed(() -> messageArrived(sender, message));
      return;
    }
    ownConnector().received(sender, message);
  }

  /** Lets a packet of an earlier life of a queue pair arrive, if there was one. */
  void sendStale(QueuePair queuePair) {
    ReliableWire wire = wire(queuePair.number());
    if (wire != null) {
      wire.requests().sendStale();
    }
  }

  // Crashing and freezing.

  /** Ends the host: it sends nothing any more, and what comes is lost. */
  public void crash() {
    if (crashed) {
      return;
    }
    crashed = true;
    simulation().trace().mix(TRACE_CRASH, name.hashCode(), simulation().nowNanos());
    for (ReliableWire wire : wires) {
      if (wire != null) {
        wire.halt();
      }
    }
  }

  /** Tells whether it crashed. */
  public boolean isCrashed() {
    return crashed;
  }

  /**
   * Stops the host for a while: what comes in meanwhile waits, and timers that expire do so at the
   * end.
   *
   * @param duration in virtual time
   */
  public void freeze(Duration duration) {
    freeze(duration.toNanos());
  }

  void freeze(long nanos) {
    simulation().trace().mix(TRACE_FREEZE, name.hashCode(), nanos);
    frozenUntilNanos = Math.max(frozenUntilNanos, nowNanos() + nanos);
    whenThawed(
        () -> {
          for (ReliableWire wire : wires) {
            if (wire != null && !isFrozen()) {
              wire.resume();
            }
          }
        });
  }

  private boolean isFrozen() {
    return frozenUntilNanos > simulation().nowNanos();
  }

  /** Tells whether it neither crashed nor is frozen. */
  public boolean isRunning() {
    return !crashed && !isFrozen();
  }

  Timer whenThawed(Runnable action) {
    return simulation().schedule(frozenUntilNanos - nowNanos(), action);
  }

  // Faults.

  /** Lets crash, freeze or break what rules say, and returns the other rules that strike here. */
  List<FaultRule> reach(
      FaultPoint point,
      @Nullable PacketKind kind,
      @Nullable ReliableWire wire,
      long message,
      long packet) {
    return crashed ? List.of() : faults.reach(point, kind, wire, message, packet);
  }

  /** Returns the name of the link that it sends over. */
  String linkName(@Nullable ReliableWire wire) {
    if (wire != null && wire.isConnected()) {
      return wire.way().out().name();
    }
    return ways.isEmpty() ? "" : ways.getFirst().out().name();
  }

  @Override
  public boolean registers(long byteCount) {
    return faults.registers(byteCount);
  }

  @Override
  public boolean hasRoomFor(WorkCompletion completion) {
    return faults.hasRoomFor(completion);
  }

  // The fabric.

  @Override
  public MemorySegment tables(long byteCount) {
    return arena.allocate(byteCount, Long.BYTES);
  }

  /** Returns memory that is freed once nobody can reach it any more. */
  @Override
  public FabricMemory allocate(long byteCount) throws IOException {
    try {
      return FabricMemory.unmapped(Arena.ofAuto().allocate(byteCount, Long.BYTES));
    } catch (OutOfMemoryError none) {
      throw new IOException("host " + name + ": no memory of " + byteCount + " bytes", none);
    }
  }

  @Override
  public Wire wire(QueuePair queuePair) {
    ReliableWire wire = new ReliableWire(this, queuePair);
    int place = QueuePairTable.place(queuePair.number());
    wires[place] = wire;
    chosenWays[place] = null;
    return wire;
  }

  /** There is one thread, and it is here. */
  @Override
  public void awaitUnused(BooleanSupplier unused) {}

  @Override
  public long nowNanos() {
    return simulation().nowNanos();
  }

  /**
   * Lets events happen until something holds or virtual time has passed.
   *
   * @throws IOException if the host crashed, or the thread is interrupted
   */
  @Override
  public boolean await(List<QueuePair> listening, BooleanSupplier ready, Duration atMost)
      throws IOException {
    Thread thread = Thread.currentThread();
    boolean[] holds = {false};
    simulation()
        .runUntil(
            () -> {
              holds[0] = isRunning() && ready.getAsBoolean();
              return holds[0] || crashed || thread.isInterrupted();
            },
            atMost);
    if (crashed) {
      throw new IOException("host " + name + " crashed");
    }
    if (!holds[0] && thread.isInterrupted()) {
      throw new InterruptedIOException("interrupted while host " + name + " waited");
    }
    return holds[0];
  }

  @Override
  public String toString() {
    return "host " + name + (crashed ? " (crashed)" : "");
  }
}
