package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.Link;
import dev.sluice.transport.rdmasim.simulation.LinkPair;
import dev.sluice.transport.rdmasim.verbs.AsyncEvent;

/**
 * What joins two hosts. Belongs to the simulation's thread.
 *
 * <p>{@link #cut} takes it down, as if somebody pulled the cable: the devices are told, and what is
 * under way is lost.
 */
public final class VirtualLink {
  // Arbitrary, to tell this decision from others in the trace.
  private static final long TRACE_KIND = 0xC0D;

  private final VirtualHost one;
  private final VirtualHost other;
  private final LinkPair pair;
  private boolean up = true;

  /** Counts the cuts: what was sent before the last one does not arrive. */
  private int cutCount;

  VirtualLink(VirtualHost one, VirtualHost other, LinkPair pair) {
    this.one = one;
    this.other = other;
    this.pair = pair;
  }

  /** Returns the host at its one end. */
  public VirtualHost one() {
    return one;
  }

  /** Returns the host at its other end. */
  public VirtualHost other() {
    return other;
  }

  /** Returns the direction from the one to the other. */
  public Link forward() {
    return pair.forward();
  }

  /** Returns the direction from the other to the one. */
  public Link back() {
    return pair.back();
  }

  /** Tells whether it is up. */
  public boolean isUp() {
    return up;
  }

  /**
   * Takes it down, and loses what is under way; both devices get {@link
   * AsyncEvent.Kind#PORT_ERROR}.
   */
  public void cut() {
    become(false, AsyncEvent.Kind.PORT_ERROR);
  }

  /** Takes it up again; both devices get {@link AsyncEvent.Kind#PORT_ACTIVE}. */
  public void restore() {
    become(true, AsyncEvent.Kind.PORT_ACTIVE);
  }

  int cutCount() {
    return cutCount;
  }

  private void become(boolean wanted, AsyncEvent.Kind kind) {
    if (up == wanted) {
      return;
    }
    up = wanted;
    if (!up) {
      cutCount++;
    }
    one.simulation().trace().mix(TRACE_KIND, up ? 1 : 0, one.nowNanos());
    one.device().raise(kind, 0);
    other.device().raise(kind, 0);
  }

  @Override
  public String toString() {
    return "link from " + one + " to " + other + (up ? "" : " (down)");
  }
}
