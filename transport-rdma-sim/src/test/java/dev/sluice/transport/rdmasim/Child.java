package dev.sluice.transport.rdmasim;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The other side in a process of its own. */
final class Child {
  /** What it does. */
  enum Role {
    /** Connects, and connects again. */
    CONNECT,
    /** Accepts all who come. */
    LISTEN,
    /** Accepts one, and counts what it gets; then answers with 8 bytes. */
    COUNT
  }

  private Child() {}

  static Process start(Path base, Role role) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            base.toString(),
            role.name());
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  public static void main(String[] args) throws Exception {
    Path base = Path.of(args[0]);
    switch (Role.valueOf(args[1])) {
      case CONNECT -> connect(base);
      case LISTEN -> listen(base);
      case COUNT -> count(base);
    }
  }

  private static void connect(Path base) throws Exception {
    System.out.println("ready");
    while (true) {
      Traffic.run(Channels.connect(Channels.at(base) + Channels.WINDOW));
    }
  }

  private static void listen(Path base) throws Exception {
    try (TransportListener listener = Channels.listen(Channels.at(base) + Channels.WINDOW)) {
      System.out.println("ready");
      while (true) {
        TransportChannel accepted = listener.accept().orElseThrow();
        Thread.ofPlatform().start(() -> serve(accepted));
      }
    }
  }

  private static void serve(TransportChannel accepted) {
    try {
      Traffic.run(accepted);
    } catch (InterruptedException ended) {
      throw new IllegalStateException(ended);
    }
  }

  private static void count(Path base) throws Exception {
    try (TransportListener listener = Channels.listen(Channels.at(base) + Channels.WINDOW)) {
      System.out.println("ready");
      try (TransportChannel accepted = listener.accept().orElseThrow()) {
        ByteBuffer sum = ByteBuffer.allocate(Long.BYTES);
        Channels.writeFully(accepted, sum.putLong(Channels.drain(accepted)).flip());
      }
    }
  }
}
