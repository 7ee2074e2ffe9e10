package dev.sluice.example.ucx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said where UCX is missing, and what loading it leaves behind. */
@Timeout(60)
class LibraryTest {
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @Test
  void withoutTheJarOfJucx_schemeSaysSo() throws Exception {
    String without =
        Stream.of(CLASS_PATH.split(File.pathSeparator))
            .filter(entry -> !entry.contains("jucx-"))
            .collect(Collectors.joining(File.pathSeparator));
    try (Child child = Child.start(Program.Availability.class, without, Map.of())) {
      assertEquals(
          "the jar of org.openucx:jucx is not beside that of this transport:"
              + " org/openucx/jucx/NativeLibs",
          child.line());
    }
  }

  @Test
  void withALibraryThatDoesNotLoad_schemeSaysWhy(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("libjucx.so"), "no library");
    try (Child child =
        Child.start(
            Program.Availability.class, folder + File.pathSeparator + CLASS_PATH, Map.of())) {
      String said = child.line();
      assertTrue(said.startsWith("the native part of org.openucx:jucx cannot be loaded: "), said);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"libjucx.so", "libjucx_amd64.so"})
  void missingSystemLibrary_isNamed_withWhatToInstall(String jucx) {
    assertEquals(
        "the UCX libraries are not installed (libucp.so.0: cannot open shared object file: No such"
            + " file or directory); install libucx0 (Debian, Ubuntu) or ucx (Fedora, RHEL), 1.13"
            + " or newer",
        UcxLibrary.explained(
            "Native code library failed to load: libjucx.so. /tmp/jucx1/"
                + jucx
                + ": libucp.so.0: cannot open shared object file: No such file or directory"));
  }

  @ParameterizedTest
  @CsvSource({"1,12,9", "0,99,0"})
  void tooOldUcx_isRefused_withWhatIsThereAndWhatIsNeeded(int major, int minor, int release) {
    assertEquals(
        Optional.of(
            "the UCX that is installed is too old: libucp.so.0 is version "
                + major
                + "."
                + minor
                + "."
                + release
                + "; install UCX 1.13 or newer: libucx0 (Debian, Ubuntu) or ucx (Fedora, RHEL)"),
        new UcxVersion(major, minor, release).objection());
  }

  @ParameterizedTest
  @CsvSource({"1,13,0", "1,18,1", "2,0,0"})
  void newEnoughUcx_isTaken(int major, int minor, int release) {
    assertEquals(Optional.empty(), new UcxVersion(major, minor, release).objection());
  }

  @Test
  void versionOfTheInstalledUcx_isKnown() {
    UcxVersion installed = UcxVersion.installed().orElseThrow();
    assertTrue(installed.compareTo(UcxVersion.OLDEST) >= 0, installed.toString());
  }

  @Test
  void killedProcess_leavesNoLibraryBehind(@TempDir Path folder) throws Exception {
    try (Child child =
        Child.start(Program.Availability.class, Map.of("TMPDIR", folder.toString()))) {
      assertEquals("available", child.line());
      child.kill();
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }
}
