package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.FaultAction;
import dev.sluice.transport.rdmasim.simulation.FaultPoint;
import dev.sluice.transport.rdmasim.simulation.FaultRule;
import dev.sluice.transport.rdmasim.simulation.PacketKind;
import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.verbs.AsyncEvent;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries out the rules that strike a host, as far as they are not about packets. */
final class HostFaults {
  private static final long MEBIBYTE = 1 << 20;

  private final VirtualHost host;

  HostFaults(VirtualHost host) {
    this.host = host;
  }

  List<FaultRule> reach(
      FaultPoint point,
      @Nullable PacketKind kind,
      @Nullable ReliableWire wire,
      long message,
      long packet) {
    long queuePair = wire == null ? FaultRule.ANY : wire.requesterNumber(point);
    List<FaultRule> struck =
        host.simulation().faults().at(point, host.linkName(wire), kind, queuePair, message, packet);
    for (FaultRule rule : struck) {
      switch (rule.action()) {
        case CRASH -> host.crash();
        case FREEZE -> host.freeze(rule.byNanos());
        case QP_FATAL -> {
          if (wire != null) {
            host.device().raise(AsyncEvent.Kind.QUEUE_PAIR_FATAL, wire.queuePair().number());
            wire.queuePair().enterError();
          }
        }
        default -> {}
      }
    }
    return struck;
  }

  boolean registers(long byteCount) {
    Simulation simulation = host.simulation();
    boolean possible = true;
    for (FaultRule rule : reachIfAny(FaultPoint.REGISTER, null)) {
      if (rule.action() == FaultAction.SLOW_REGISTRATION) {
        long nanos = Math.ceilDiv(byteCount, MEBIBYTE) * rule.byNanos();
        simulation.runFor(Duration.ofNanos(nanos));
      } else if (rule.action() == FaultAction.FAIL_REGISTRATION) {
        possible = false;
      }
    }
    return possible;
  }

  boolean hasRoomFor(WorkCompletion completion) {
    ReliableWire wire = host.wire(completion.queuePairNumber());
    for (FaultRule rule : reachIfAny(FaultPoint.COMPLETE, wire)) {
      if (rule.action() == FaultAction.CQ_OVERFLOW) {
        return false;
      }
    }
    return true;
  }

  private List<FaultRule> reachIfAny(FaultPoint point, @Nullable ReliableWire wire) {
    return host.simulation().faults().any(point)
        ? host.reach(point, null, wire, FaultRule.ANY, FaultRule.ANY)
        : List.of();
  }
}
