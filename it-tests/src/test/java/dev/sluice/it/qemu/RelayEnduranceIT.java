package dev.sluice.it.qemu;

import static org.awaitility.Awaitility.waitAtMost;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Command;
import dev.sluice.it.support.Footprint;
import dev.sluice.it.support.Loudly;
import dev.sluice.it.support.Peer;
import dev.sluice.it.support.Project;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One relay process serves migration after migration, and has at the end what it had at first. */
@Timeout(400)
class RelayEnduranceIT {
  private static final int MIGRATIONS = Integer.getInteger("sluice.migrations", 50);
  private static final int CONNECTIONS = Integer.getInteger("sluice.connections", 10_000);

  /** Every so many-th migration is cancelled. */
  private static final int CANCELLED = 3;

  /** Compiled code and tables of the JVM: it grows with use up to some size, whatever the use. */
  private static final long WARMTH_BYTES = 48L << 20;

  private static final Duration SETTLED = Duration.ofSeconds(10);

  /** The launcher makes the JVM do so every 5 s. */
  private static final Duration GIVEN_BACK = Duration.ofSeconds(20);

  @TempDir Path folder;

  @BeforeAll
  static void requireQemu() throws Exception {
    Loudly.require(
        Command.of("bash", "-c", "command -v qemu-system-x86_64").run().code() == 0,
        "RelayEnduranceIT, 1 of 2 tests",
        "there is no qemu-system-x86_64 (Debian: apt-get install qemu-system-x86)");
  }

  private Running relay(String incoming, String outgoing) throws IOException {
    return Command.sluice("relay", incoming, outgoing).start();
  }

  /** A guest that has arrived is the next one to go; one that was cancelled goes again. */
  @Test
  void migrationAfterMigration_someCancelled_leavesNothingBehind() throws Exception {
    String target = "unix:" + folder.resolve("q.sock");
    List<Footprint> footprints = new ArrayList<>();
    try (Running relay = relay("unix:" + folder.resolve("m.sock"), target)) {
      String incoming = relay.awaitListening();
      int idle = idleDescriptorCount(relay);
      Guest here = Guest.start(folder, "guest-0");
      try {
        here.awaitWalk();
        for (int n = 1; n <= MIGRATIONS; n++) {
          Guest there = Guest.waiting(folder, "guest-" + n);
          there.migrateIncoming(target);
          if (n % CANCELLED == 0) {
            cancelInTheMiddle(here, incoming);
            there.close();
          } else {
            here.limitBandwidth(1L << 30);
            here.migrate(incoming);
            here.awaitMigration("completed");
            there.awaitMigration("completed");
            here.close();
            here = there;
          }
          footprints.add(settled(relay, idle));
        }
        here.assertIntactAndAlive();
      } finally {
        here.close();
      }
      assertLevel("migrations", footprints, relay);
      relay.signal("TERM");
      relay.await(SETTLED).noTrace();
    }
  }

  private static void cancelInTheMiddle(Guest guest, String incoming) throws IOException {
    guest.limitBandwidth(1 << 20);
    guest.migrate(incoming);
    guest.awaitActive();
    guest.cancelMigration();
    guest.awaitMigration("cancelled");
  }

  @Test
  void shortConnections_leaveNothingBehind() throws Exception {
    List<Footprint> footprints = new ArrayList<>();
    // Closed the other way round: who answers ends with the server, and is waited for.
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ServerSocketChannel server = Peer.tcp("127.0.0.1");
        Running relay = relay("tcp:127.0.0.1:0", Peer.address(server))) {
      String incoming = relay.awaitListening();
      int idle = idleDescriptorCount(relay);
      Future<?> answering = threads.submit(() -> answerAll(server, threads));
      for (int round = 0; round < 10; round++) {
        List<Future<Integer>> clients = new ArrayList<>();
        for (int client = 0; client < 4; client++) {
          clients.add(threads.submit(() -> callRepeatedly(incoming, CONNECTIONS / 40)));
        }
        for (Future<Integer> client : clients) {
          assertEquals(CONNECTIONS / 40, client.get());
        }
        footprints.add(settled(relay, idle));
      }
      server.close();
      answering.get();
      assertLevel("connections", footprints, relay);
      relay.signal("TERM");
      relay.await(SETTLED).succeeded();
    }
  }

  /** Answers each request with as many bytes, once it has ended. */
  private static Void answerAll(ServerSocketChannel server, ExecutorService threads)
      throws IOException {
    try {
      while (true) {
        SocketChannel socket = server.accept();
        Future<Void> _ = threads.submit(() -> answer(socket));
      }
    } catch (AsynchronousCloseException over) {
      return null;
    }
  }

  private static Void answer(SocketChannel socket) throws IOException {
    try (socket) {
      ByteBuffer request = ByteBuffer.allocate(256);
      while (socket.read(request) >= 0) {
        // To the end: the answer comes behind it.
      }
      socket.write(request.flip());
    }
    return null;
  }

  /** Returns how many calls were answered in full. */
  private static int callRepeatedly(String address, int calls) throws IOException {
    int answered = 0;
    for (int n = 0; n < calls; n++) {
      try (SocketChannel socket = Peer.connect(address)) {
        socket.write(ByteBuffer.allocate(100));
        socket.shutdownOutput();
        ByteBuffer answer = ByteBuffer.allocate(256);
        while (socket.read(answer) >= 0) {
          // To the end.
        }
        answered += answer.position() == 100 ? 1 : 0;
      }
    }
    return answered;
  }

  /** It takes some for the first connection a moment after it has said that it listens. */
  private static int idleDescriptorCount(Running relay) {
    AtomicInteger before = new AtomicInteger();
    return waitAtMost(SETTLED)
        .alias("no more descriptors are opened")
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> Footprint.of(relay.pid()).descriptorCount(), now -> before.getAndSet(now) == now);
  }

  /** Waits until it has as many descriptors as before: the last connection ends a moment later. */
  private static Footprint settled(Running relay, int descriptorCount) {
    return waitAtMost(SETTLED)
        .alias("as many descriptors as before any connection: " + descriptorCount)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Footprint.of(relay.pid()), now -> now.descriptorCount() <= descriptorCount);
  }

  private static void assertLevel(String what, List<Footprint> footprints, Running relay)
      throws IOException {
    Files.writeString(
        Project.scratch().resolve("relay-" + what + ".txt"),
        String.join("\n", footprints.stream().map(Footprint::toString).toList()));
    Footprint first = footprints.getFirst();
    Footprint last = footprints.getLast();
    assertTrue(last.threadCount() <= first.threadCount() + 2, footprints::toString);
    assertTrue(
        last.residentByteCount() <= first.residentByteCount() + WARMTH_BYTES, footprints::toString);
    // Half-way it is warm: from there on nothing may be added at all, but for what the JVM's
    // compiler
    // has taken and gives back a little later.
    Footprint middle = footprints.get(footprints.size() / 2);
    waitAtMost(GIVEN_BACK)
        .alias("as much memory as after half of " + footprints)
        .until(
            () -> Footprint.of(relay.pid()).residentByteCount(),
            now -> now <= middle.residentByteCount() + (8 << 20));
  }
}
