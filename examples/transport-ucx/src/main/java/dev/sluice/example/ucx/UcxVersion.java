package dev.sluice.example.ucx;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Comparator;
import java.util.Optional;

/**
 * A version of UCX. With one that is too old the loader would only miss some symbol, or a call
 * would end the JVM.
 */
record UcxVersion(int major, int minor, int release) implements Comparable<UcxVersion> {
  static final UcxVersion OLDEST = new UcxVersion(1, 13, 0);

  private static final String LIBRARY = "libucp.so.0";

  /** Returns that of the system's libraries; empty where they cannot be loaded. */
  @SuppressWarnings("restricted")
  static Optional<UcxVersion> installed() {
    SymbolLookup library;
    try {
      // Once loaded UCX stays: it cannot be unloaded safely.
      library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    } catch (IllegalArgumentException notLoaded) {
      return Optional.empty();
    }
    MethodHandle getVersion =
        Linker.nativeLinker()
            .downcallHandle(
                library.findOrThrow("ucp_get_version"),
                FunctionDescriptor.ofVoid(
                    ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment major = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment minor = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment release = arena.allocate(ValueLayout.JAVA_INT);
      getVersion.invokeExact(major, minor, release);
      return Optional.of(new UcxVersion(intIn(major), intIn(minor), intIn(release)));
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable undeclared) {
      throw new AssertionError(undeclared);
    }
  }

  private static int intIn(MemorySegment memory) {
    return memory.get(ValueLayout.JAVA_INT, 0);
  }

  /** Returns why this version does not do, and what to do about it; empty if it does. */
  Optional<String> objection() {
    return compareTo(OLDEST) >= 0
        ? Optional.empty()
        : Optional.of(
            "the UCX that is installed is too old: "
                + LIBRARY
                + " is version "
                + this
                + "; install UCX 1.13 or newer: libucx0 (Debian, Ubuntu) or ucx"
                + " (Fedora, RHEL)");
  }

  @Override
  public int compareTo(UcxVersion other) {
    return Comparator.comparingInt(UcxVersion::major)
        .thenComparingInt(UcxVersion::minor)
        .thenComparingInt(UcxVersion::release)
        .compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + release;
  }
}
