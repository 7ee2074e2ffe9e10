package dev.sluice.transport.rdmasim;

import dev.sluice.api.Direction;
import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The other side in a process of its own. */
final class Child {
  /** What it does. */
  enum Role {
    /** Connects, and connects again. */
    CONNECT,
    /** Accepts all who come. */
    LISTEN,
    /** Says why it cannot listen. */
    LISTEN_IN_VAIN,
    /** Accepts one, and counts what it gets; then answers with 8 bytes. */
    COUNT,
    /** Accepts one, and sends back what it gets, in sizes of its own. */
    ECHO,
    /** Accepts one, offers memory, and looks there for each number that the stream names. */
    CHECK_PLACED
  }

  /** How many numbers fit into the memory that CHECK_PLACED offers. */
  static final int PLACE_COUNT = 1024;

  private Child() {}

  static Process start(Path base, Role role) throws IOException {
    return start(List.of(), base, role);
  }

  /**
   * Starts it.
   *
   * @param under a command that runs another one
   */
  static Process start(List<String> under, Path base, Role role) throws IOException {
    List<String> command = new ArrayList<>(under);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            base.toString(),
            role.name()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  public static void main(String[] args) throws Exception {
    Path base = Path.of(args[0]);
    switch (Role.valueOf(args[1])) {
      case CONNECT -> connect(base);
      case LISTEN -> listen(base);
      case LISTEN_IN_VAIN -> listenInVain(base);
      case COUNT -> count(base);
      case ECHO -> accepted(base, Child::echo);
      case CHECK_PLACED -> accepted(base, Child::checkPlaced);
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

  private static void listenInVain(Path base) throws IOException {
    try (TransportListener listener = Channels.listen(Channels.at(base))) {
      System.out.println("it listens at " + listener.address());
    } catch (TransportException refused) {
      System.out.println(refused.kind() + " " + Channels.text(refused));
    }
  }

  private static void serve(TransportChannel accepted) {
    try {
      Traffic.run(accepted);
    } catch (InterruptedException ended) {
      throw new IllegalStateException(ended);
    }
  }

  private interface Service {
    void serve(TransportChannel channel) throws IOException;
  }

  private static void accepted(Path base, Service service) throws IOException {
    try (TransportListener listener = Channels.listen(Channels.at(base) + Channels.WINDOW)) {
      System.out.println("ready");
      try (TransportChannel accepted = listener.accept().orElseThrow()) {
        accepted.establish();
        service.serve(accepted);
      }
    }
  }

  private static void echo(TransportChannel channel) throws IOException {
    SplittableRandom sizes = new SplittableRandom(1);
    ByteBuffer bytes = ByteBuffer.allocateDirect(100_000);
    while (channel.read(bytes.clear().limit(1 + sizes.nextInt(bytes.capacity()))) >= 0) {
      Channels.writeFully(channel, bytes.flip());
    }
    channel.shutdown(Direction.WRITE);
  }

  /** A place may hold a later number already, which is that of a multiple of all places on. */
  private static void checkPlaced(TransportChannel channel) throws IOException {
    RegisteredMemory memory = channel.allocate(PLACE_COUNT * (long) Long.BYTES);
    ByteBuffer key = memory.key();
    Channels.writeFully(channel, Channels.one(key.remaining()));
    Channels.writeFully(channel, key);
    long wrong = 0;
    while (true) {
      ByteBuffer number = Channels.readFully(channel, Long.BYTES);
      if (!number.hasRemaining()) {
        break;
      }
      long told = number.getLong();
      long placed = memory.segment().getAtIndex(ValueLayout.JAVA_LONG, told % PLACE_COUNT);
      if (placed < told || (placed - told) % PLACE_COUNT != 0) {
        wrong++;
      }
    }
    Channels.writeFully(channel, ByteBuffer.allocate(Long.BYTES).putLong(wrong).flip());
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
