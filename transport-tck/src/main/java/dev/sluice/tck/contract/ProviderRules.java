package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.Option.Side;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.tck.conformance.OnlyOn;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.Pair;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Group 15: how channels come to be. */
public abstract class ProviderRules extends RuleGroup {
  private static final int CALLERS = 8;

  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected ProviderRules(TransportFixture fixture) {
    super(fixture);
  }

  @Test
  void ch15_1_spiVersion_isTheOneOfThisKit() {
    assertEquals(TransportProvider.SPI_VERSION, fixture().provider().spiVersion());
  }

  @Test
  void ch15_2_provider_isPublicFinal_andCanBeMade() throws Exception {
    Class<?> type = fixture().provider().getClass();
    assertTrue(Modifier.isPublic(type.getModifiers()), () -> type + " is not public");
    assertTrue(Modifier.isFinal(type.getModifiers()), () -> type + " is not final");
    assertTrue(
        Modifier.isPublic(type.getConstructor().getModifiers()),
        () -> type + " has no public constructor");
  }

  private OwnClassLoader ownLoader() {
    Class<?> type = fixture().provider().getClass();
    OwnClassLoader loader =
        OwnClassLoader.of(type)
            .orElseGet(() -> Assumptions.abort(type + " comes neither from a jar nor a folder"));
    return hold(loader);
  }

  @Test
  void ch15_2_provider_worksInAClassLoaderOfItsOwn() throws Exception {
    TransportProvider plugin = ownLoader().newProvider();
    assertNotEquals(fixture().provider().getClass(), plugin.getClass());
    assertEquals(names(fixture().provider()), names(plugin));
    stream(
        fixture().withProvider(plugin),
        writer -> Streams.writeByte(writer, 1),
        reader -> assertEquals(1, Streams.readByte(reader)));
  }

  private static List<String> names(TransportProvider provider) {
    return provider.schemes().stream().map(Scheme::name).toList();
  }

  @Test
  void ch15_2_provider_isFoundByTheServiceLoader() throws Exception {
    String name = fixture().provider().getClass().getName();
    if (!fixture().isRegistered()) {
      Assumptions.abort(name + " is made by its users");
    }
    OwnClassLoader loader = ownLoader();
    assertTrue(loader.namesService(), () -> "META-INF/services does not name " + name);
    loader
        .module()
        .ifPresent(
            module ->
                assertTrue(
                    module.provides().stream()
                        .filter(each -> each.service().equals(TransportProvider.class.getName()))
                        .anyMatch(each -> each.providers().contains(name)),
                    () -> "module " + module.name() + " does not provide " + name));
  }

  @Test
  void ch15_3_schemes_areDescribed() {
    List<Scheme> schemes = fixture().provider().schemes();
    assertFalse(schemes.isEmpty(), "no scheme");
    for (Scheme scheme : schemes) {
      assertFalse(scheme.doc().isBlank(), () -> scheme.name() + " has no doc");
      for (Option<?> option : scheme.options()) {
        assertFalse(option.doc().isBlank(), () -> option + " has no doc");
      }
    }
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_4_provider_servesManyThreadsAtOnce() throws Exception {
    requireManyEndpoints();
    CountDownLatch together = new CountDownLatch(CALLERS);
    List<Task<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      int number = i;
      tasks.add(
          start(
              () -> {
                meet(together);
                Pair pair = pair();
                Streams.writeByte(pair.outgoing(), number);
                return Streams.readByte(pair.incoming());
              }));
    }
    for (int i = 0; i < tasks.size(); i++) {
      assertEquals(i, tasks.get(i).result());
    }
  }

  /** An address that is the same for each test may be one that only one can listen at. */
  private void requireManyEndpoints() throws IOException {
    Path one = folder();
    Path other = folder();
    try (TransportListener first = fixture().listen(one, fixture().context());
        TransportListener second = fixture().listen(other, fixture().context())) {
      assertNotSame(first, second);
    } catch (TransportException taken) {
      if (taken.kind() == Kind.UNREACHABLE
          && fixture().address(one).equals(fixture().address(other))) {
        Assumptions.abort(
            "only one can listen at " + fixture().address(one) + ": {dir} in it makes it many");
      }
      throw taken;
    }
  }

