package dev.sluice.example.ucx;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openucx.jucx.NativeLibs;

/**
 * Loads UCX, once for this class loader, and says what is missing where that fails.
 *
 * <p>Whether a library can be loaded is known only once it was: asking is loading.
 */
final class UcxLibrary {
  private static final String NEEDED = "this transport needs Linux on x86-64";

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
      return NEEDED + ": org.openucx:jucx has no library for " + platform;
    }
    try {
      UcxSettings.OF_PROCESS.forEach(UcxLibrary::setVariable);
      NativeLibs.load();
      return null;
    } catch (NoClassDefFoundError noJucx) {
      return "the jar of org.openucx:jucx is not beside that of this transport: " + noJucx.getMessage();
    } catch (UnsatisfiedLinkError notLoaded) {
      return explained(String.valueOf(notLoaded.getMessage()));
    } catch (RuntimeException | Error broken) {
      return "UCX cannot be loaded: " + broken;
    } finally {
      removeExtracted();
    }
  }

  /** The loader's message ends with the library that is missing and why. */
  private static String explained(String message) {
    if (message.contains("libuc") && message.contains("cannot open shared object file")) {
      return "the UCX libraries are not installed (" + lastOf(message) + "); install libucx0 (Debian,"
          + " Ubuntu) or ucx (Fedora, RHEL), 1.13 or newer";
    }
    return "the native part of org.openucx:jucx cannot be loaded: " + lastOf(message);
  }

  private static String lastOf(String message) {
    return message.replaceFirst("^.*?libjucx\\.so: ", "");
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
   * does so at the exit of the JVM, and not if that is killed.
   */
  private static void removeExtracted() {
    try {
      Field folder = NativeLibs.class.getDeclaredField("tempDir");
      folder.setAccessible(true);
      if (folder.get(null) instanceof File extracted) {
        delete(extracted.toPath());
      }
    } catch (ReflectiveOperationException | RuntimeException | LinkageError | IOException another) {
      // Another version of jucx, which has its own ways; then it goes at the exit.
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(folder);
  }
}
