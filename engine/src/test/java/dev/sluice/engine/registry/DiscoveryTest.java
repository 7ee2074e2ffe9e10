package dev.sluice.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.spi.TransportProvider;
import dev.sluice.engine.registry.ProviderFailure.Stage;
import dev.sluice.engine.registry.SampleProviders.FailsItself;
import dev.sluice.engine.registry.SampleProviders.Good;
import dev.sluice.engine.registry.SampleProviders.HasNoPublicConstructor;
import dev.sluice.engine.registry.SampleProviders.HasNoSpiVersion;
import dev.sluice.engine.registry.SampleProviders.IsAbstract;
import dev.sluice.engine.registry.SampleProviders.IsNotPublic;
import dev.sluice.engine.registry.SampleProviders.IsOfANewerSpi;
import dev.sluice.engine.registry.SampleProviders.LinkageErrorThatFailsItself;
import dev.sluice.engine.registry.SampleProviders.NamesASchemeTwice;
import dev.sluice.engine.registry.SampleProviders.OverflowsTheStackAsACause;
import dev.sluice.engine.registry.SampleProviders.OverflowsTheStackInConstructor;
import dev.sluice.engine.registry.SampleProviders.OverflowsTheStackInSchemes;
import dev.sluice.engine.registry.SampleProviders.OverflowsTheStackInStaticInitialiser;
import dev.sluice.engine.registry.SampleProviders.ReturnsNoSchemes;
import dev.sluice.engine.registry.SampleProviders.ReturnsNullElement;
import dev.sluice.engine.registry.SampleProviders.ReturnsNullSchemes;
import dev.sluice.engine.registry.SampleProviders.RunsOutOfMemoryInConstructor;
import dev.sluice.engine.registry.SampleProviders.Second;
import dev.sluice.engine.registry.SampleProviders.ThrowsCheckedInConstructor;
import dev.sluice.engine.registry.SampleProviders.ThrowsErrorInConstructor;
import dev.sluice.engine.registry.SampleProviders.ThrowsFromSchemes;
import dev.sluice.engine.registry.SampleProviders.ThrowsFromSpiVersion;
import dev.sluice.engine.registry.SampleProviders.ThrowsInConstructor;
import dev.sluice.engine.registry.SampleProviders.ThrowsInStaticInitialiser;
import dev.sluice.engine.registry.SampleProviders.ThrowsInternalError;
import dev.sluice.engine.registry.SampleProviders.ThrowsLinkageErrorThatFailsItself;
import dev.sluice.engine.registry.SampleProviders.ThrowsWhatFailsItself;
import dev.sluice.engine.registry.SampleProviders.ThrowsWhatFailsItselfInSchemes;
import dev.sluice.engine.registry.SampleProviders.WantsAnArgument;
import java.io.IOException;
import java.net.URL;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Providers of the test's class path, named by service files of the test's choice. */
@Timeout(30)
class DiscoveryTest {
  private static List<String> names(TransportRegistry registry) {
    return registry.schemes().stream().map(InstalledScheme::name).toList();
  }

  @Test
  void load_noServiceFile_isEmpty() {
    TransportRegistry registry = TransportRegistry.load(new ServedServices());

    assertEquals(List.of(), registry.schemes());
    assertEquals(List.of(), registry.failures());
  }

  @Test
  void load_emptyServiceFile_isEmpty() {
    TransportRegistry registry = TransportRegistry.load(new ServedServices("", "# a comment\n\n"));

    assertEquals(List.of(), registry.schemes());
    assertEquals(List.of(), registry.failures());
  }

  @Test
  void load_severalFiles_listsAllSchemesSorted() {
    TransportRegistry registry =
        TransportRegistry.load(
            new ServedServices(Second.class.getName(), Good.class.getName() + " # comment"));

    assertEquals(List.of("good", "second", "third"), names(registry));
    assertEquals(List.of(), registry.failures());
  }

  @Test
  void load_sameClassInTwoFiles_isKeptOnce() {
    TransportRegistry registry =
        TransportRegistry.load(new ServedServices(Good.class.getName(), Good.class.getName()));

    assertEquals(List.of("good"), names(registry));
    assertEquals(List.of(), registry.failures());
  }

  @Test
  void run_sameClassFromTwoLookups_isKeptOnce() {
    // As the service loader does when it meets a class in a named module and on the class path.
    ServiceLoader.Provider<TransportProvider> found =
        new ServiceLoader.Provider<>() {
          @Override
          public Class<? extends TransportProvider> type() {
            return Good.class;
          }

          @Override
          public TransportProvider get() {
            return new Good();
          }
        };
    Admission admission = new Admission();

    new Discovery(
            Origin.HOST,
            List.of(found, found).iterator(),
            new Declarations(new ServedServices()),
            admission)
        .run();

    assertEquals(1, admission.result().schemes().size());
    assertEquals(List.of(), admission.result().failures());
  }