  private static void meet(CountDownLatch together) throws InterruptedException {
    together.countDown();
    together.await();
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_4_connectsOfManyThreadsAtOnce_getChannelsOfTheirOwn() throws Exception {
    requireChannelsOfTheirOwn(1);
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_8_acceptsOfManyThreadsAtOnce_getChannelsOfTheirOwn() throws Exception {
    requireChannelsOfTheirOwn(CALLERS / 2);
  }

  /** Many connect to one listener at once, and so many threads accept. */
  private void requireChannelsOfTheirOwn(int acceptorCount) throws Exception {
    if (fixture().isShared()) {
      Assumptions.abort("nothing tells one who connects to it from another");
    }
    Path folder = folder();
    TransportListener listener = hold(fixture().listen(folder, fixture().context()));
    CountDownLatch together = new CountDownLatch(CALLERS);
    Set<TransportChannel> given = ConcurrentHashMap.newKeySet();
    List<Task<List<Integer>>> accepting = new ArrayList<>();
    for (int i = 0; i < acceptorCount; i++) {
      accepting.add(start(() -> firstBytes(listener, CALLERS / acceptorCount, given)));
    }
    for (int i = 0; i < CALLERS; i++) {
      int number = i;
      hold(
          start(
                  () -> {
                    meet(together);
                    TransportChannel outgoing =
                        track(fixture().connect(listener.address(), folder, fixture().context()));
                    Streams.writeByte(outgoing, number);
                    return outgoing;
                  })
              ::settle);
    }
    List<Integer> arrived = new ArrayList<>();
    for (Task<List<Integer>> each : accepting) {
      arrived.addAll(each.result());
    }
    arrived.sort(Comparator.naturalOrder());
    assertEquals(IntStream.range(0, CALLERS).boxed().toList(), arrived, "what came in");
  }

  private List<Integer> firstBytes(
      TransportListener listener, int channelCount, Set<TransportChannel> given)
      throws IOException {
    List<Integer> bytes = new ArrayList<>();
    for (int i = 0; i < channelCount; i++) {
      TransportChannel incoming =
          listener
              .accept()
              .orElseGet(() -> Assumptions.abort(listener.address() + " gives no more channels"));
      assertTrue(given.add(track(incoming)), () -> incoming + " was given twice");
      incoming.establish();
      bytes.add(Streams.readByte(incoming));
    }
    return bytes;
  }

  /** Numbers past every limit, words, texts that other parsers take, and nothing at all. */
  private static Stream<String> hostileValues() {
    return Stream.of(
        "",
        " ",
        "0",
        "-1",
        "1e3",
        "NaN",
        "0x7fffffffffffffff",
        "9223372036854775807",
        "99999999999999999999",
        "8EiB",
        "-1s",
        "99999999999h",
        "PT1S",
        "maybe",
        "%s",
        "\u00fc\ud83d\ude00",
        "x".repeat(10_000));
  }

  @ParameterizedTest
  @MethodSource("hostileValues")
  void ch15_3_hostileOptionValues_areReadOrRefused(String value) throws Exception {
    TransportAddress address = fixture().address(folder());
    for (Option<?> option : fixture().scheme().options()) {
      TransportAddress hostile = address.withOption(option.key(), value);
      try {
        option.in(hostile);
      } catch (TransportException refused) {
        assertEquals(Kind.ADDRESS, refused.kind(), refused::toString);
        assertTrue(String.valueOf(refused.getMessage()).contains(option.key()), refused::toString);
        assertTrue(refused.hint().isPresent(), () -> "no hint for: " + refused);
      }
    }
  }

  @Test
  void ch15_3_defaultsOfOptions_areValues() throws Exception {
    TransportAddress address = fixture().address(folder());
    for (Option<?> option : fixture().scheme().options()) {
      TransportAddress explicit = address.withOption(option.key(), option.defaultText());
      assertTrue(option.given(explicit).isPresent(), option::toString);
    }
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_4_connectThatFails_leavesNothingOpen() throws Exception {
    Path folder = folder();
    TransportAddress nobody = nobody(folder);
    TransportContext brief = fixture().context().withConnectTimeout(run().quiet());
    Resources before = null;
    for (int i = 0; i < 25; i++) {
      if (i == 5) {
        // What a transport loads or starts once is there now.
        before = Resources.settled(run());
      }
      start(() -> fixture().connect(nobody, folder, brief)).failure(TransportException.class);
    }
    Resources.requireNoMoreThan(before, run());
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  @OnlyOn(Medium.LIVE)
  void ch15_4_interruptInConnect_endsIt(ThreadKind kind) throws Exception {
    SilentEndpoint silent = SilentEndpoint.in(this);
    Task<TransportChannel> connecting = start(kind, () -> silent.connect(run().guard()));
    connecting.assertStaysBlocked();
    connecting.thread().interrupt();
    connecting.failureWithinASecond(IOException.class);
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_5_connectThatIsNotAnswered_failsInTime() throws Exception {
    SilentEndpoint silent = SilentEndpoint.in(this);
    Duration timeout = run().second().dividedBy(2);
    TransportException failure =
        start(() -> silent.connect(timeout)).failureWithin(TransportException.class, timeout);
    assertTrue(SilentEndpoint.NO_ANSWER.contains(failure.kind()), failure::toString);
    assertTrue(failure.hint().isPresent(), () -> "no hint for: " + failure);
  }

  private static Stream<String> hostileTargets() {
    return Stream.of(
        "", " ", "::::", "%00", "../../..", "-1", "99999999999999999999", "\u00fc\ud83d\ude00");
  }

  /** It may refuse them in any of the kinds, but it never hangs, and never throws anything else. */
  @ParameterizedTest
  @MethodSource("hostileTargets")
  void ch15_5_hostileTargets_areRefusedOrWork(String target) throws Exception {
    Path folder = folder();
    TransportAddress hostile = fixture().address(folder).withTarget(target);
    requireOpenedOrRefused(hostile, () -> fixture().connect(hostile, folder, briefContext()));
    TransportAddress endless = hostile.withTarget("x".repeat(100_000));
    requireOpenedOrRefused(endless, () -> fixture().connect(endless, folder, briefContext()));
  }

  @ParameterizedTest
  @MethodSource("hostileTargets")
  void ch15_6_hostileTargets_areRefusedOrWork(String target) throws Exception {
    TransportAddress hostile = fixture().address(folder()).withTarget(target);
    requireOpenedOrRefused(hostile, () -> fixture().provider().listen(hostile, briefContext()));
    TransportAddress endless = hostile.withTarget("x".repeat(100_000));
    requireOpenedOrRefused(endless, () -> fixture().provider().listen(endless, briefContext()));
  }

  /** What an option takes comes to the provider; the registry refuses the rest. */
  @ParameterizedTest
  @MethodSource("hostileValues")
  void ch15_5_extremeOptionValues_areRefusedOrWork(String value) throws Exception {
    Path folder = folder();
    TransportAddress address =
        fixture().medium() == Medium.STORED ? fixture().address(folder) : nobody(folder);
    for (Option<?> option : options(Side.CONNECT)) {
      TransportAddress extreme = address.withOption(option.key(), value);
      if (takes(option, extreme)) {
        requireOpenedOrRefused(extreme, () -> fixture().connect(extreme, folder, briefContext()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("hostileValues")
  void ch15_6_extremeOptionValues_areRefusedOrWork(String value) throws Exception {
    TransportAddress address = fixture().address(folder());
    for (Option<?> option : options(Side.LISTEN)) {
      TransportAddress extreme = address.withOption(option.key(), value);
      if (takes(option, extreme)) {
        requireOpenedOrRefused(extreme, () -> fixture().provider().listen(extreme, briefContext()));
      }
    }
  }

  private List<Option<?>> options(Side side) {
    return fixture().scheme().options().stream()
        .filter(option -> option.side() == side || option.side() == Side.BOTH)
        .collect(Collectors.toList());
  }

  private static boolean takes(Option<?> option, TransportAddress address) {
    try {
      return option.given(address).isPresent();
    } catch (TransportException refused) {
      return false;
    }
  }

  /** An option may ask for more patience than the kit has: then an interrupt has to end it. */
  private void requireOpenedOrRefused(TransportAddress address, Callable<Closeable> opening)
      throws Exception {
    Task<Closeable> task = start(opening);
    boolean interrupted = task.staysBlockedFor(run().second().multipliedBy(2));
    if (interrupted) {
      task.thread().interrupt();
    }
    try {
      Closeable opened = task.resultWithinASecond();
      if (opened instanceof TransportChannel channel) {
        channel.abort();
      } else {
        opened.close();
      }
    } catch (TransportException refused) {
      assertFalse(String.valueOf(refused.getMessage()).isBlank());
    } catch (IOException thrown) {
      if (!interrupted) {
        throw new AssertionError("opening " + brief(address) + " threw " + thrown, thrown);
      }
    } catch (RuntimeException thrown) {
      throw new AssertionError("opening " + brief(address) + " threw " + thrown, thrown);
    }
  }

  private static String brief(TransportAddress address) {
    String text = address.toString();
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_5_connectWhereNobodyListens_isUnreachable() throws Exception {
    Path folder = folder();
    TransportAddress nobody = nobody(folder);
    Task<TransportChannel> connecting =
        start(() -> fixture().connect(nobody, folder, briefContext()));
    assertEquals(Kind.UNREACHABLE, connecting.failure(TransportException.class).kind());
  }

  @Test
  @OnlyOn(Medium.STORED)
  void ch15_6_listenWhereNothingIs_isUnreachable() throws Exception {
    Path folder = folder();
    TransportException failure =
        assertThrows(TransportException.class, () -> fixture().listen(folder, fixture().context()));
    assertEquals(Kind.UNREACHABLE, failure.kind(), failure::toString);
  }

  /** Only what any number may open can be there without anybody coming. */
  private void requireServer(TransportListener listener) {
    if (fixture().isShared() && !listener.awaitsPeer()) {
      Assumptions.abort(listener.address() + " is simply opened, and awaits nobody");
    }
    requireAwaitsPeer(listener);
  }

  private static void requireAwaitsPeer(TransportListener listener) {
    assertTrue(
        listener.awaitsPeer(),
        () -> listener.address() + " awaits nobody, but both ends are open at once");
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_6_listenWhereOneListens_isUnreachable() throws Exception {
    if (fixture().isShared()) {
      Assumptions.abort("any number may listen at " + fixture().address(folder()));
    }
    Path folder = folder();
    try (TransportListener first = fixture().listen(folder, fixture().context())) {
      requireServer(first);
      TransportAddress taken = first.address();
      TransportException failure =
          start(() -> fixture().provider().listen(taken, fixture().context()))
              .failure(TransportException.class);
      assertEquals(Kind.UNREACHABLE, failure.kind(), failure::toString);
      // The first one goes on.
      assertTrue(first.address().equals(taken));
    }
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_7_boundAddress_parsesBack_andCanBeConnectedTo() throws Exception {
    Pair pair = pair();
    assertEquals(pair.bound(), TransportAddress.parse(pair.bound().toString()));
    assertUnharmed(pair);
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_8_acceptOfAClosedListener_isEmpty() throws Exception {
    TransportListener listener = fixture().listen(folder(), fixture().context());
    listener.close();
    assertEquals(Optional.empty(), start(listener::accept).result());
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  @OnlyOn(Medium.LIVE)
  void ch15_9_close_endsABlockedAccept(ThreadKind kind) throws Exception {
    TransportListener listener = hold(fixture().listen(folder(), fixture().context()));
    requireServer(listener);
    Task<Optional<TransportChannel>> accepting = start(kind, listener::accept);
    accepting.assertStaysBlocked();
    listener.close();
    listener.close();
    assertEquals(Optional.empty(), accepting.resultWithinASecond());
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_9_close_removesWhatTheListenerMade() throws Exception {
    Path folder = folder();
    fixture().prepare(folder);
    Set<Path> before = content(folder);
    fixture().listen(folder, fixture().context()).close();
    assertEquals(before, content(folder), "in " + folder);
  }

  /** But for folders, which others may share. */
  private static Set<Path> content(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(each -> !Files.isDirectory(each))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** The fixture closes the listener as soon as the pair is there. */
  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_9_acceptedChannels_outliveTheListener() throws Exception {
    assertUnharmed(pair());
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  @OnlyOn(Medium.LIVE)
  void ch15_10_interruptInAccept_closesTheListener(ThreadKind kind) throws Exception {
    TransportListener listener = hold(fixture().listen(folder(), fixture().context()));
    requireServer(listener);
    Task<Optional<TransportChannel>> accepting = start(kind, listener::accept);
    accepting.assertStaysBlocked();
    accepting.thread().interrupt();
    accepting.failureWithinASecond(ClosedByInterruptException.class);
    assertEquals(Optional.empty(), start(listener::accept).result());
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_11_awaitsPeer_tellsWhetherAcceptWaits() throws Exception {
    TransportListener listener = hold(fixture().listen(folder(), fixture().context()));
    if (!fixture().isShared()) {
      requireAwaitsPeer(listener);
    }
    Task<Optional<TransportChannel>> accepting = start(() -> listener.accept().map(this::track));
    assertEquals(
        accepting.staysBlocked(),
        listener.awaitsPeer(),
        () -> "whether accept waits for somebody at " + listener.address());
    listener.close();
    accepting.settle();
  }

  @Test
  @OnlyOn(Medium.STORED)
  void ch15_11_endpointThatIsSimplyOpened_awaitsNobody() throws Exception {
    Path folder = folder();
    try (TransportChannel writer = track(fixture().create(folder))) {
      Streams.writeByte(writer, 1);
    }
    try (TransportListener listener = fixture().listen(folder, fixture().context())) {
      assertFalse(listener.awaitsPeer());
    }
  }
}
