package dev.sluice.transport.rdmasim.tool;

import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.tool.TimeLedger.Lack;
import java.io.IOException;

/** One scenario on its way: lets the events happen, one by one, and books the time. */
final class Transfer {
  /** How the bytes are moved; called before the first event and behind each. */
  interface Mover {
    /**
     * Posts what can be posted, takes what came.
     *
     * @return whether all is done
     * @throws IOException if that cannot be any more
     */
    boolean move() throws IOException;

    /** Returns what hinders it from posting more. */
    Lack lack();

    /** Returns the bytes that are there. */
    long doneBytes();

    /** Returns the ends it works with. */
    Endpoints endpoints();
  }

  /** Without progress; a peer that is never ready costs some seconds of real time for this. */
  private static final long PATIENCE_EVENTS = 5_000_000;

  /** Where each packet is an event, many are under way before the first answer. */
  private static final int PATIENCE_EVENTS_PER_PACKET = 20;

  private final Scenario scenario;
  private final Simulation simulation;

  private Transfer(Scenario scenario) {
    this.scenario = scenario;
    simulation = Simulation.withSeed(scenario.seed(), scenario.faults());
  }

  /**
   * Runs a scenario to its end.
   *
   * @throws TransferFailed if it does not come to it
   */
  static TransferResult run(Scenario scenario) throws TransferFailed {
    return new Transfer(scenario).run();
  }

  private TransferResult run() throws TransferFailed {
    Mover mover;
    try {
      mover =
          scenario.mode() == Mode.STREAM
              ? new StreamMover(scenario, simulation)
              : new MessageMover(scenario, simulation);
    } catch (IOException refused) {
      throw new TransferFailed(message(refused), simulation.nowNanos(), 0, refused);
    }
    return run(mover);
  }

  private TransferResult run(Mover mover) throws TransferFailed {
    Endpoints ends = mover.endpoints();
    long startNanos = simulation.nowNanos();
    TimeLedger ledger =
        new TimeLedger(
            ends.link().forward(),
            ends.sender().host().counters(ends.sender().queuePair()),
            ends.receiver().host().counters(ends.receiver().queuePair()),
            startNanos);
    ProgressCurve curve = new ProgressCurve(startNanos);
    long patience = patience();
    long progressNanos = startNanos;
    long progressEvents = simulation.eventCount();
    long doneBytes = 0;
    while (!move(mover)) {
      long now = simulation.nowNanos();
      ledger.book(now, mover.lack());
      if (mover.doneBytes() > doneBytes) {
        doneBytes = mover.doneBytes();
        progressNanos = now;
        progressEvents = simulation.eventCount();
        curve.add(now, doneBytes);
      } else if (simulation.eventCount() - progressEvents > patience) {
        throw failed(mover, hopeless(ends, progressNanos));
      }
      if (!simulation.step()) {
        throw failed(mover, stuck(ends));
      }
    }
    ledger.book(simulation.nowNanos(), mover.lack());
    curve.add(simulation.nowNanos(), mover.doneBytes());
    return TransferResult.of(scenario, ends, ledger, curve, simulation.nowNanos() - startNanos);
  }

  private boolean move(Mover mover) throws TransferFailed {
    try {
      return mover.move();
    } catch (IOException broken) {
      throw new TransferFailed(message(broken), simulation.nowNanos(), mover.doneBytes(), broken);
    }
  }

  private static String message(IOException thrown) {
    return thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
  }

  /** Progress shows at the end of a message only. */
  private long patience() {
    LinkProfile link = scenario.link();
    long underWayBytes = Math.max(link.bandwidthDelayProductBytes(), scenario.messageBytes());
    return PATIENCE_EVENTS + PATIENCE_EVENTS_PER_PACKET * (underWayBytes / link.mtuBytes());
  }

  /** Things go on happening, but nothing comes of them. */
  private static String hopeless(Endpoints ends, long progressNanos) {
    return "no progress since "
        + Amounts.time(progressNanos)
        + ", with "
        + ends.receiver().host().counters(ends.receiver().queuePair()).notReady()
        + " RNR NAKs and "
        + ends.sender().host().counters(ends.sender().queuePair()).timeouts()
        + " time-outs";
  }

  /** No event is left, and so nothing can happen any more. */
  private static String stuck(Endpoints ends) {
    if (ends.sender().host().isCrashed()) {
      return "the sender's host crashed";
    }
    if (ends.receiver().host().isCrashed()) {
      return "the receiver's host crashed, and no timer runs to see it";
    }
    return "nothing happens any more: a packet was lost, and no timer runs (timeout code 0)";
  }

  private TransferFailed failed(Mover mover, String why) {
    return new TransferFailed(why, simulation.nowNanos(), mover.doneBytes());
  }
}
