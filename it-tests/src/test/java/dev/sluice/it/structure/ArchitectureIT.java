package dev.sluice.it.structure;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import dev.sluice.it.support.Loudly;
import dev.sluice.it.support.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What may depend on what, and the habits of the code, seen in the classes. */
class ArchitectureIT {
  private static final String API = "dev.sluice.api";
  private static final String ENGINE = "dev.sluice.engine";
  private static final String VMSTATE = "dev.sluice.vmstate";
  private static final String FILE = "dev.sluice.transport.file";
  private static final String SOCKET = "dev.sluice.transport.socket";
  private static final String RDMA_SIM = "dev.sluice.transport.rdmasim";
  private static final String TCK = "dev.sluice.tck";
  private static final String CLI = "dev.sluice.cli";
  private static final String BENCH = "dev.sluice.bench";

  /** A module, and what may be seen from it, by the start of the package's name. */
  private record Module(String folder, String root, int atLeastClasses, Set<String> sees) {}

  private static final List<Module> MODULES =
      List.of(
          new Module("api", API, 12, Set.of("java.", "org.jspecify.")),
          new Module(
              "engine",
              ENGINE,
              30,
              Set.of(
                  API, "java.", "com.google.common.", "com.google.errorprone.", "org.jspecify.")),
          new Module("vmstate", VMSTATE, 1, Set.of(API, ENGINE, "java.", "org.jspecify.")),
          new Module("transport-file", FILE, 12, transportSees()),
          new Module("transport-socket", SOCKET, 12, transportSees()),
          new Module(
              "transport-rdma-sim",
              RDMA_SIM,
              80,
              Set.of(
                  API,
                  "java.",
                  "com.fasterxml.jackson.core.",
                  "com.google.auto.service.",
                  "org.jspecify.",
                  "org.knowm.xchart.",
                  "picocli.")),
          new Module(
              "transport-tck",
              TCK,
              12,
              Set.of(
                  API,
                  "java.",
                  "org.jspecify.",
                  "org.junit.jupiter.",
                  "org.junit.platform.",
                  "org.opentest4j.",
                  "picocli.",
                  "com.google.auto.service.")),
          new Module(
              "cli",
              CLI,
              20,
              Set.of(
                  API,
                  ENGINE,
                  VMSTATE,
                  "java.",
                  "sun.misc.Signal",
                  "com.fasterxml.jackson.core.",
                  "com.google.common.",
                  "com.sun.net.httpserver.",
                  "io.micrometer.",
                  "me.tongfei.progressbar.",
                  "org.jspecify.",
                  "picocli.")));

  private static final JavaClasses CLASSES =
      importOf(MODULES.stream().map(Module::folder).toList());

  private static Set<String> transportSees() {
    return Set.of(
        API,
        "java.",
        "javax.",
        "jdk.net.",
        "com.google.common.",
        "com.google.errorprone.",
        "com.google.auto.service.",
        "org.jspecify.");
  }

  private static JavaClasses importOf(List<String> folders) {
    return new ClassFileImporter()
        .importPaths(folders.stream().map(ArchitectureIT::classesOf).toList());
  }

  private static Path classesOf(String folder) {
    return Project.root().resolve(folder).resolve("target/classes");
  }

  @Test
  void everyModule_isSeenByTheseTests() {
    for (Module module : MODULES) {
      long seen = in(module).count();
      assertTrue(
          seen >= module.atLeastClasses, module.folder + ": only " + seen + " classes were seen");
    }
  }

  @Test
  void modules_seeOnlyWhatTheyMay() {
    List<String> violations = new ArrayList<>();
    for (Module module : MODULES) {
      in(module)
          .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
          .filter(
              dependency -> !mayBeSeen(module, dependency.getTargetClass().getBaseComponentType()))
          .map(Dependency::getDescription)
          .forEach(violations::add);
    }
    assertNone(violations);
  }

  private static boolean mayBeSeen(Module from, JavaClass target) {
    return target.isPrimitive()
        || belongsTo(from.root, target)
        || from.sees.stream()
            .anyMatch(
                prefix ->
                    prefix.startsWith("dev.")
                        ? belongsTo(prefix, target)
                        : target.getName().startsWith(prefix));
  }

  /** Not even as text, for reflection. */
  @Test
  void transports_areNamedByNobody() throws IOException {
    for (String folder : List.of("api", "engine", "cli")) {
      try (Stream<Path> files = Files.walk(Project.root().resolve(folder + "/src/main"))) {
        List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
        assertFalse(sources.isEmpty(), folder);
        for (Path source : sources) {
          assertFalse(Files.readString(source).contains("dev.sluice.transport"), source::toString);
        }
      }
    }
  }

  @Test
  void faultDecorators_importNoTestFramework() {
    assertNone(
        CLASSES.stream()
            .filter(type -> belongsTo(TCK + ".fault", type))
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(dependency -> dependency.getTargetClass().getName().startsWith("org.junit"))
            .map(Dependency::getDescription)
            .toList());
  }

