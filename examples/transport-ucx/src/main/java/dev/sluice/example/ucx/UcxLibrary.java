package dev.sluice.example.ucx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openucx.jucx.NativeLibs;

/**
 * Loads UCX, once for this class loader, and says what is missing where that fails.
 *
 * <p>Whether a library can be loaded is known only once it was: asking is loading.
 */
final class UcxLibrary {
  private static final Pattern UNPACKED = Pattern.compile("/.*/jucx\\d+/libjucx(_amd64)?\\.so$");

  /** Holds the answer; made when it is first asked for. */
  private static final class Loaded {
    static final Optional<String> UNAVAILABILITY = Optional.ofNullable(load());
  }

  private UcxLibrary() {}

  /** Returns why UCX cannot be used here, and what to do; empty if it can. */
  static Optional<String> unavailability() {
    return Loaded.UNAVAILABILITY;
  }

  private static @Nullable String load() {
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!platform.equals("Linux amd64")) {
      return "it needs Linux on x86-64: org.openucx:jucx has no library for " + platform;
    }
    try {
      UcxSettings.OF_PROCESS.forEach(UcxLibrary::setVariable);
      // Before jucx is loaded, which takes the version that it was made for to be there.
      Optional<String> objection = UcxVersion.installed().flatMap(UcxVersion::objection);
      if (objection.isPresent()) {
        return objection.get();
      }
      NativeLibs.load();
      return null;
    } catch (NoClassDefFoundError noJucx) {
      return "the jar of org.openucx:jucx is not beside that of this transport: "
          + noJucx.getMessage();
    } catch (UnsatisfiedLinkError notLoaded) {
      return explained(String.valueOf(notLoaded.getMessage()));
    } catch (RuntimeException | Error broken) {
      return "UCX cannot be loaded: " + broken;
    } finally {
      removeUnpacked();
    }
  }

  /** The loader's message ends with the library that is missing and why. */
  static String explained(String message) {
    if (message.contains("libuc") && message.contains("cannot open shared object file")) {
      return "the UCX libraries are not installed ("
          + lastOf(message)
          + "); install libucx0 (Debian,"
          + " Ubuntu) or ucx (Fedora, RHEL), 1.13 or newer";
    }
    return "the native part of org.openucx:jucx cannot be loaded: " + lastOf(message);
  }

  private static String lastOf(String message) {
    return message.replaceFirst("^.*?libjucx(_amd64)?\\.so: ", "");
  }

  /** UCX reads its settings from the environment of the process, which Java cannot change. */
  @SuppressWarnings("restricted")
  private static void setVariable(String key, String value) {
    Linker linker = Linker.nativeLinker();
    MethodHandle setenv =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setenv"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(UcxSettings.variable(key));
      int failed = (int) setenv.invokeExact(name, arena.allocateFrom(value), 0);
      if (failed != 0) {
        throw new IllegalStateException("setenv of " + UcxSettings.variable(key) + " failed");
      }
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable undeclared) {
      throw new AssertionError(undeclared);
    }
  }

  /**
   * Removes what jucx has unpacked: the library is mapped and needs no file any more. jucx itself
   * does so at the exit of the JVM, and not if that is killed. Where it is, only the system tells.
   */
  private static void removeUnpacked() {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      for (Path library : maps.flatMap(UcxLibrary::unpackedLibrary).distinct().toList()) {
        Files.deleteIfExists(library);
        Files.deleteIfExists(library.getParent());
      }
    } catch (IOException | UncheckedIOException leftToJucx) {
      // It is a matter of tidiness only.
    }
  }

  /**
   * Only what is in a folder that jucx makes for it, not a library that the user has put somewhere.
   */
  private static Stream<Path> unpackedLibrary(String map) {
    Matcher matcher = UNPACKED.matcher(map);
    return matcher.find() ? Stream.of(Path.of(matcher.group())) : Stream.empty();
  }
}
