package dev.sluice.engine.transfer;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.engine.transfer.Reserves.Reserve;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a relay: the incoming channel, and the outgoing one that it opens for it.
 *
 * <p>A thread of its own shakes hands, waits for its turn, connects, pumps forward, and ends both
 * channels; a second thread pumps backward. Any thread may fail it, at any moment: the first
 * failure counts, both channels are aborted, and both threads interrupted, which ends whatever they
 * are in.
 */
final class Link {
  /** The first failure, and the side it happened on. */
  private record Failure(Leg leg, Throwable cause) {}

  /** Looks whether something takes too long; the time is that of {@link System#nanoTime}. */
  @FunctionalInterface
  private interface Watch {
    void look(long nowNanos);
  }

  private static final System.Logger LOGGER = System.getLogger("dev.sluice.engine");

  private static final Watch NOTHING = _ -> {};

  private final TransportChannel incoming;
  private final RelayParts parts;
  private final Consumer<Link> atEnd;
  private final long acceptedNanos = System.nanoTime();

  /** Where a failure of this link's own thread is to be looked for, outside the pumps. */
  private Leg leg = Leg.INCOMING;

  /** 0 until its turn has come. */
  private volatile long number;

  private volatile Watch watch = NOTHING;
  private volatile @Nullable Pump forward;
  private volatile @Nullable Pump backward;

  private @Nullable TransportChannel outgoing;
  private @Nullable Reserve reserve;
  private @Nullable Thread ownThread;
  private @Nullable Thread backwardThread;
  private @Nullable Failure failure;

  /** What was not complete, and passed on all the same; what fails later may come of it. */
  private @Nullable Failure truncation;

  private boolean ended;

  /**
   * Takes a channel over that was just accepted.
   *
   * @param atEnd called in the end, whatever happened
   */
  Link(TransportChannel incoming, RelayParts parts, Consumer<Link> atEnd) {
    this.incoming = incoming;
    this.parts = parts;
    this.atEnd = atEnd;
  }

  /**
   * Goes on in a thread of its own; called in the order of acceptance.
   *
   * @param kept for the outgoing side; given back whatever happens
   */
  void start(Reserve kept) {
    reserve = kept;
    Turns.@Nullable Place place = null;
    try {
      Turns.Place taken = parts.turns().place();
      place = taken;
      LinkThreads.start("sluice-relay", () -> run(taken));
    } catch (TransportException | RuntimeException | Error noThread) {
      if (place != null) {
        place.close();
      }
      parts.gate().leave();
      fail(Leg.INCOMING, noThread);
      end();
    }
  }

  /** Whatever is thrown, such as where memory is short, it must not look like a good end. */
  private void run(Turns.Place place) {
    try {
      open(place);
      if (!hasFailed()) {
        pump();
      }
      if (!hasFailed()) {
        deliver();
      }
    } catch (RuntimeException | Error broken) {
      fail(leg, broken);
    } finally {
      end();
    }
  }

  private void open(Turns.Place place) {
    synchronized (this) {
      ownThread = Thread.currentThread();
    }
    try (place) {
      place.running();
      try {
        requireBothWays(incoming);
        establish();
      } finally {
        parts.gate().leave();
      }
      number = place.await();
      parts.totals().ready();
      parts.listener().connected(number, Leg.INCOMING, incoming.info());
      leg = Leg.OUTGOING;
      connect();
    } catch (IOException | InterruptedException | RuntimeException | Error cause) {
      fail(leg, cause);
    }
  }

  /** Where it is not so, it is so for all connections. */
  private void requireBothWays(TransportChannel channel) throws TransportException {
    try {
      Endpoints.requireBothWays(channel.features(), channel.info().name());
    } catch (TransportException unfit) {
      parts.giveUp().accept(leg, unfit);
      throw unfit;
    }
  }

  private void establish() throws IOException {
    watch = handshakeWithin(parts.options().context().handshakeTimeout());
    try {
      incoming.establish();
      throwIfFailed();
    } catch (IOException | RuntimeException | Error failed) {
      parts.totals().handshakeFailed();
      throw failed;
    }
    watch = NOTHING;
    parts.totals().established();
  }

