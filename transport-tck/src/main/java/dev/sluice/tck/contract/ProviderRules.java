package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.tck.conformance.OnlyOn;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.Pair;
import dev.sluice.tck.fixture.TransportFixture;
import java.lang.reflect.Modifier;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Group 15: how channels come to be. */
public abstract class ProviderRules extends RuleGroup {
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
    List<Task<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int number = i;
      Pair pair = pair();
      tasks.add(
          start(
              () -> {
                Streams.writeByte(pair.outgoing(), number);
                return Streams.readByte(pair.incoming());
              }));
    }
    for (int i = 0; i < tasks.size(); i++) {
      assertEquals(i, tasks.get(i).result());
    }
  }

  /** It may refuse them in any of the kinds, but it never hangs, and never throws anything else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "::::",
        "%00",
        "../../..",
        "-1",
        "99999999999999999999",
        "\u00fc\ud83d\ude00"
      })
  void ch15_5_hostileTargets_areRefusedOrWork(String target) throws Exception {
    Path folder = folder();
    TransportAddress hostile = fixture().address(folder).withTarget(target);
    requireTransportFailure(start(() -> fixture().connect(hostile, folder, briefContext())));
    TransportAddress endless = hostile.withTarget("x".repeat(100_000));
    requireTransportFailure(start(() -> fixture().connect(endless, folder, briefContext())));
  }

  private TransportContext briefContext() {
    return fixture().context().withConnectTimeout(Duration.ofSeconds(1));
  }

  private void requireTransportFailure(Task<TransportChannel> opening) throws Exception {
    try {
      track(opening.result()).abort();
    } catch (TransportException refused) {
      assertFalse(String.valueOf(refused.getMessage()).isBlank());
    }
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_5_connectWhereNobodyListens_isUnreachable() throws Exception {
    Path folder = folder();
    Optional<TransportAddress> known = fixture().unreachable(folder);
    TransportAddress nobody;
    if (known.isPresent()) {
      nobody = known.get();
    } else {
      try (TransportListener gone = fixture().listen(folder, fixture().context())) {
        nobody = gone.address();
      }
    }
    Task<TransportChannel> connecting =
        start(() -> fixture().connect(nobody, folder, fixture().context()));
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

  private static void requireServer(TransportListener listener) {
    if (!listener.awaitsPeer()) {
      Assumptions.abort(listener.address() + " is simply opened, and awaits nobody");
    }
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch15_6_listenWhereOneListens_isUnreachable() throws Exception {
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
