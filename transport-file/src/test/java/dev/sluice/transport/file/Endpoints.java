package dev.sluice.transport.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;

/** Opens channels by address text and moves text through them. */
final class Endpoints {
  private Endpoints() {}

  static TransportChannel connect(String address) throws IOException {
    return connect(address, TransportContext.defaults());
  }

  static TransportChannel connect(String address, TransportContext context) throws IOException {
    return new FileTransport().connect(TransportAddress.parse(address), context);
  }

  static TransportListener listen(String address) throws IOException {
    return new FileTransport().listen(TransportAddress.parse(address), TransportContext.defaults());
  }

  static TransportChannel accept(String address) throws IOException {
    try (TransportListener listener = listen(address)) {
      return listener.accept().orElseThrow();
    }
  }

  static void write(TransportChannel channel, String text) throws IOException {
    ByteBuffer bytes = UTF_8.encode(text);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Reads to the end. */
  static String read(TransportChannel channel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer some = ByteBuffer.allocate(8192);
    while (channel.read(some) >= 0) {
      all.write(some.array(), 0, some.position());
      some.clear();
    }
    return all.toString(UTF_8);
  }

  /** Writes a whole stream. */
  static void send(String address, String text) throws IOException {
    try (TransportChannel channel = connect(address)) {
      write(channel, text);
    }
  }

  static TransportException assertFails(Kind kind, Executable call) {
    TransportException failure = assertThrows(TransportException.class, call);
    assertEquals(kind, failure.kind(), failure::toString);
    return failure;
  }

  /** Requires that a message tells the given things. */
  static void assertTells(Throwable failure, String... things) {
    String message = String.valueOf(failure.getMessage());
    for (String thing : things) {
      assertTrue(message.contains(thing), message);
    }
  }

  static Path mkfifo(Path path) throws IOException, InterruptedException {
    run("mkfifo", path.toString());
    return path;
  }

  static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + output);
  }

  /** Returns the names of a folder's unfinished files. */
  static List<Path> parts(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().contains(".sluice-part-")).toList();
    }
  }

  /** Returns how many descriptors of this process lead to a file. */
  static long descriptors(Path file) throws IOException {
    String name = file.toRealPath().toString();
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(link -> name.equals(targetOf(link))).count();
    }
  }

  private static String targetOf(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException goneMeanwhile) {
      return "";
    }
  }
}