  @Test
  void load_goodProvider_tellsWhereItIsFrom() {
    InstalledScheme scheme =
        TransportRegistry.load(ServedServices.naming(Good.class)).find("good").orElseThrow();

    assertEquals(Good.class.getName(), scheme.className());
    assertEquals(Origin.HOST, scheme.origin());
    assertEquals(TransportProvider.SPI_VERSION, scheme.spiVersion());
    assertTrue(scheme.location().orElseThrow().endsWith("test-classes"), scheme.toString());
  }

  static Stream<Arguments> brokenProviders() {
    return Stream.of(
        broken(ThrowsInConstructor.class, Stage.INSTANTIATE, "no licence", "its author"),
        broken(ThrowsErrorInConstructor.class, Stage.INSTANTIATE, "not one that", "its author"),
        broken(ThrowsCheckedInConstructor.class, Stage.INSTANTIATE, "no licence", "its author"),
        broken(
            ThrowsInStaticInitialiser.class,
            Stage.INSTANTIATE,
            "NumberFormatException: For input string: \"none\"",
            "static initialiser"),
        broken(
            DiscoveryTest.class,
            Stage.LOCATE,
            "DiscoveryTest is not a",
            "its own copy of dev.sluice"),
        broken(HasNoPublicConstructor.class, Stage.LOCATE, "NoSuchMethod", "public constructor"),
        broken(WantsAnArgument.class, Stage.LOCATE, "NoSuchMethod", "without parameters"),
        broken(IsNotPublic.class, Stage.INSTANTIATE, "IllegalAccess", "must be public"),
        broken(IsAbstract.class, Stage.INSTANTIATE, "Instantiation", "must not be abstract"),
        broken(
            OverflowsTheStackInConstructor.class, Stage.INSTANTIATE, "StackOverflow", "its author"),
        broken(
            OverflowsTheStackInStaticInitialiser.class,
            Stage.INSTANTIATE,
            "StackOverflow",
            "its author"),
        broken(OverflowsTheStackInSchemes.class, Stage.DESCRIBE, "StackOverflow", "its author"),
        broken(OverflowsTheStackAsACause.class, Stage.DESCRIBE, "StackOverflow", "its author"),
        broken(ThrowsInternalError.class, Stage.INSTANTIATE, "made by the test", "its author"),
        broken(
            ThrowsWhatFailsItself.class,
            Stage.INSTANTIATE,
            FailsItself.class.getName(),
            "its author"),
        broken(
            ThrowsWhatFailsItselfInSchemes.class,
            Stage.DESCRIBE,
            FailsItself.class.getName(),
            "its author"),
        broken(
            ThrowsLinkageErrorThatFailsItself.class,
            Stage.INSTANTIATE,
            LinkageErrorThatFailsItself.class.getName(),
            "is missing"),
        broken(ThrowsFromSpiVersion.class, Stage.DESCRIBE, "no version", "its author"),
        broken(ThrowsFromSchemes.class, Stage.DESCRIBE, "two options named mode", "its author"),
        broken(ReturnsNullSchemes.class, Stage.VALIDATE, "returned null", "its author"),
        broken(ReturnsNoSchemes.class, Stage.VALIDATE, "returned []", "at least one"),
        broken(ReturnsNullElement.class, Stage.VALIDATE, "a null in its list", "its author"),
        broken(NamesASchemeTwice.class, Stage.VALIDATE, "bad twice", "its author"),
        broken(IsOfANewerSpi.class, Stage.VALIDATE, "for SPI 2, the host has 1", "newer host"),
        broken(HasNoSpiVersion.class, Stage.VALIDATE, "returned 0", "SPI_VERSION"));
  }

  private static Arguments broken(Class<?> provider, Stage stage, String reason, String advice) {
    return Arguments.of(provider, stage, reason, advice);
  }

  @ParameterizedTest
  @MethodSource("brokenProviders")
  void load_brokenProvider_isExplainedAndHidesNoOther(
      Class<?> provider, Stage stage, String reason, String advice) {
    TransportRegistry registry =
        TransportRegistry.load(ServedServices.naming(Good.class, provider, Second.class));

    assertEquals(List.of("good", "second", "third"), names(registry));
    assertEquals(1, registry.failures().size(), registry.failures().toString());
    ProviderFailure failure = registry.failures().getFirst();
    assertEquals(Optional.of(provider.getName()), failure.className());
    assertEquals(stage, failure.stage());
    assertTrue(failure.reason().contains(reason), failure.reason());
    assertTrue(failure.advice().contains(advice), failure.advice());
    assertTrue(failure.location().isPresent(), failure.toString());
    assertEquals(Optional.empty(), failure.scheme());
  }

