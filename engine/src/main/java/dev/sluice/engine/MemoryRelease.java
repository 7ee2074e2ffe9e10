package dev.sluice.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Gives memory back to the operating system: {@code madvise(MADV_DONTNEED)} on the whole pages of
 * ranges, touching ranges joined first. For one thread.
 *
 * <p>The linker is touched at the first release. Where it cannot be used, releasing does nothing; a
 * range that the system refuses, such as locked memory, is left alone. The first of these is logged
 * as a warning.
 */
final class MemoryRelease {
  private static final System.Logger LOGGER = System.getLogger("dev.sluice.engine");

  /** The same number on every Linux architecture that has a JDK. */
  private static final int MADV_DONTNEED = 4;

  private @Nullable Native calls;
  private boolean unusable;
  private boolean warned;
  private long pendingStart;
  private long pendingEnd;
  private long releasedBytes;

  /** Adds a range whose bytes were sent; it goes back at {@link #finish}, or sooner. */
  void add(MemorySegment base, long offset, long byteCount) {
    long start = base.address() + offset;
    if (start != pendingEnd) {
      finish();
      pendingStart = start;
    }
    pendingEnd = start + byteCount;
  }

  /** Gives back what was added. */
  void finish() {
    long start = pendingStart;
    long end = pendingEnd;
    pendingStart = 0;
    pendingEnd = 0;
    Native usable = start == end ? null : calls();
    if (usable == null) {
      return;
    }
    long firstPage = (start + usable.pageBytes - 1) & -usable.pageBytes;
    long byteCount = (end & -usable.pageBytes) - firstPage;
    if (byteCount > 0) {
      int errno = usable.release(firstPage, byteCount);
      if (errno == 0) {
        releasedBytes += byteCount;
      } else {
        warn("madvise of " + byteCount + " bytes failed with errno " + errno, null);
      }
    }
  }

  /** Returns how many bytes went back to the system so far. */
  long releasedBytes() {
    return releasedBytes;
  }

  private @Nullable Native calls() {
    if (calls == null && !unusable) {
      try {
        calls = new Native();
      } catch (RuntimeException | LinkageError refused) {
        unusable = true;
        warn(
            "native calls cannot be used: "
                + refused.getMessage()
                + " (start java with --enable-native-access=dev.sluice.engine)",
            refused);
      }
    }
    return unusable ? null : calls;
  }

  private void warn(String reason, @Nullable Throwable cause) {
    if (!warned) {
      warned = true;
      LOGGER.log(
          System.Logger.Level.WARNING,
          "sent memory is not given back to the system: " + reason,
          cause);
    }
  }

  /** The two functions of the C library. */
  @SuppressWarnings("restricted") // calling the C library is what this class is for
  private static final class Native {
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET =
        CALL_STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private final MethodHandle madvise;
    private final MemorySegment callState = Arena.ofAuto().allocate(CALL_STATE);
    final long pageBytes;

    Native() {
      Linker linker = Linker.nativeLinker();
      madvise =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("madvise"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_INT),
              Linker.Option.captureCallState("errno"));
      MethodHandle getpagesize =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("getpagesize"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT));
      try {
        pageBytes = (int) getpagesize.invokeExact();
      } catch (Throwable never) {
        throw new LinkageError("getpagesize", never);
      }
    }

    /** Returns 0 or the errno. */
    int release(long address, long byteCount) {
      try {
        int result =
            (int)
                madvise.invokeExact(
                    callState, MemorySegment.ofAddress(address), byteCount, MADV_DONTNEED);
        return result == 0 ? 0 : callState.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
      } catch (Throwable never) {
        throw new LinkageError("madvise", never);
      }
    }
  }
}
