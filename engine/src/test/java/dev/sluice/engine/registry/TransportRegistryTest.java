package dev.sluice.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
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
import dev.sluice.engine.registry.ProviderFailure.Stage;
import dev.sluice.engine.registry.SampleProviders.Good;
import dev.sluice.engine.registry.SampleProviders.Rival;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class TransportRegistryTest {
  /** What a provider does instead of opening a channel. */
  private interface Misdeed {
    TransportChannel commit() throws Throwable;
  }

  private static final class FromTheFuture extends FakeProvider {
    FromTheFuture() {
      super(Scheme.named("future").build());
    }

    @Override
    public int spiVersion() {
      return SPI_VERSION + 1;
    }
  }

  /** Serves {@code bad}, both sides in the same way. */
  private static final class Misbehaving extends FakeProvider {
    private final Misdeed misdeed;

    Misbehaving(Misdeed misdeed) {
      super(Scheme.named("bad").build());
      this.misdeed = misdeed;
    }

    @Override
    public TransportChannel connect(TransportAddress address, TransportContext context) {
      return commit();
    }

    @Override
    public TransportListener listen(TransportAddress address, TransportContext context) {
      commit();
      throw new AssertionError("the misdeed of this test is to return");
    }

    private TransportChannel commit() {
      try {
        return misdeed.commit();
      } catch (Throwable thrown) {
        throw Misbehaving.<RuntimeException>sneaky(thrown);
      }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // To throw past the compiler.
    private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
      throw (T) thrown;
    }
  }

  private static TransportException refusal(TransportRegistry registry, String address) {
    TransportException connecting =
        assertThrows(TransportException.class, () -> registry.connect(address));
    TransportException listening =
        assertThrows(TransportException.class, () -> registry.listen(address));
    assertEquals(connecting.getClass(), listening.getClass());
    assertEquals(connecting.kind(), listening.kind());
    assertEquals(connecting.hint(), listening.hint());
    return connecting;
  }

  @Test
  void connect_text_reachesTheProviderOfTheScheme() throws IOException {
    FakeProvider first = FakeProvider.of("one", "two");
    FakeProvider second = FakeProvider.of("three");
    TransportRegistry registry = TransportRegistry.of(first, second);

    try (TransportChannel channel = registry.connect("two:here")) {
      assertEquals("two:here", channel.info().name());
    }
    assertEquals(List.of("schemes", "connect two:here"), first.log);
    assertEquals(List.of("schemes"), second.log);
  }

  @Test
  void listen_text_reachesTheProviderOfTheScheme() throws IOException {
    FakeProvider provider = FakeProvider.of("one");

    try (TransportListener listener = TransportRegistry.of(provider).listen("one:here")) {
      assertEquals("one:here", listener.address().toString());
    }
    assertEquals(List.of("schemes", "listen one:here"), provider.log);
  }

  @Test
  void connectAndListen_context_isHandedOver() throws IOException {
    List<TransportContext> seen = new ArrayList<>();
    FakeProvider provider =
        new FakeProvider(Scheme.named("one").build()) {
          @Override
          public TransportChannel connect(TransportAddress address, TransportContext context)
              throws IOException {
            seen.add(context);
            return super.connect(address, context);
          }

          @Override
          public TransportListener listen(TransportAddress address, TransportContext context)
              throws IOException {
            seen.add(context);
            return super.listen(address, context);
          }
        };
    TransportRegistry registry = TransportRegistry.of(provider);
    TransportAddress address = TransportAddress.of("one", "x");
    TransportContext context = TransportContext.defaults().withLinger(Duration.ofSeconds(1));

    registry.connect(address, context).close();
    registry.listen(address, context).close();
    registry.connect("one:x").close();
    registry.listen("one:x").close();

    assertEquals(
        List.of(context, context, TransportContext.defaults(), TransportContext.defaults()), seen);
  }

  @Test
  void connect_unknownScheme_listsTheKnownOnes() {
    TransportException thrown =
        refusal(TransportRegistry.of(FakeProvider.of("unix", "file", "tcp")), "xyz:somewhere");

    assertEquals(Kind.ADDRESS, thrown.kind());
    assertEquals("unknown scheme 'xyz' in 'xyz:somewhere'", thrown.getMessage());
    assertEquals("known schemes: file, tcp, unix", thrown.hint().orElseThrow());
    assertFalse(thrown instanceof SchemeUnavailableException);
  }

  @Test
  void connect_mistypedScheme_asksWhatWasMeant() {
    assertEquals(
        "did you mean 'tcp'? known schemes: file, tcp",
        refusal(TransportRegistry.of(FakeProvider.of("file", "tcp")), "tpc:host:1")
            .hint()
            .orElseThrow());
  }

  @Test
  void connect_nothingInstalled_saysSo() {
    assertEquals(
        "no transports are installed: put their jars on the class path or the module path",
        refusal(TransportRegistry.of(), "tcp:host:1").hint().orElseThrow());
  }

  @Test
  void connect_malformedAddress_isAnAddressError() {
    assertEquals(
        Kind.ADDRESS, refusal(TransportRegistry.of(FakeProvider.of("file")), "vm.mig").kind());
  }

  @Test
  void connect_unavailableScheme_saysWhyAndIsListed() {
    FakeProvider provider =
        new FakeProvider(Scheme.named("rdma").unavailable("needs Linux").build());
    TransportRegistry registry = TransportRegistry.of(provider, FakeProvider.of("tcp"));

    SchemeUnavailableException thrown =
        assertInstanceOf(SchemeUnavailableException.class, refusal(registry, "rdma:host"));

    assertEquals("rdma", thrown.scheme());
    assertEquals("scheme 'rdma' cannot be used here: needs Linux", thrown.getMessage());
    assertEquals("schemes that can be used: tcp", thrown.hint().orElseThrow());
    assertTrue(registry.find("rdma").isPresent());
    assertEquals(List.of("schemes"), provider.log);
  }

  @Test
  void provider_isGivenForAnAddress_whoseOptionsAreRight() throws IOException {
    TransportRegistry registry = TransportRegistry.of(new Good());

    assertInstanceOf(Good.class, registry.provider(TransportAddress.parse("good:x")));
    TransportException thrown =
        assertThrows(
            TransportException.class,
            () -> registry.provider(TransportAddress.parse("good:x,nothing=1")));
    assertEquals(Kind.ADDRESS, thrown.kind());
    assertEquals("unknown option 'nothing' in 'good:x,nothing=1'", thrown.getMessage());
  }

  @Test
  void connect_unknownScheme_namesAFewOfTheProvidersThatFailed() {
    FromTheFuture old = new FromTheFuture();
    TransportRegistry registry = TransportRegistry.of(old, old, old, old, old);

    String hint = refusal(registry, "nix:x").hint().orElseThrow();

    assertEquals(3, hint.split("FromTheFuture", -1).length - 1, hint);
    assertTrue(hint.endsWith("; or to one of 2 more"), hint);
  }

  @Test
  void connect_schemeThatTwoClaim_namesBothAndOtherSchemesWork() throws IOException {
    TransportRegistry registry =
        TransportRegistry.load(ServedServices.naming(Good.class, Rival.class));

    SchemeUnavailableException thrown =
        assertInstanceOf(SchemeUnavailableException.class, refusal(registry, "good:x"));

    assertTrue(thrown.toString().contains(Good.class.getName()), thrown.getMessage());
    assertTrue(thrown.toString().contains(Rival.class.getName()), thrown.getMessage());
    assertEquals(Optional.empty(), registry.find("good"));
    assertEquals(
        List.of(Stage.CONFLICT, Stage.CONFLICT),
        registry.failures().stream().map(ProviderFailure::stage).toList());
    registry.connect("mine:x").close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"one:x,nothing", "one:x,size=much", "one:x,side=1"})
  void connect_wrongOption_neverReachesTheProvider(String address) {
    FakeProvider provider =
        new FakeProvider(
            Scheme.named("one")
                .options(
                    Option.byteCount("size", "1", "size"),
                    Option.number("side", 0, 1, 0, "side").whenListening())
                .build());
    TransportRegistry registry = TransportRegistry.of(provider);

    TransportException thrown =
        assertThrows(TransportException.class, () -> registry.connect(address));

    assertEquals(Kind.ADDRESS, thrown.kind());
    assertEquals(List.of("schemes"), provider.log);
  }

  @Test
  void connect_optionParserThrowsAnything_isTheProvidersFault() {
    Option<String> option =
        Option.of(
            "key",
            "text",
            "",
            text -> {
              if (text.isEmpty()) {
                return text;
              }
              throw new ArithmeticException("by zero");
            },
            "breaks");
    TransportException thrown =
        refusal(
            TransportRegistry.of(new FakeProvider(Scheme.named("one").options(option).build())),
            "one:x,key=value");

    assertEquals(Kind.IO, thrown.kind());
    assertTrue(thrown.toString().contains("ArithmeticException: by zero"), thrown.getMessage());
  }

  @Test
  void connect_transportException_passesAsItIs() {
    TransportException refused = new TransportException(Kind.UNREACHABLE, "refused");
    TransportRegistry registry =
        TransportRegistry.of(
            new Misbehaving(
                () -> {
                  throw refused;
                }));

    assertSame(refused, refusal(registry, "bad:x"));
  }

  @Test
  void connect_ioException_passesAsItIs() {
    IOException interrupted = new ClosedByInterruptException();
    TransportRegistry registry =
        TransportRegistry.of(
            new Misbehaving(
                () -> {
                  throw interrupted;
                }));

    assertSame(interrupted, assertThrows(IOException.class, () -> registry.connect("bad:x")));
    assertSame(interrupted, assertThrows(IOException.class, () -> registry.listen("bad:x")));
  }

  @Test
  void connect_whatTheContractForbids_namesTheProvider() {
    for (Throwable forbidden :
        List.of(
            new IllegalStateException("boom"),
            new NoClassDefFoundError("com/acme/Wire"),
            new AssertionError("boom"),
            new Error("boom"),
            new InterruptedException("boom"))) {
      TransportException thrown =
          refusalOf(
              () -> {
                throw forbidden;
              });

      assertEquals(Kind.IO, thrown.kind());
      assertSame(forbidden, thrown.getCause());
      assertEquals(
          "transport provider "
              + Misbehaving.class.getName()
              + " ("
              + PluginJar.codeOf(Misbehaving.class)
              + ") broke its contract: connecting to 'bad:x' threw "
              + forbidden,
          thrown.getMessage());
      assertNotEquals(Optional.empty(), thrown.hint());
    }
  }

  private static TransportException refusalOf(Misdeed misdeed) {
    return refusal(TransportRegistry.of(new Misbehaving(misdeed)), "bad:x");
  }

  @Test
  @SuppressWarnings("NullAway") // The very mistake that is tested.
  void connect_null_namesTheProvider() {
    TransportRegistry registry = TransportRegistry.of(new Misbehaving(() -> null));

    TransportException thrown =
        assertThrows(TransportException.class, () -> registry.connect("bad:x"));

    assertEquals(Kind.IO, thrown.kind());
    assertTrue(thrown.toString().contains(Misbehaving.class.getName()), thrown.getMessage());
    assertTrue(
        thrown.toString().endsWith("broke its contract: connecting to 'bad:x' returned null"),
        thrown.getMessage());
  }

  @Test
  void connect_virtualMachineError_passes() {
    OutOfMemoryError error = new OutOfMemoryError("made by the test");
    TransportRegistry registry =
        TransportRegistry.of(
            new Misbehaving(
                () -> {
                  throw error;
                }));

    assertSame(error, assertThrows(OutOfMemoryError.class, () -> registry.connect("bad:x")));
    assertSame(error, assertThrows(OutOfMemoryError.class, () -> registry.listen("bad:x")));
  }

  @Test
  void of_brokenProvider_isAFailureLikeAnyOther() {
    TransportRegistry registry =
        TransportRegistry.of(new SampleProviders.ThrowsFromSchemes(), FakeProvider.of("one"));

    assertTrue(registry.find("one").isPresent());
    assertEquals(Stage.DESCRIBE, registry.failures().getFirst().stage());
  }

  @Test
  void of_twoProvidersOfOneClass_areBothUsed() {
    TransportRegistry registry = TransportRegistry.of(FakeProvider.of("a"), FakeProvider.of("b"));

    assertTrue(registry.find("a").isPresent());
    assertTrue(registry.find("b").isPresent());
  }

  @Test
  void schemes_whatTheProviderSaysLater_changesNothing() {
    List<Scheme> schemes = new ArrayList<>(List.of(Scheme.named("one").build()));
    TransportRegistry registry =
        TransportRegistry.of(
            new FakeProvider() {
              @Override
              public List<Scheme> schemes() {
                return schemes;
              }
            });

    schemes.set(0, Scheme.named("two").build());

    assertTrue(registry.find("one").isPresent());
    assertEquals(Optional.empty(), registry.find("two"));
    assertThrows(UnsupportedOperationException.class, () -> registry.schemes().clear());
    assertThrows(UnsupportedOperationException.class, () -> registry.failures().clear());
  }

  @Test
  void schemes_listThatCanBeReadOnce_isReadOnce() {
    TransportRegistry registry =
        TransportRegistry.of(
            new FakeProvider() {
              @Override
              public List<Scheme> schemes() {
                Iterator<Scheme> once = List.of(Scheme.named("one").build()).iterator();
                return new AbstractList<>() {
                  @Override
                  public Scheme get(int index) {
                    return once.next();
                  }

                  @Override
                  public int size() {
                    return 1;
                  }
                };
              }
            });

    assertTrue(registry.find("one").isPresent());
  }

  @Test
  void connect_exceptionThatCausesItself_isReportedAsAnyOther() {
    IllegalStateException head = new IllegalStateException("head");
    head.initCause(new IllegalStateException("tail", head));

    TransportException thrown =
        refusalOf(
            () -> {
              throw head;
            });

    assertSame(head, thrown.getCause());
  }

  @Test
  void close_refusesToOpenButStillTells() {
    FakeProvider provider = FakeProvider.of("one");
    TransportRegistry registry = TransportRegistry.of(provider);

    registry.close();
    registry.close();

    assertThrows(IllegalStateException.class, () -> registry.connect("one:x"));
    assertThrows(IllegalStateException.class, () -> registry.listen("one:x"));
    assertEquals(List.of("schemes"), provider.log);
    assertTrue(registry.find("one").isPresent());
  }

  @Test
  void connect_manyThreadsAtOnce_callTheProviderInTheirOwn() throws Exception {
    int threadCount = 16;
    CountDownLatch inside = new CountDownLatch(threadCount);
    FakeProvider provider =
        new FakeProvider(Scheme.named("one").build()) {
          @Override
          public TransportChannel connect(TransportAddress address, TransportContext context)
              throws IOException {
            assertEquals(address.target(), Thread.currentThread().getName());
            inside.countDown();
            try {
              // Passes only if the registry lets all threads in together.
              inside.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            return super.connect(address, context);
          }
        };
    TransportRegistry registry = TransportRegistry.of(provider, FakeProvider.of("two"));
    AtomicInteger next = new AtomicInteger();

    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            threadCount, task -> new Thread(task, "thread-" + next.getAndIncrement()))) {
      List<Future<String>> opened = new ArrayList<>();
      for (int i = 0; i < threadCount; i++) {
        opened.add(
            threads.submit(
                () -> {
                  String address = "one:" + Thread.currentThread().getName();
                  try (TransportChannel channel = registry.connect(address)) {
                    assertEquals(2, registry.schemes().size());
                    return channel.info().name();
                  }
                }));
      }
      Set<String> names = new HashSet<>();
      for (Future<String> name : opened) {
        names.add(name.get());
      }
      assertEquals(threadCount, names.size());
    }
  }
}
