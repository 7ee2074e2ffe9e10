package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A process of its own, with few descriptors, in which somebody connects while there are none left.
 * It ends with 0 if that one is accepted once there are some again.
 */
final class ExhaustedListener {
  private static final Path ANY_FILE = Path.of("/dev/null");

  private final Deque<FileChannel> open = new ArrayDeque<>();

  private ExhaustedListener() {}

  static Process start(Path base, int freeCount) throws IOException {
    return new ProcessBuilder(
            "prlimit",
            "--nofile=256:256",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ExhaustedListener.class.getName(),
            base.toString(),
            Integer.toString(freeCount))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  public static void main(String[] args) throws IOException {
    new ExhaustedListener().run(MeetingFolder.open(Path.of(args[0])), Integer.parseInt(args[1]));
  }

  private void run(MeetingFolder folder, int freeCount) throws IOException {
    try (MeetingListener listener = Shm.listen(folder, "a")) {
      // Loads all classes that it takes.
      try (ControlSocket _ = Shm.connect(folder, "a");
          ControlSocket _ = listener.accept().orElseThrow()) {
        String _ = Shm.text(Shm.fails(Kind.ADDRESS, () -> Shm.name("/")));
        String _ = Failures.detail(new IOException("none"));
      }
      try (ControlSocket client = Shm.connect(folder, "a")) {
        exhaust(freeCount);
        for (int i = 0; i < 3; i++) {
          TransportException refused = Shm.fails(Kind.LIMIT, listener::accept);
          if (!Shm.text(refused).contains("ulimit -n")) {
            throw refused;
          }
        }
        release(open.size());
        try (ControlSocket server = listener.accept().orElseThrow()) {
          server.bell();
          client.await(Shm.LONG.toNanos());
          if (client.hearBells() != 1) {
            throw new IOException("another one was accepted");
          }
        }
      }
    }
  }

  private void exhaust(int freeCount) throws IOException {
    try {
      while (true) {
        open.push(FileChannel.open(ANY_FILE, StandardOpenOption.READ));
      }
    } catch (IOException full) {
      release(freeCount);
    }
  }

  private void release(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      open.pop().close();
    }
  }
}