  private void connect() throws IOException, InterruptedException {
    TransportChannel opened = parts.opener().open(Objects.requireNonNull(reserve), this::hasFailed);
    keep(opened);
    requireBothWays(opened);
    opened.establish();
    parts.listener().connected(number, leg, opened.info());
  }

  private void giveReserveBack() {
    if (reserve != null) {
      reserve.close();
    }
  }

  private Watch handshakeWithin(Duration limit) {
    long start = System.nanoTime();
    long nanos = Watchdog.nanos(limit);
    return now -> {
      if (now - start >= nanos) {
        String what =
            "no hand-shake on " + incoming.info().name() + " within " + limit.toMillis() + " ms";
        String hint = "find out why the peer does not answer, or allow a longer time";
        fail(Leg.INCOMING, new TransportException(Kind.TIMED_OUT, what, hint, null));
      }
    };
  }

  /** Takes over what was opened; it may have been opened in spite of a failure meanwhile. */
  private synchronized void keep(TransportChannel opened) throws IOException {
    outgoing = opened;
    if (failure != null) {
      opened.abort();
    }
    throwIfFailed();
  }

  private synchronized void throwIfFailed() throws IOException {
    if (failure != null) {
      throw new IOException(failure.cause());
    }
  }

  private synchronized boolean hasFailed() {
    return failure != null;
  }

  private void pump() {
    TransportChannel out = outgoing();
    Pump there = newPump(Leg.INCOMING, incoming, out);
    Pump back = newPump(Leg.OUTGOING, out, incoming);
    forward = there;
    backward = back;
    watch = now -> lookAt(there, back, now);
    try {
      Thread second = LinkThreads.start("sluice-relay-" + number + "-back", () -> run(back));
      keep(second);
      run(there);
      Uninterruptibles.joinUninterruptibly(second);
    } catch (TransportException noThread) {
      fail(Leg.OUTGOING, noThread);
    }
    watch = NOTHING;
  }

  private synchronized TransportChannel outgoing() {
    return Objects.requireNonNull(outgoing);
  }

  private synchronized void keep(Thread second) {
    backwardThread = second;
    if (failure != null) {
      second.interrupt();
    }
  }

  private Pump newPump(Leg from, TransportChannel source, TransportChannel target) {
    return new Pump(from, source, target, parts, parts.totals().byteCount(from));
  }

  private void run(Pump pump) {
    try {
      pump.move();
      check(pump);
      // Before the end is passed on: what comes of it, an answer or its end, is told after it.
      parts.listener().halfClosed(number, pump.from(), pump.byteCount());
      pump.passEndOn();
    } catch (IOException | InterruptedException | RuntimeException | Error cause) {
      fail(pump.leg(), cause);
    }
  }

  /** What was cut off is passed on as it came: the format may be a newer one. */
  private void check(Pump pump) throws TransportException {
    try {
      pump.requireComplete();
    } catch (TransportException cutOff) {
      if (cutOff.kind() != Kind.TRUNCATED) {
        throw cutOff;
      }
      remember(new Failure(pump.from(), cutOff));
    }
  }

  private synchronized void remember(Failure cutOff) {
    if (failure == null && truncation == null) {
      truncation = cutOff;
    }
  }

  private void lookAt(Pump there, Pump back, long now) {
    Duration stall = parts.options().stallTimeout();
    for (Pump pump : new Pump[] {there, back}) {
      if (pump.isStalledFor(stall, now)) {
        fail(pump.to(), stalled(pump.to(), stall));
      }
    }
    parts
        .options()
        .idleTimeout()
        .filter(idle -> there.isIdleFor(idle, now) && back.isIdleFor(idle, now))
        .ifPresent(idle -> fail(Leg.INCOMING, idle(idle)));
  }

  private static TransportException stalled(Leg leg, Duration limit) {
    return new TransportException(
        Kind.TIMED_OUT,
        "stalled: the "
            + (leg == Leg.INCOMING ? "incoming" : "outgoing")
            + " side took nothing for "
            + limit.toMillis()
            + " ms",
        "find out why the receiver does not read, or allow a longer stall",
        null);
  }