  @Test
  void load_unknownClass_namesTheFileThatNamesIt() {
    TransportRegistry registry =
        TransportRegistry.load(
            new ServedServices(Good.class.getName(), "com.acme.Gone\n" + Second.class.getName()));

    assertEquals(List.of("good", "second", "third"), names(registry));
    ProviderFailure failure = registry.failures().getFirst();
    assertEquals(Optional.of("com.acme.Gone"), failure.className());
    assertEquals(Optional.of("memory:/jar1"), failure.location());
    assertEquals(Stage.LOCATE, failure.stage());
    assertInstanceOf(ClassNotFoundException.class, failure.cause().orElseThrow());
    assertTrue(failure.advice().contains("stale"), failure.advice());
  }

  @Test
  void load_serviceFileNamesAClassOfANamedModule_blamesTheNextThatFails() {
    // The service loader leaves such classes to the module's own descriptor.
    TransportRegistry registry =
        TransportRegistry.load(ServedServices.naming(String.class, HasNoPublicConstructor.class));

    assertEquals(1, registry.failures().size());
    assertEquals(
        Optional.of(HasNoPublicConstructor.class.getName()),
        registry.failures().getFirst().className());
  }

  @Test
  void load_malformedServiceFile_isExplainedAndHidesNoOtherFile() {
    TransportRegistry registry =
        TransportRegistry.load(
            new ServedServices("this is no class", "com.acme.Gone", Good.class.getName()));

    assertEquals(List.of("good"), names(registry));
    ProviderFailure failure = registry.failures().getFirst();
    assertEquals(Optional.of("memory:/jar0"), failure.location());
    assertTrue(failure.reason().contains("'this is no class' is not the name"), failure.reason());
    assertEquals(Optional.of("com.acme.Gone"), registry.failures().get(1).className());
    assertEquals(2, registry.failures().size());
  }

  @Test
  void load_moreBrokenProvidersThanStallsAreAllowed_findsWhatComesAfter() {
    String[] files =
        IntStream.rangeClosed(0, 200)
            .mapToObj(i -> i < 200 ? "com.acme.Gone" + i : Good.class.getName())
            .toArray(String[]::new);

    TransportRegistry registry = TransportRegistry.load(new ServedServices(files));

    assertEquals(List.of("good"), names(registry));
    assertEquals(200, registry.failures().size());
  }

  @Test
  void load_serviceFilesCannotBeListed_endsWithOneFailure() {
    ServedServices unreadable =
        new ServedServices() {
          @Override
          public Enumeration<URL> getResources(String name) throws IOException {
            throw new IOException("disk gone");
          }
        };

    TransportRegistry registry = TransportRegistry.load(unreadable);

    assertEquals(1, registry.failures().size());
    ProviderFailure failure = registry.failures().getFirst();
    assertEquals(Optional.empty(), failure.className());
    assertEquals(Stage.LOCATE, failure.stage());
    assertEquals("java.io.IOException: disk gone", failure.reason());
    assertTrue(failure.advice().contains("cannot be read"), failure.advice());
  }

  @Test
  void load_classLoaderThrowsUnchecked_endsWithOneFailure() {
    ServedServices closed =
        new ServedServices() {
          @Override
          public Enumeration<URL> getResources(String name) {
            throw new IllegalStateException("class loader is closed");
          }
        };

    TransportRegistry registry = TransportRegistry.load(closed);

    assertEquals(1, registry.failures().size());
    assertTrue(registry.failures().getFirst().reason().contains("class loader is closed"));
  }

  @Test
  void load_outOfMemoryInConstructor_passes() {
    ServedServices services = ServedServices.naming(RunsOutOfMemoryInConstructor.class);

    OutOfMemoryError passed =
        assertThrows(OutOfMemoryError.class, () -> TransportRegistry.load(services));

    assertEquals("made by the test", passed.getMessage());
  }

  @Test
  void load_searchFailsWithWhatFailsItself_endsWithOneFailure() {
    ServedServices broken =
        new ServedServices() {
          @Override
          public Enumeration<URL> getResources(String name) {
            throw new FailsItself();
          }
        };

    TransportRegistry registry = TransportRegistry.load(broken);

    assertEquals(1, registry.failures().size());
    assertEquals(FailsItself.class.getName(), registry.failures().getFirst().reason());
  }

  @Test
  void load_outOfMemoryWhileClassesAreLoaded_passes() {
    ServedServices services =
        new ServedServices("com.acme.Huge") {
          @Override
          protected Class<?> findClass(String name) {
            throw new OutOfMemoryError("made by the test");
          }
        };

    assertThrows(OutOfMemoryError.class, () -> TransportRegistry.load(services));
  }

  @Test
  void load_contextClassLoaderHasProviders_isNotAsked() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(ServedServices.naming(Good.class));
    try {
      assertEquals(List.of(), TransportRegistry.load(new ServedServices()).schemes());
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  @SuppressWarnings("NullAway") // The very mistake that is tested.
  void load_null_isRefusedRatherThanTakenForTheSystemLoader() {
    assertThrows(NullPointerException.class, () -> TransportRegistry.load(null));
  }
}
