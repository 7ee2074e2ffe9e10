package dev.sluice.cli.relay;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file descriptor that this process was started with. The JDK has no way to one: a path below
 * {@code /proc/self/fd} opens a second one, not of a socket, and cannot close the first.
 */
final class InheritedDescriptor {
  /** The standard streams are the JVM's. */
  static final int LEAST = 3;

  /** O_ACCMODE and O_CLOEXEC of Linux, in the octal numbers of fdinfo. */
  private static final int ACCESS_MODE = 03;

  private static final int CLOSE_ON_EXEC = 02000000;

  private final int number;
  private final MethodHandle write;
  private final MethodHandle close;

  /**
   * Looks at a descriptor.
   *
   * <p>Also makes what it is used with, for which the JDK may need a descriptor: by the time that
   * it is used there may be none, and whoever waits for the line would wait for ever.
   *
   * @throws IOException if it was not inherited, or not for writing; the message says which
   */
  InheritedDescriptor(int number) throws IOException {
    this.number = number;
    int flags = flags();
    // What an exec has left open is not closed by one. This and the mode keep off the JVM's own
    // files: before it comes here, it opens none that it writes and that an exec would leave open.
    if ((flags & CLOSE_ON_EXEC) != 0) {
      throw notOpen();
    }
    if ((flags & ACCESS_MODE) == 0) {
      throw new IOException("descriptor " + number + " is open for reading only");
    }
    try {
      write = function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
      close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    } catch (RuntimeException | LinkageError exhausted) {
      throw new IOException("descriptor " + number + " cannot be used: " + exhausted, exhausted);
    }
  }

  private int flags() throws IOException {
    try {
      return Files.readAllLines(Path.of("/proc/self/fdinfo/" + number)).stream()
          .filter(line -> line.startsWith("flags:"))
          .map(line -> Integer.parseInt(line.substring("flags:".length()).strip(), 8))
          .findFirst()
          .orElseThrow(this::notOpen);
    } catch (NoSuchFileException _) {
      throw notOpen();
    }
  }

  private IOException notOpen() {
    return new IOException("descriptor " + number + " is not open");
  }

  /**
   * Writes a line and closes the descriptor.
   *
   * @throws IOException if not all of it could be written; the descriptor is closed all the same
   */
  void writeAndClose(String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    long written;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(JAVA_BYTE, bytes);
      written = (long) write.invokeExact(number, memory, (long) bytes.length);
    } catch (Throwable impossible) {
      throw new IOException("descriptor " + number + " cannot be used", impossible);
    } finally {
      close();
    }
    if (written != bytes.length) {
      throw new IOException("descriptor " + number + " took no line: its reader may be gone");
    }
  }

  private void close() throws IOException {
    try {
      int _ = (int) close.invokeExact(number);
    } catch (Throwable impossible) {
      throw new IOException("descriptor " + number + " cannot be closed", impossible);
    }
  }

  @SuppressWarnings("restricted") // There is no other way, as said above.
  private static MethodHandle function(String name, FunctionDescriptor shape) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape);
  }
}
