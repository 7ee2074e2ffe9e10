package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.tck.conformance.Conformance;
import dev.sluice.tck.conformance.Run;
import dev.sluice.tck.conformance.Subject;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.Pair;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.provider.Arguments;

/**
 * What the tests of a group share: channels that are aborted when the test ends, threads with
 * deadlines, bytes from the seed.
 */
@ExtendWith(Conformance.class)
public abstract class RuleGroup implements Subject {
  private final TransportFixture fixture;
  private final List<TransportChannel> opened = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> held = new CopyOnWriteArrayList<>();
  private final List<Path> folders = new CopyOnWriteArrayList<>();
  private @Nullable Run run;

  /**
   * Creates a group.
   *
   * @param fixture the transport to test
   */
  protected RuleGroup(TransportFixture fixture) {
    this.fixture = fixture;
  }

  @BeforeEach
  final void begin(Run given) {
    run = given;
  }

  @AfterEach
  final void end() throws Exception {
    opened.forEach(TransportChannel::abort);
    for (AutoCloseable each : held) {
      each.close();
    }
    for (Path folder : folders) {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  @Override
  public final TransportFixture fixture() {
    return fixture;
  }

  final Run run() {
    return Objects.requireNonNull(run, "no test is running");
  }

  final Pattern pattern() {
    return new Pattern(run().seed());
  }

  final boolean isDuplex() {
    return fixture.features().contains(ChannelFeature.DUPLEX);
  }

  /** Returns a fresh private folder. */
  final Path folder() throws IOException {
    Path folder = Files.createTempDirectory("tck");
    folders.add(folder);
    return folder;
  }

  /** Opens a connected pair, which is aborted when the test ends; live media only. */
  final Pair pair() throws IOException {
    return pair(fixture.context());
  }

  final Pair pair(TransportContext context) throws IOException {
    return pair(fixture, context);
  }

  private Pair pair(TransportFixture from, TransportContext context) throws IOException {
    Pair pair = from.open(folder(), context);
    opened.add(pair.outgoing());
    opened.add(pair.incoming());
    return pair;
  }

  /** Returns durations for connecting to somebody who may not answer. */
  final TransportContext briefContext() {
    return fixture.context().withConnectTimeout(run().second());
  }

  /** Returns an address at which nobody listens: the author's, else where somebody has listened. */
  final TransportAddress nobody(Path folder) throws IOException {
    Optional<TransportAddress> known = fixture.unreachable(folder);
    if (known.isPresent()) {
      return known.get();
    }
    try (TransportListener gone = fixture.listen(folder, fixture.context())) {
      return gone.address();
    }
  }

  /** Has a channel aborted when the test ends. */
  final <C extends TransportChannel> C track(C channel) {
    opened.add(channel);
    return channel;
  }

  /** Has something closed when the test ends, after the channels. */
  final <C extends AutoCloseable> C hold(C closeable) {
    held.add(closeable);
    return closeable;
  }

  final <T> Task<T> start(Callable<T> call) {
    return start(ThreadKind.PLATFORM, call);
  }

  final <T> Task<T> start(ThreadKind kind, Callable<T> call) {
    return Task.start(run(), kind, call);
  }

  /** Ends a channel from a thread of its own, however long that takes. */
  final Task<Void> startEnd(ThreadKind kind, EndKind how, TransportChannel channel) {
    return start(
        kind,
        () -> {
          how.end(channel);
          return null;
        });
  }

  /**
   * Each way to end a channel, with each kind of thread: the one inside it, and the one that ends
   * it.
   */
  static Stream<Arguments> endsAndThreads() {
    return Stream.of(EndKind.values())
        .flatMap(how -> Stream.of(ThreadKind.values()).map(kind -> Arguments.of(how, kind)));
  }

  /** What is done with one end of a stream. */
  @FunctionalInterface
  interface Body {
    void with(TransportChannel channel) throws Exception;
  }

  /**
   * Passes a stream from a writer to a reader, over whatever medium there is: at the same time
   * where it is live, one after the other where it is stored. Both ends are closed in order.
   */
  final void stream(Body writer, Body reader) throws Exception {
    stream(fixture, writer, reader);
  }

  /** As {@link #stream(Body, Body)}, with another fixture. */
  final void stream(TransportFixture from, Body writer, Body reader) throws Exception {
    if (from.medium() == Medium.LIVE) {
      Pair pair = pair(from, from.context());
      Task<Void> writing = start(() -> use(pair.outgoing(), writer));
      Task<Void> reading = start(() -> use(pair.incoming(), reader));
      try {
        reading.resultOfATransfer();
        writing.resultOfATransfer();
      } catch (Exception | Error failed) {
        // The other one then waits for nobody.
        pair.close();
        throw Failures.toldFirst(failed, writing.thrown());
      }
    } else {
      Path folder = folder();
      use(track(from.create(folder)), writer);
      use(track(from.reopen(folder)), reader);
    }
  }

  private static Void use(TransportChannel channel, Body body) throws Exception {
    try {
      body.with(channel);
    } catch (Exception | Error failed) {
      channel.abort();
      throw failed;
    }
    channel.close();
    return null;
  }

  /** Fails unless the channels still carry bytes as if nothing had happened. */
  final void assertUnharmed(Pair pair) throws Exception {
    exchange(pair.outgoing(), pair.incoming());
    if (isDuplex()) {
      exchange(pair.incoming(), pair.outgoing());
    }
  }

  private void exchange(TransportChannel from, TransportChannel to) throws Exception {
    Task<Integer> reading = start(() -> Streams.readByte(to));
    Streams.writeByte(from, 0xa5);
    assertEquals(0xa5, reading.result(), "the byte that came out of " + to.info().name());
  }
}
