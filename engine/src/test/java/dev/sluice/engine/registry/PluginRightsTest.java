package dev.sluice.engine.registry;

import static dev.sluice.engine.registry.PluginRegistry.assertSchemes;
import static dev.sluice.engine.registry.PluginRegistry.onlyFailure;
import static dev.sluice.engine.registry.PluginRegistry.pack;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.engine.registry.ProviderFailure.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that somebody else could change are refused. */
@Timeout(60)
class PluginRightsTest {
  private static final int SOMEBODY = 54_321;

  @TempDir Path temporary;
  private Path above = Path.of("");
  private Path folder = Path.of("");
  private Path jar = Path.of("");

  @BeforeEach
  void makePlugin() throws IOException {
    above = Files.createDirectory(temporary.resolve("above"));
    folder = Files.createDirectory(above.resolve("plugins"));
    jar = pack(folder, "works");
    for (Path path : new Path[] {above, folder}) {
      chmod(path, "rwxr-xr-x");
    }
    chmod(jar, "rw-r--r--");
  }

  private static void chmod(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static void assumeRoot() throws IOException {
    assumeTrue(
        Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
        "SKIPPED: only root can give files away");
  }

  private void assertWorks() {
    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      assertSchemes(registry, "acme.works", "good");
    }
  }

  private void assertRefused(Path place, String reason, String advice) {
    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      assertSchemes(registry, "good");
      ProviderFailure failure = onlyFailure(registry);
      assertEquals(Stage.OPEN, failure.stage());
      assertEquals(place.toString(), failure.location().orElseThrow());
      assertEquals(reason, failure.reason());
      assertTrue(failure.advice().contains(advice), failure.advice());
    }
  }

  @Test
  void nobodyElseMayWrite_works() {
    assertWorks();
  }

  @Test
  void folderOpenToEverybody_isRefused() throws IOException {
    chmod(folder, "rwxr-xrwx");

    assertRefused(
        folder, "everybody could change it: it has the mode rwxr-xrwx", "chmod o-w " + folder);
  }

  @Test
  void stickyFolderOpenToEverybody_isRefused() throws IOException {
    Files.setAttribute(folder, "unix:mode", 01777);

    assertRefused(
        folder, "everybody could change it: it has the mode rwxrwxrwx", "chmod o-w " + folder);
  }

  @Test
  void folderAboveOpenToEverybody_isRefused() throws IOException {
    chmod(above, "rwxrwxrwx");

    assertRefused(
        folder,
        "everybody could change it: " + above + " has the mode rwxrwxrwx",
        "chmod o-w " + above);
  }

  @Test
  void stickyFolderAbove_works() throws IOException {
    Files.setAttribute(above, "unix:mode", 01777);

    assertWorks();
  }

  @Test
  void jarOpenToEverybody_isRefused_andHidesNoOther() throws IOException {
    Path open = pack(folder, "open");
    chmod(open, "rw-rw-rw-");

    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      assertSchemes(registry, "acme.works", "good");
      assertEquals(
          "everybody could change it: it has the mode rw-rw-rw-", onlyFailure(registry).reason());
      assertEquals(open.toString(), onlyFailure(registry).location().orElseThrow());
    }
  }

  @Test
  void libraryOpenToEverybody_refusesThePlugin() throws IOException {
    Path plugin = Files.createDirectory(folder.resolve("plugin"));
    chmod(plugin, "rwxr-xr-x");
    pack(plugin, "other");
    Path library = new PluginJar().build(plugin, "library.jar", "1");
    chmod(library, "rw-r--rw-");

    try (TransportRegistry registry = PluginRegistry.load(folder)) {
      assertSchemes(registry, "acme.works", "good");
      assertEquals(plugin.toString(), onlyFailure(registry).location().orElseThrow());
      assertTrue(onlyFailure(registry).advice().endsWith("chmod o-w " + library));
    }
  }

  @Test
  void linkThatOthersCanReplace_isRefused() throws IOException {
    Path open = Files.createDirectory(temporary.resolve("open"));
    chmod(open, "rwxrwxrwx");
    Path link = Files.createSymbolicLink(open.resolve("link"), folder);
    Path here = Files.createSymbolicLink(temporary.resolve("here"), link);

    try (TransportRegistry registry = PluginRegistry.load(here)) {
      assertSchemes(registry, "good");
      assertEquals(
          "everybody could change it: " + open + " has the mode rwxrwxrwx",
          onlyFailure(registry).reason());
    }
  }

  @Test
  void linkThatNobodyElseCanReplace_works() throws IOException {
    Path here =
        Files.createSymbolicLink(temporary.resolve("here"), Path.of("./above/../above/plugins"));

    try (TransportRegistry registry = PluginRegistry.load(here)) {
      assertSchemes(registry, "acme.works", "good");
    }
  }

  @Test
  void linksInACircle_areExplained() throws IOException {
    Path circle = Files.createSymbolicLink(temporary.resolve("circle"), Path.of("circle"));

    assertTrue(onlyFailure(PluginRegistry.load(circle)).reason().startsWith("reading it failed: "));
  }

  @Test
  void groupOfTheOwner_mayNotWrite() throws IOException {
    PosixFileAttributes attributes = Files.readAttributes(jar, PosixFileAttributes.class);
    assumeTrue(
        attributes.owner().getName().equals(attributes.group().getName()),
        "SKIPPED: this user has no group of the same name");
    chmod(jar, "rw-rw-r--");

    assertRefused(
        jar,
        "group " + attributes.group().getName() + " could change it: it has the mode rw-rw-r--",
        "if you trust what is there now: chmod g-w "
            + jar
            + "; a umask of 022 makes files without that right");
  }

  @Test
  void folderAboveOpenToTheGroup_isRefused() throws IOException {
    PosixFileAttributes attributes = Files.readAttributes(above, PosixFileAttributes.class);
    chmod(above, "rwxrwxr-x");

    assertRefused(
        folder,
        "group "
            + attributes.group().getName()
            + " could change it: "
            + above
            + " has the mode rwxrwxr-x",
        "chmod g-w " + above);
  }

  @Test
  void otherGroup_mayNotWrite() throws IOException {
    assumeRoot();
    Files.setAttribute(folder, "unix:gid", SOMEBODY);
    assertWorks();
    chmod(folder, "rwxrwxr-x");

    assertRefused(
        folder,
        "group " + SOMEBODY + " could change it: it has the mode rwxrwxr-x",
        "chmod g-w " + folder);
  }

  @Test
  void jarOfSomebodyElse_isRefused() throws IOException {
    assumeRoot();
    Files.setAttribute(jar, "unix:uid", SOMEBODY);

    assertRefused(
        jar, "user " + SOMEBODY + " could change it: it belongs to that user", "to you or to root");
  }

  @Test
  void folderAboveOfSomebodyElse_isRefused() throws IOException {
    assumeRoot();
    Files.setAttribute(above, "unix:uid", SOMEBODY);

    assertRefused(
        folder,
        "user " + SOMEBODY + " could change it: " + above + " belongs to that user",
        "to you or to root");
  }

  @Test
  void linkOfSomebodyElse_isRefused() throws IOException {
    assumeRoot();
    Files.setAttribute(above, "unix:mode", 01777);
    Path link = Files.createSymbolicLink(above.resolve("link"), folder);
    Files.setAttribute(link, "unix:uid", SOMEBODY, LinkOption.NOFOLLOW_LINKS);

    try (TransportRegistry registry = PluginRegistry.load(link)) {
      assertEquals(
          "user " + SOMEBODY + " could change it: it belongs to that user",
          onlyFailure(registry).reason());
    }
  }
}