  private static TransportException idle(Duration limit) {
    return new TransportException(
        Kind.TIMED_OUT,
        "idle: neither side sent anything for " + limit.toMillis() + " ms",
        "find out why both are silent, or allow a longer idle time",
        null);
  }

  /** Both directions have ended; what is on its way still has to arrive. */
  private void deliver() {
    try {
      leg = Leg.OUTGOING;
      outgoing().close();
      leg = Leg.INCOMING;
      incoming.close();
    } catch (IOException | RuntimeException | Error cause) {
      fail(leg, cause);
    }
  }

  /** Called by the watchdog now and then. */
  void look(long nowNanos) {
    watch.look(nowNanos);
  }

  /**
   * Ends it, unless it has ended or failed; any thread.
   *
   * @param side where it happened
   */
  synchronized void fail(Leg side, Throwable cause) {
    if (failure == null && !ended) {
      failure = new Failure(side, cause);
      abort(incoming);
      if (outgoing != null) {
        abort(outgoing);
      }
      interrupt(ownThread);
      interrupt(backwardThread);
    }
  }

  /** A transport that throws here breaks the contract, which must not stop other connections. */
  private static void abort(TransportChannel channel) {
    try {
      channel.abort();
    } catch (RuntimeException | Error broken) {
      LOGGER.log(System.Logger.Level.WARNING, "aborting " + channel, broken);
    }
  }

  private static void interrupt(@Nullable Thread thread) {
    if (thread != null && !thread.equals(Thread.currentThread())) {
      thread.interrupt();
    }
  }

  private void end() {
    try {
      giveReserveBack();
      RelayedConnection outcome = outcome();
      parts.totals().ended(outcome);
      parts.listener().closed(outcome);
    } finally {
      // The relay waits for it.
      atEnd.accept(this);
    }
  }

  private synchronized RelayedConnection outcome() {
    ended = true;
    if (Thread.currentThread().equals(ownThread)) {
      // Nobody interrupts any more; what came was for the channels.
      Thread.interrupted();
    }
    long now = System.nanoTime();
    Optional<TransferException> reason = reason().map(this::exception);
    boolean leftEarly = reason.filter(this::isReaderLeaving).isPresent();
    return new RelayedConnection(
        number,
        byteCount(forward),
        byteCount(backward),
        Duration.ofNanos(now - acceptedNanos),
        stalled(forward, now).plus(stalled(backward, now)),
        leftEarly,
        leftEarly ? Optional.empty() : reason);
  }

  /** A reset by the reader may be noticed in reading from it, in writing, or in the end. */
  private boolean isReaderLeaving(TransferException reason) {
    Pump read = reason.leg() == Leg.OUTGOING ? forward : backward;
    try {
      boolean leaves = reason.kind() == Kind.RESET && read != null && read.isSettled();
      if (leaves) {
        LOGGER.log(System.Logger.Level.DEBUG, "connection " + number + ": left early", reason);
      }
      return leaves;
    } catch (RuntimeException | Error broken) {
      // A check that is wrong must not hide what it was asked about.
      reason.addSuppressed(broken);
      return false;
    }
  }

  private synchronized Optional<Failure> reason() {
    if (truncation != null && failure != null) {
      truncation.cause().addSuppressed(failure.cause());
    }
    return Optional.ofNullable(truncation).or(() -> Optional.ofNullable(failure));
  }

  private synchronized TransferException exception(Failure first) {
    Optional<String> remains = outgoing == null ? Optional.empty() : outgoing.remains();
    return new TransferException(first.leg(), byteCount(forward), remains, first.cause());
  }

  /** Returns whether its turn came: what failed before was no connection. */
  boolean wasReady() {
    return number > 0;
  }

  private static long byteCount(@Nullable Pump pump) {
    return pump == null ? 0 : pump.byteCount();
  }

  private static Duration stalled(@Nullable Pump pump, long now) {
    return pump == null ? Duration.ZERO : pump.stalled(now);
  }

  /** Returns for how long the writes that are going on have been kept waiting. */
  Duration stalling(long now) {
    return stalling(forward, now).plus(stalling(backward, now));
  }

  private static Duration stalling(@Nullable Pump pump, long now) {
    return pump == null ? Duration.ZERO : pump.stalling(now);
  }
}
