package dev.sluice.engine.transfer;

import com.google.common.hash.Hasher;
import com.google.common.util.concurrent.RateLimiter;
import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.engine.ChannelInput;
import dev.sluice.engine.EngineOptions;
import dev.sluice.engine.TruncatedStreamException;
import dev.sluice.engine.registry.TransportRegistry;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Copies one stream, one way, from an incoming to an outgoing address.
 *
 * <p>The incoming side listens first, then the outgoing side is connected, then the incoming one is
 * accepted: nothing is taken from a sender that could not be passed on. Success is told only after
 * the outgoing side was closed and has delivered. Where the incoming side tells its length, a
 * stream that ends early is truncated, not complete.
 *
 * <h2>Ownership</h2>
 *
 * The copy opens and ends all channels. The registry stays the caller's.
 *
 * <h2>Threading</h2>
 *
 * {@link #run} is called once and copies in its thread (in a platform thread of its own if that one
 * is virtual, because files block their carrier). {@link #progress} and {@link #cancel} may be
 * called by any thread at any time. An interrupt of the running thread cancels.
 *
 * <h2>Errors</h2>
 *
 * Every failure is a {@link TransferException} that names the side. All channels are aborted then:
 * no peer that can be told otherwise sees a complete stream.
 */
public final class Copy {
  /** Large enough that system calls are few, small enough to stay in the processor's cache. */
  private static final EngineOptions BUFFER = new EngineOptions(256 << 10, 2, 1);

  private static final Duration LOOK_PERIOD = Duration.ofMillis(100);

  private final TransportRegistry registry;
  private final TransportAddress incoming;
  private final TransportAddress outgoing;
  private final CopyOptions options;
  private final CopyListener listener;
  private final Activity activity = new Activity();
  private final OpenEnds ends = new OpenEnds();

  private final Optional<Hasher> hasher;

  /** Where a failure of the running thread is to be looked for. */
  private Leg leg = Leg.INCOMING;

  /** Where the copy was when another thread ended it. */
  private volatile @Nullable Leg abandonedAt;

  /** Zero until both sides are open. */
  private volatile long startNanos;

  private volatile OptionalLong expectedByteCount = OptionalLong.empty();

  /**
   * Creates a copy that has not begun.
   *
   * @param registry where the transports are
   * @param incoming listened on and read from
   * @param outgoing connected to and written to
   * @param options rate, digest, time-outs
   * @param listener told what happens
   */
  public Copy(
      TransportRegistry registry,
      TransportAddress incoming,
      TransportAddress outgoing,
      CopyOptions options,
      CopyListener listener) {
    this.registry = registry;
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.options = options;
    this.listener = listener;
    this.hasher = options.digest().map(DigestAlgorithm::newHasher);
  }

  /** Returns how far the copy is. */
  public CopyProgress progress() {
    return new CopyProgress(activity.byteCount(), expectedByteCount, elapsed());
  }

  /**
   * Ends the copy within 1 s; {@link #run} throws of kind {@link Kind#CANCELLED}. Does nothing once
   * the copy is complete.
   *
   * @param reason what to say
   */
  public void cancel(String reason) {
    abandon(new TransportException(Kind.CANCELLED, reason));
  }

  /**
   * Copies.
   *
   * @return what was copied; it is delivered
   * @throws TransferException if the copy did not complete
   */
  public CopyResult run() throws TransferException {
    return Thread.currentThread().isVirtual()
        ? PlatformThread.call(this::copy, () -> cancel("interrupted"))
        : copy();
  }

  private CopyResult copy() throws TransferException {
    try (ends;
        Watchdog watchdog = new Watchdog()) {
      options
          .deadline()
          .ifPresent(
              limit ->
                  watchdog.after(
                      limit, () -> expire("not complete within the deadline of", limit)));
      open(watchdog);
      transfer(watchdog);
      deliver();
      return new CopyResult(activity.byteCount(), elapsed(), digest());
    } catch (IOException | RuntimeException failure) {
      throw ends.failed(leg, activity.byteCount(), failure);
    }
  }

  private void expire(String what, Duration limit) {
    abandon(new TransportException(Kind.TIMED_OUT, what + " " + limit.toMillis() + " ms"));
  }

  /** Notes first on which side the copy was: the abort makes both fail. */
  private void abandon(TransportException why) {
    if (abandonedAt == null) {
      abandonedAt = activity.isReading() ? Leg.INCOMING : Leg.OUTGOING;
    }
    ends.abandon(why);
  }

  private void open(Watchdog watchdog) throws IOException {
    Endpoints.requireTwo(incoming, outgoing);
    ends.keepServer(() -> registry.listen(incoming, options.context()));
    if (ends.server().awaitsPeer()) {
      listener.listening(ends.server().address());
    }
    leg = Leg.OUTGOING;
    ends.keepTarget(() -> registry.connect(outgoing, options.context()));
    listener.connected(leg, ends.target().info());
    leg = Leg.INCOMING;
    accept(watchdog);
    ends.server().close();
    listener.connected(leg, ends.source().info());
  }

  private void accept(Watchdog watchdog) throws IOException {
    TransportAddress bound = ends.server().address();
    Optional<Watchdog.Timer> accepting =
        options
            .acceptTimeout()
            .map(
                limit ->
                    watchdog.after(
                        limit, () -> expire("nobody came to " + bound + " within", limit)));
    TransportChannel source =
        ends.server()
            .accept()
            .orElseThrow(
                () -> new TransportException(Kind.IO, bound + " was closed before anyone came"));
    ends.keepSource(source);
    accepting.ifPresent(Watchdog.Timer::close);
    Duration handshake = options.context().handshakeTimeout();
    try (Watchdog.Timer _ =
        watchdog.after(
            handshake, () -> expire("no hand-shake on " + bound + " within", handshake))) {
      source.establish();
    }
  }

  private void transfer(Watchdog watchdog) throws IOException {
    TransportChannel source = ends.source();
    boolean file = source.features().contains(ChannelFeature.SEEKABLE);
    long start = file ? source.position() : 0;
    if (file) {
      expectedByteCount = OptionalLong.of(Math.max(0, source.size() - start));
    }
    startNanos = System.nanoTime();
    activity.reading();
    watchdog.every(LOOK_PERIOD, () -> activity.overdue(options).ifPresent(this::abandon));
    ChannelInput input = ChannelInput.over(source, BUFFER);
    try {
      // A file does not keep its reader waiting: all its time counts as writing, and the target
      // stays bare, for the kernel to copy to.
      if (file && hasher.isEmpty()) {
        pump(input, ends.target(), true);
      } else {
        pump(input, new WatchedChannel(ends.target(), activity, hasher), false);
      }
    } catch (IOException failure) {
      Leg failed = input.firstError().isPresent() ? Leg.INCOMING : Leg.OUTGOING;
      leg = Objects.requireNonNullElse(abandonedAt, failed);
      throw failure;
    }
    long expected = expectedByteCount.orElse(0);
    if (activity.byteCount() < expected) {
      throw new TruncatedStreamException(
          source.info().name(), expected, activity.byteCount(), start);
    }
  }

  private Optional<RateLimiter> budget() {
    OptionalLong rate = options.rate();
    return rate.isPresent()
        ? Optional.of(RateLimiter.create((double) rate.getAsLong()))
        : Optional.empty();
  }

  private void pump(ChannelInput input, WritableByteChannel target, boolean bare)
      throws IOException {
    Stride stride = new Stride(options.rate());
    Optional<RateLimiter> budget = budget();
    int wanted;
    long moved;
    do {
      wanted = stride.byteCount();
      if (budget.isPresent()) {
        budget.get().acquire(wanted);
      }
      long start = System.nanoTime();
      moved = bare ? moveBare(input, target, wanted) : input.transferTo(target, wanted);
      stride.took(Duration.ofNanos(System.nanoTime() - start));
    } while (moved == wanted);
  }

  /** Nobody sees single writes here: what left the input was taken, also where the rest failed. */
  private long moveBare(ChannelInput input, WritableByteChannel target, long atMost)
      throws IOException {
    activity.writing();
    long before = input.transferred();
    try {
      return input.transferTo(target, atMost);
    } finally {
      activity.written(input.transferred() - before);
    }
  }

  private void deliver() throws IOException {
    leg = Leg.OUTGOING;
    activity.delivering();
    ends.target().close();
    ends.complete();
  }

  private Optional<String> digest() {
    return hasher.map(sum -> options.digest().orElseThrow().print(sum.hash()));
  }

  private Duration elapsed() {
    long start = startNanos;
    return start == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - start);
  }
}
