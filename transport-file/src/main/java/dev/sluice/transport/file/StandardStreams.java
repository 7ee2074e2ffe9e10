package dev.sluice.transport.file;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.Scheme;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * {@code stdio:}: standard input and standard output of the process.
 *
 * <p>Ending a channel ends the stream for the whole process, {@link System#in} or {@link
 * System#out} included: a pipe that is read by another process must see its end. A channel opened
 * afterwards is refused; two at once share the bytes, and the first to end ends both.
 */
final class StandardStreams {
  static final Scheme SCHEME =
      Scheme.named("stdio")
          .doc(
              "Standard input (incoming) or standard output (outgoing) of this process, once each"
                  + " way: the end of the channel closes the stream, and a second channel is"
                  + " refused after that. Output that goes to a file is synced at the end, so that"
                  + " late errors show.")
          .build();

  private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

  private StandardStreams() {}

  /** Opens the incoming side. */
  static TransportChannel in(TransportAddress address) throws TransportException {
    requireOpen(FileDescriptor.in, "standard input", address);
    return SequentialFileChannel.overStandardStream(
        "stdin",
        Direction.READ,
        "standard input",
        new FileInputStream(FileDescriptor.in).getChannel(),
        false);
  }

  /** Opens the outgoing side. */
  static TransportChannel out(TransportAddress address) throws TransportException {
    requireOpen(FileDescriptor.out, "standard output", address);
    FileChannel output = new FileOutputStream(FileDescriptor.out).getChannel();
    InUse.requireNotReadHere(output, STANDARD_OUTPUT);
    return SequentialFileChannel.overStandardStream(
        "stdout", Direction.WRITE, "standard output", output, outputKeepsBytes());
  }

  /**
   * The JDK's close of descriptor 1 puts /dev/null there and loses close's errors; a sync tells.
   */
  private static boolean outputKeepsBytes() {
    try {
      return FileKind.of(STANDARD_OUTPUT).keepsBytes();
    } catch (IOException unknown) {
      return false;
    }
  }

  private static void requireOpen(
      FileDescriptor descriptor, String description, TransportAddress address)
      throws TransportException {
    if (!descriptor.valid()) {
      throw new TransportException(
          Kind.UNREACHABLE,
          "'" + address + "': " + description + " was used and closed before",
          "use stdio: once in each direction",
          null);
    }
  }
}