  @Test
  void packages_haveNoCycles() {
    SlicesRuleDefinition.slices()
        .matching("dev.sluice.(**)")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @Test
  void packages_belongToOneModule() {
    Map<String, Set<String>> modules =
        CLASSES.stream()
            .collect(
                toMap(
                    JavaClass::getPackageName,
                    type -> Set.of(folderOf(type)),
                    (one, other) ->
                        Stream.concat(one.stream(), other.stream())
                            .collect(toCollection(TreeSet::new))));
    assertNone(
        modules.entrySet().stream()
            .filter(entry -> entry.getValue().size() > 1)
            .map(Object::toString)
            .toList());
  }

  private static String folderOf(JavaClass type) {
    String source = type.getSource().orElseThrow().getUri().getPath();
    return Project.root().relativize(Path.of(source)).getName(0).toString();
  }

  @Test
  void packages_areNullMarked() {
    Set<JavaPackage> packages =
        CLASSES.stream()
            .map(JavaClass::getPackage)
            .filter(candidate -> !candidate.getName().isEmpty())
            .collect(toCollection(() -> new TreeSet<>(Comparator.comparing(JavaPackage::getName))));
    assertTrue(packages.size() >= 12, "only " + packages + " were seen");
    assertNone(
        packages.stream()
            .filter(candidate -> !candidate.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .toList());
  }

  @Test
  void providers_areAutoServices_publicFinal_withAPublicConstructorWithoutParameters() {
    List<JavaClass> providers =
        CLASSES.stream()
            .filter(type -> type.isAssignableTo(API + ".spi.TransportProvider"))
            .filter(type -> type.getPackageName().startsWith("dev.sluice.transport."))
            .toList();
    assertEquals(3, providers.size(), providers::toString);
    assertNone(providers.stream().filter(type -> !isProper(type)).map(JavaClass::getName).toList());
  }

  private static boolean isProper(JavaClass provider) {
    return provider.isAnnotatedWith("com.google.auto.service.AutoService")
        && provider.getModifiers().containsAll(Set.of(JavaModifier.PUBLIC, JavaModifier.FINAL))
        && provider.getConstructors().stream()
            .anyMatch(
                constructor ->
                    constructor.getRawParameterTypes().isEmpty()
                        && constructor.getModifiers().contains(JavaModifier.PUBLIC));
  }

  @Test
  void autoServices_areProvidersOnly() {
    assertNone(
        CLASSES.stream()
            .filter(type -> type.isAnnotatedWith("com.google.auto.service.AutoService"))
            .filter(type -> !type.isAssignableTo(API + ".spi.TransportProvider"))
            .filter(type -> !type.isAssignableTo("java.util.spi.ToolProvider"))
            .map(JavaClass::getName)
            .toList());
  }

  @Test
  void standardStreams_areTheCommandsOnly() {
    assertNone(
        accesses(
            type -> !belongsTo(CLI, type),
            access ->
                access.getTargetOwner().isEquivalentTo(System.class)
                    && Set.of("out", "err", "in", "setOut", "setErr", "setIn")
                        .contains(access.getName())));
  }

  /**
   * System.Logger is the interface; its default back end is java.util.logging, which only the
   * package that sets it up may touch.
   */
  @Test
  void javaUtilLogging_isUsedByNobodyButItsSetUp() {
    assertNone(
        CLASSES.stream()
            .filter(type -> !belongsTo(CLI + ".logging", type))
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(
                dependency ->
                    dependency.getTargetClass().getPackageName().startsWith("java.util.logging"))
            .map(Dependency::getDescription)
            .toList());
  }

  @Test
  void nobody_sleeps() {
    assertNone(
        accesses(
            type -> true,
            access ->
                access.getName().startsWith("sleep")
                    && Stream.of(
                            "java.lang.Thread",
                            "java.util.concurrent.TimeUnit",
                            "com.google.common.util.concurrent.Uninterruptibles")
                        .anyMatch(access.getTargetOwner().getName()::equals)));
  }

  /** What runs in virtual time has to run the same each time. */
  @Test
  void simulation_readsNoClockAndNoOtherChance() {
    List<String> repeatable =
        List.of(
            RDMA_SIM + ".connection",
            RDMA_SIM + ".simulation",
            RDMA_SIM + ".stream",
            RDMA_SIM + ".verbs",
            RDMA_SIM + ".virtual");
    assertNone(
        accesses(
            type -> repeatable.stream().anyMatch(root -> belongsTo(root, type)),
            access -> isTimeOrChance(access.getTargetOwner().getName(), access.getName())));
  }

  private static boolean isTimeOrChance(String owner, String name) {
    return switch (owner) {
      case "java.lang.System" ->
          Set.of("nanoTime", "currentTimeMillis", "identityHashCode").contains(name);
      case "java.lang.Math" -> name.equals("random");
      case "java.util.UUID" -> name.equals("randomUUID");
      case "java.util.Random", "java.util.SplittableRandom", "java.security.SecureRandom" ->
          name.equals("<init>");
      case "java.util.concurrent.ThreadLocalRandom" -> name.equals("current");
      default -> owner.startsWith("java.time.") && name.startsWith("now");
    };
  }

  @Test
  void contextClassLoader_isNeverAsked() {
    assertNone(accesses(type -> true, access -> access.getName().equals("getContextClassLoader")));
  }

  @Test
  void names_haveNoEmptySuffix() {
    List<String> banned = List.of("Impl", "Manager", "Helper", "Util", "Utils", "Data", "Info");
    // The second one is what the specification of InfiniBand calls it.
    List<String> excepted = List.of(API + ".ChannelInfo", RDMA_SIM + ".connection.PrivateData");
    assertNone(
        CLASSES.stream()
            .filter(type -> !excepted.contains(type.getName()))
            .filter(type -> banned.stream().anyMatch(type.getSimpleName()::endsWith))
            .map(JavaClass::getName)
            .toList());
  }

  @Test
  void accessors_haveNoGet() {
    assertNone(
        CLASSES.stream()
            .flatMap(type -> type.getMethods().stream())
            .filter(method -> method.getName().matches("get[A-Z].*"))
            .filter(method -> !overrides(method))
            .map(JavaCodeUnit::getFullName)
            .toList());
  }

  private static boolean overrides(JavaCodeUnit method) {
    JavaClass owner = method.getOwner();
    return Stream.concat(
            owner.getAllRawSuperclasses().stream(), owner.getAllRawInterfaces().stream())
        .anyMatch(
            ancestor ->
                ancestor.getMethods().stream()
                    .anyMatch(inherited -> inherited.getName().equals(method.getName())));
  }

  @Test
  void state_isNeverStaticAndMutable() {
    assertNone(
        CLASSES.stream()
            .flatMap(type -> type.getFields().stream())
            .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
            .filter(field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC))
            .filter(field -> !isFinal(field) || isMutable(field.getRawType()))
            .map(JavaField::getFullName)
            .toList());
  }

  private static boolean isFinal(JavaField field) {
    return field.getModifiers().contains(JavaModifier.FINAL);
  }

  /** As far as a declared type tells; List, Map and Set may well be immutable ones. */
  private static boolean isMutable(JavaClass type) {
    return type.getPackageName().startsWith("java.util.concurrent.atomic")
        || type.getPackageName().startsWith("java.util.concurrent.locks")
        || Stream.of(
                "java.lang.StringBuilder",
                "java.lang.ThreadLocal",
                "java.util.AbstractCollection",
                "java.util.AbstractMap",
                "java.util.BitSet",
                "java.util.Random",
                "java.util.Timer",
                "java.util.Queue",
                "java.util.concurrent.BlockingQueue",
                "java.util.concurrent.CompletableFuture",
                "java.util.concurrent.ConcurrentMap",
                "java.util.concurrent.CountDownLatch",
                "java.util.concurrent.ExecutorService",
                "java.util.concurrent.Semaphore")
            .anyMatch(type::isAssignableTo);
  }

  @Test
  void guava_isInNoPublicSignature() {
    List<String> exported =
        List.of(API, API + ".spi", ENGINE, ENGINE + ".registry", ENGINE + ".transfer");
    assertNone(
        CLASSES.stream()
            .filter(type -> exported.contains(type.getPackageName()))
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .flatMap(type -> type.getCodeUnits().stream())
            .filter(
                unit ->
                    unit.getModifiers().contains(JavaModifier.PUBLIC)
                        || unit.getModifiers().contains(JavaModifier.PROTECTED))
            .filter(
                unit -> signature(unit).anyMatch(type -> type.getName().startsWith("com.google.")))
            .map(JavaCodeUnit::getFullName)
            .toList());
  }

  private static Stream<JavaClass> signature(JavaCodeUnit unit) {
    return Stream.of(
            Stream.of(unit.getReturnType()),
            unit.getParameterTypes().stream(),
            unit.getExceptionTypes().stream())
        .flatMap(types -> types)
        .flatMap(type -> type.getAllInvolvedRawTypes().stream());
  }

  @Test
  void benchmarks_keepTheirPackage_andNobodySeesThem() {
    Loudly.require(
        Files.isDirectory(classesOf("bench")),
        "ArchitectureIT.benchmarks (1 test)",
        "bench was not built; build all modules");
    JavaClasses bench = importOf(List.of("bench"));
    assertFalse(bench.isEmpty(), "no class of bench was seen");
    assertNone(
        bench.stream().filter(type -> !belongsTo(BENCH, type)).map(JavaClass::getName).toList());
  }

  private static List<String> accesses(
      Predicate<JavaClass> from, Predicate<JavaAccess<?>> forbidden) {
    return CLASSES.stream()
        .filter(from)
        .flatMap(type -> type.getAccessesFromSelf().stream())
        .filter(forbidden)
        .map(JavaAccess::getDescription)
        .toList();
  }

  private static Stream<JavaClass> in(Module module) {
    return CLASSES.stream().filter(type -> belongsTo(module.root, type));
  }

  private static boolean belongsTo(String root, JavaClass type) {
    String name = type.getPackageName();
    return name.equals(root) || name.startsWith(root + ".");
  }

  private static void assertNone(List<String> violations) {
    assertTrue(violations.isEmpty(), () -> String.join("\n", violations));
  }
}
