package dev.sluice.transport.file;

import static dev.sluice.transport.file.Endpoints.accept;
import static dev.sluice.transport.file.Endpoints.connect;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.transport.file.Caller.Call;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Standard streams belong to a process, so each test starts one. */
@Timeout(20)
final class StandardStreamsTest {
  @TempDir private Path folder;
  private @Nullable Process process;

  private Process start(String what, Redirect output) throws IOException {
    Process started = Child.of(List.of(), Cases.class, what).redirectOutput(output).start();
    process = started;
    return started;
  }

  @AfterEach
  void stop() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  @Test
  void copy_bytesArrive_theReaderSeesTheEnd_andSecondUseIsRefused() throws Exception {
    byte[] bytes = new byte[1_000_000];
    new Random(1).nextBytes(bytes);
    Process copy = start("copy", Redirect.PIPE);
    Call<?> writing =
        Caller.PLATFORM.start(
            () -> {
              try (OutputStream input = copy.getOutputStream()) {
                input.write(bytes);
              }
              return null;
            });
    assertArrayEquals(bytes, copy.getInputStream().readAllBytes());
    writing.result();
    assertTrue(copy.isAlive(), "the end came from the channel, not from the end of the process");
    BufferedReader errors = copy.errorReader();
    assertEquals("[]", errors.readLine());
    assertEquals(
        "UNREACHABLE: 'stdio:': standard output was used and closed before", errors.readLine());
    assertEquals(
        "UNREACHABLE: 'stdio:': standard input was used and closed before", errors.readLine());
  }

  @Test
  void output_toAFile_isComplete() throws Exception {
    File file = folder.resolve("output").toFile();
    Process output = start("write", Redirect.to(file));
    assertEquals("true", output.errorReader().readLine());
    assertEquals(0, output.waitFor());
    assertEquals("text", Files.readString(file.toPath()));
  }

  @Test
  void output_full_isTold() throws Exception {
    Process output = start("write", Redirect.to(new File("/dev/full")));
    String error = output.errorReader().readLine();
    assertTrue(error.startsWith("IO: writing standard output failed after 0 bytes: "), error);
  }

  @Test
  void input_blocked_isEndedByAbort() throws Exception {
    Process input = start("abort", Redirect.DISCARD);
    BufferedReader errors = input.errorReader();
    assertEquals("PLATFORM aborted", errors.readLine());
  }

  @Test
  void input_blockedVirtualThread_isEndedByAbort() throws Exception {
    Process input = start("abort-virtual", Redirect.DISCARD);
    assertEquals("VIRTUAL aborted", input.errorReader().readLine());
  }

  /** Uses its own standard streams, and tells on standard error. */
  static final class Cases {
    private Cases() {}

    public static void main(String[] arguments) throws Exception {
      try {
        switch (arguments[0]) {
          case "copy" -> copy();
          case "write" -> write(connect("stdio:"));
          case "abort" -> abort(Caller.PLATFORM);
          case "abort-virtual" -> abort(Caller.VIRTUAL);
          default -> throw new AssertionError(arguments[0]);
        }
      } catch (TransportException failure) {
        tell(failure);
      }
    }

    private static void tell(TransportException failure) {
      System.err.println(failure.kind() + ": " + failure.getMessage());
    }

    private static void copy() throws Exception {
      try (TransportChannel in = accept("stdio:");
          TransportChannel out = connect("stdio:")) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(10_000);
        while (in.read(bytes) >= 0) {
          bytes.flip();
          while (bytes.hasRemaining()) {
            out.write(bytes);
          }
          bytes.clear();
        }
        System.err.println(out.features());
      }
      for (Opening opening : new Opening[] {() -> connect("stdio:"), () -> accept("stdio:")}) {
        try {
          System.err.println(opening.open());
        } catch (TransportException refused) {
          tell(refused);
        }
      }
      // Long enough to tell the end of the stream from the end of the process.
      Thread.sleep(Duration.ofSeconds(15));
    }

    @FunctionalInterface
    private interface Opening {
      TransportChannel open() throws IOException;
    }

    private static void write(TransportChannel out) throws IOException {
      Endpoints.write(out, "text");
      out.close();
      System.err.println(!out.isOpen());
    }

    private static void abort(Caller caller) throws IOException {
      TransportChannel in = accept("stdio:");
      Call<Integer> reading = caller.start(() -> in.read(ByteBuffer.allocate(1)));
      Caller.awaitThreadIn("read");
      in.abort();
      reading.failure(AsynchronousCloseException.class);
      System.err.println(caller + " aborted");
    }
  }
}
