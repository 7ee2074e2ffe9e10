package dev.sluice.engine.transfer;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.Scheme;
import dev.sluice.engine.registry.InstalledScheme;
import dev.sluice.engine.registry.TransportRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Relays connections, both ways: for each one that comes to the incoming address it opens one to
 * the outgoing address.
 *
 * <p>The outgoing ones are opened one after the other, in the order in which the incoming ones
 * became ready, because a QEMU may tell its channels apart by their arrival. Each direction ends on
 * its own: the end of one is passed on as a half-close, and the other goes on for as long as it
 * likes. Where a direction fails, both sides of the connection are aborted, so that a reset goes on
 * as a reset, and nothing incomplete looks complete. What a {@link StreamCheck} finds to be cut off
 * fails as well, but goes on as it came. A connection that fails never ends the relay.
 *
 * <h2>Ownership</h2>
 *
 * The relay opens and ends all channels. The registry stays the caller's.
 *
 * <h2>Threading</h2>
 *
 * {@link #run} is called once; it accepts in its thread (in a platform thread of its own if that
 * one is virtual), and each connection has two platform threads of its own. All other methods may
 * be called by any thread at any time. An interrupt of the running thread cancels.
 *
 * <h2>Errors</h2>
 *
 * How each connection ended is told to the {@link RelayListener}; {@link #run} throws only where
 * the relay itself cannot go on.
 */
public final class Relay {
  /** Of all buffers: so that 1,500 connections find theirs. */
  private static final long BUFFER_BYTES = 48 << 20;

  /** Of buffers, some of them large: so that 100 busy connections stay within 100 MiB in all. */
  private static final long GROWN_BUFFER_BYTES = 2 << 20;

  /** How often to look whether something takes too long. */
  private static final Duration LOOK_PERIOD = Duration.ofMillis(100);

  private final TransportRegistry registry;
  private final TransportAddress incoming;
  private final TransportAddress outgoing;
  private final RelayOptions options;
  private final RelayListener listener;
  private final RelayTotals totals = new RelayTotals();
  private final RateBudget rate;
  private final Gate gate = new Gate();
  private final Links links;
  private final OpenEnds ends = new OpenEnds();

  /** Where the relay itself failed. */
  private volatile Leg leg = Leg.INCOMING;

  /** Zero until the incoming side is listened on. */
  private volatile long startNanos;

  /**
   * Creates a relay that has not begun.
   *
   * @param registry where the transports are
   * @param incoming listened on
   * @param outgoing connected to, once for each connection
   * @param options when to end, rate, time-outs
   * @param listener told what happens
   */
  public Relay(
      TransportRegistry registry,
      TransportAddress incoming,
      TransportAddress outgoing,
      RelayOptions options,
      RelayListener listener) {
    this.registry = registry;
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.options = options;
    this.listener = new GuardedListener(listener);
    this.rate = new RateBudget(options.rate());
    this.links = new Links(options);
  }

  /**
   * Listens, relays, and returns when no more connections are accepted and the last one has ended.
   *
   * @return what was relayed, and the first failure of a connection
   * @throws TransferException if the relay itself cannot work or go on: it cannot listen, nobody
   *     came in time, a side cannot carry both directions (kind {@code ADDRESS}), the outgoing one
   *     could never be opened ({@link TransportRegistry#checkConnect}), the deadline has passed, it
   *     was cancelled. Every connection was aborted then.
   */
  public RelayResult run() throws TransferException {
    return Thread.currentThread().isVirtual()
        ? PlatformThread.call(this::relay, () -> cancel("interrupted"))
        : relay();
  }

  private RelayResult relay() throws TransferException {
    try (ends;
        BufferMemory memory = new BufferMemory(BUFFER_BYTES, GROWN_BUFFER_BYTES);
        Watchdog watchdog = new Watchdog()) {
      try {
        serve(watchdog, memory);
      } catch (IOException | RuntimeException | Error failure) {
        links.abandon(reason(failure));
        links.awaitNoneWhatever();
        throw failure;
      }
      return new RelayResult(progress(), totals.firstFailed());
    } catch (IOException | RuntimeException failure) {
      throw ends.failed(leg, progress().forwardByteCount(), failure);
    }
  }

  /** Returns what to tell the connections that are cut off. */
  private static TransportException reason(Throwable failure) {
    return failure instanceof TransportException transport
        ? transport
        : new TransportException(Kind.CANCELLED, "the relay itself failed: " + failure, failure);
  }

  private void serve(Watchdog watchdog, BufferMemory memory) throws IOException {
    options
        .deadline()
        .ifPresent(
            limit -> watchdog.after(limit, () -> expire("not done within the deadline of", limit)));
    Endpoints.requireTwo(incoming, outgoing);
    requireBothWays(Leg.OUTGOING, outgoing);
    registry.checkConnect(outgoing, options.context());
    requireBothWays(Leg.INCOMING, incoming);
    ends.keepServer(() -> registry.listen(incoming, options.context()));
    gate.requireRoom();
    startNanos = System.nanoTime();
    listener.listening(ends.server().address());
    watchdog.every(LOOK_PERIOD, this::look);
    accept(watchdog, memory);
    links.awaitNone();
    ends.complete();
  }

  private void requireBothWays(Leg side, TransportAddress address) throws TransportException {
    leg = side;
    Optional<Scheme> scheme = registry.find(address.scheme()).map(InstalledScheme::scheme);
    if (scheme.isPresent()) {
      Endpoints.requireBothWays(scheme.get().features(), address.toString());
    }
  }

  private void accept(Watchdog watchdog, BufferMemory memory) throws IOException {
    Optional<Watchdog.Timer> waiting =
        options
            .acceptTimeout()
            .map(
                limit ->
                    watchdog.after(
                        limit,
                        () ->
                            expire(
                                "nobody came to " + ends.server().address() + " within", limit)));
    RelayParts parts =
        new RelayParts(
            new OutgoingOpener(
                () -> registry.connect(outgoing, options.context()),
                gate,
                options.context().connectTimeout(),
                listener),
            this::giveUp,
            options,
            listener,
            gate,
            new Turns(),
            rate,
            memory,
            totals);
    new Acceptor(ends.server(), links, parts)
        .run(
            channel -> {
              waiting.ifPresent(Watchdog.Timer::close);
              return new Link(channel, parts, this::ended);
            });
    ends.throwIfAbandoned();
    ends.closeServer();
    listener.stopped();
  }

  private void ended(Link link) {
    if (links.ended(link)) {
      ends.closeServer();
    }
  }

  private void look() {
    long now = System.nanoTime();
    links.all().forEach(link -> link.look(now));
  }

  private void expire(String what, Duration limit) {
    abandon(new TransportException(Kind.TIMED_OUT, what + " " + limit.toMillis() + " ms"));
  }

  private void giveUp(Leg side, TransportException why) {
    leg = side;
    abandon(why);
  }

  private void abandon(TransportException why) {
    ends.abandon(why);
    links.abandon(why);
  }

  /**
   * Accepts no more; the connections that are running go on, and {@link #run} returns when they
   * have ended. Does nothing where that is so already.
   */
  public void stopAccepting() {
    links.stop();
    ends.closeServer();
  }

  /**
   * Aborts all within 1 s; {@link #run} throws of kind {@link Kind#CANCELLED}. Does nothing once it
   * has ended.
   *
   * @param reason what to say
   */
  public void cancel(String reason) {
    abandon(new TransportException(Kind.CANCELLED, reason));
  }

  /**
   * Changes the rate, at once, also for those who wait just now.
   *
   * @param bytesPerSecond at least 1, over all connections and both directions together; empty: as
   *     fast as it goes
   * @throws IllegalArgumentException if it is less than 1
   */
  public void rate(OptionalLong bytesPerSecond) {
    if (bytesPerSecond.isPresent() && bytesPerSecond.getAsLong() < 1) {
      throw new IllegalArgumentException(
          "a rate of " + bytesPerSecond.getAsLong() + " bytes a second");
    }
    rate.rate(bytesPerSecond);
  }

  /** Returns what the relay has done so far. */
  public RelayProgress progress() {
    long now = System.nanoTime();
    long start = startNanos;
    Duration stalling =
        links.all().stream().map(link -> link.stalling(now)).reduce(Duration.ZERO, Duration::plus);
    return totals.progress(
        links.openCount(), stalling, start == 0 ? Duration.ZERO : Duration.ofNanos(now - start));
  }
}
