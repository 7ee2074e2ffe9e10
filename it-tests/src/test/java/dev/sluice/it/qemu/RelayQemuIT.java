package dev.sluice.it.qemu;

import static dev.sluice.it.support.Command.relay;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import dev.sluice.it.support.Certificates;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Loudly;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Migrations of real guests through one and two relays: the target is intact, and alive. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RelayQemuIT {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final int READ_FAILED = 5;
  private static final int WRITE_FAILED = 6;
  private static final int TRUNCATED = 7;

  @TempDir Path folder;

  /** What lies between two guests. */
  enum Way {
    ONE_RELAY,
    TWO_RELAYS_OVER_TCP,
    TWO_RELAYS_OVER_TLS,
    TWO_RELAYS_OVER_RDMA_SIM
  }

  /** What the guests agree on, and how many connections it takes. */
  enum How {
    PLAIN(1),
    RETURN_PATH(1, "return-path"),
    MULTIFD(5, "multifd"),
    MULTIFD_AND_RETURN_PATH(5, "multifd", "return-path"),
    XBZRLE(1, "xbzrle"),
    POSTCOPY(1, "postcopy-ram");

    private final int connections;
    private final ImmutableList<String> capabilities;

    How(int connections, String... capabilities) {
      this.connections = connections;
      this.capabilities = ImmutableList.copyOf(capabilities);
    }

    void configure(Guest guest) throws IOException {
      guest.enable(capabilities);
      if (connections > 1) {
        guest.multifdChannels(connections - 1);
      }
    }
  }

  @BeforeAll
  static void requireQemu() throws Exception {
    Loudly.require(
        Command.of("bash", "-c", "command -v qemu-system-x86_64").run().code() == 0,
        "RelayQemuIT, all 30 tests",
        "there is no qemu-system-x86_64 (Debian: apt-get install qemu-system-x86)");
  }

  /** QEMU asks for it with the system call or with the device, whichever it finds. */
  private static void requireUserfaultfd() throws Exception {
    boolean allowed =
        Files.isReadable(Path.of("/dev/userfaultfd"))
            || Command.of("bash", "-c", "[ $(</proc/sys/vm/unprivileged_userfaultfd) = 1 ]")
                    .run()
                    .code()
                == 0;
    Loudly.requireOfMachine(
        allowed, "RelayQemuIT, POSTCOPY (1 test)", "the kernel does not allow userfaultfd");
  }

  private String socket(String name) {
    return "unix:" + folder.resolve(name);
  }

  static Stream<Arguments> waysAndHows() {
    return Stream.of(Way.values())
        .flatMap(way -> Stream.of(How.values()).map(how -> Arguments.of(way, how)));
  }

  @ParameterizedTest
  @MethodSource("waysAndHows")
  void migration_arrivesIntact(Way way, How how) throws Exception {
    if (how == How.POSTCOPY) {
      requireUserfaultfd();
    }
    try (Guest source = Guest.start(folder, "source");
        Guest target = Guest.waiting(folder, "target")) {
      how.configure(source);
      how.configure(target);
      source.awaitWalk();
      String destination = target.migrateIncoming(socket("target.sock"));
      switch (way) {
        case ONE_RELAY -> {
          try (Running only = once(socket("in.sock"), destination).start()) {
            migrate(source, only.awaitListening(), target, how);
            assertRelayed(only, how);
          }
        }
        case TWO_RELAYS_OVER_TCP ->
            throughTwo("tcp:127.0.0.1:0", "", source, target, destination, how);
        case TWO_RELAYS_OVER_TLS -> {
          Certificates.requireOpenssl("RelayQemuIT, " + way + ", " + how + " (1 test)");
          String options = ",tls=on,tls-dir=" + Certificates.in(folder);
          source.allowDowntime();
          throughTwo("tcp:127.0.0.1:0", options, source, target, destination, how);
        }
        case TWO_RELAYS_OVER_RDMA_SIM ->
            throughTwo("rdma-sim:vm", ",dir=" + folder, source, target, destination, how);
      }
      target.assertIntactAndAlive();
    }
  }

  private static Command once(String incoming, String outgoing) {
    return relay(Mode.JSON, incoming, outgoing, "--once");
  }

  /** The address where the second one really listens tells nothing of its options. */
  private void throughTwo(
      String between, String options, Guest source, Guest target, String destination, How how)
      throws Exception {
    try (Running second = once(between + options, destination).start();
        Running first =
            once(socket("in.sock"), second.awaitListening().replaceFirst(",.*", "") + options)
                .start()) {
      migrate(source, first.awaitListening(), target, how);
      assertRelayed(first, how);
      assertRelayed(second, how);
    }
  }

  /** TLS by QEMU itself into one relay, and by another relay into a QEMU. */
  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "RETURN_PATH", "MULTIFD"})
  void qemusOwnTls_goesInAndOut(How how) throws Exception {
    Certificates.requireOpenssl("RelayQemuIT.qemusOwnTls, " + how + " (1 test)");
    Path certificates = Certificates.in(folder);
    String tls = ",tls=on,tls-close-notify=off,tls-dir=" + certificates;
    try (Guest source =
            Guest.start(folder, "source", "-object", Guest.credentials(certificates, "client"));
        Guest target =
            Guest.start(
                folder,
                "target",
                "-object",
                Guest.credentials(certificates, "server"),
                "-incoming",
                "defer")) {
      how.configure(source);
      how.configure(target);
      source.useTls("localhost");
      target.useTls("");
      source.awaitWalk();
      String destination = target.migrateIncoming("tcp:127.0.0.1:0") + tls;
      try (Running second = once(socket("middle.sock"), destination).start();
          Running first = once("tcp:127.0.0.1:0" + tls, second.awaitListening()).start()) {
        migrate(source, first.awaitListening().replaceFirst(",.*", ""), target, how);
        assertRelayed(first, how);
        assertRelayed(second, how);
      }
      target.assertIntactAndAlive();
    }
  }

  private static void migrate(Guest source, String to, Guest target, How how) throws IOException {
    if (how == How.POSTCOPY) {
      source.limitBandwidth(1 << 20);
      source.migrate(to);
      source.awaitActive();
      source.startPostcopy();
    } else {
      source.migrate(to);
    }
    source.awaitMigration("completed");
    target.awaitMigration("completed");
  }

  private static void assertRelayed(Running relay, How how) throws Exception {
    Outcome outcome = relay.await(LIMIT);
    outcome.succeeded();
    assertEquals((long) how.connections, outcome.lastEvent().get("connections"), outcome::toString);
    boolean answers = how == How.POSTCOPY || how.capabilities.contains("return-path");
    assertEquals(
        answers, !Objects.equals(0L, outcome.lastEvent().get("backward_bytes")), outcome::toString);
  }

  /** One relay process serves one migration after the other, whatever became of the last one. */
  @Test
  void afterACancelledMigration_theNextOneWorks() throws Exception {
    try (Guest source = Guest.start(folder, "source");
        Running relay = relay(Mode.JSON, socket("in.sock"), socket("target.sock")).start()) {
      String to = relay.awaitListening();
      source.awaitWalk();
      try (Guest given = Guest.waiting(folder, "given-up")) {
        given.migrateIncoming(socket("target.sock"));
        source.limitBandwidth(1 << 20);
        source.migrate(to);
        source.awaitActive();
        relay.awaitSaying("\"progress\".*\"forward_bytes\":[1-9]");
        source.cancelMigration();
        source.awaitMigration("cancelled");
        relay.awaitSaying("\"closed\"");
      }
      source.limitBandwidth(1 << 30);
      Files.deleteIfExists(folder.resolve("target.sock"));
      try (Guest target = Guest.waiting(folder, "target")) {
        target.migrateIncoming(socket("target.sock"));
        source.migrate(to);
        source.awaitMigration("completed");
        target.awaitMigration("completed");
        target.assertIntactAndAlive();
      }
      await().atMost(LIMIT).until(() -> relay.out().split("\"closed\"", -1).length == 3);
      relay.signal("TERM");
      Outcome outcome = relay.await(LIMIT);
      outcome.failed(
          Mode.JSON, TRUNCATED, "1 of 2 connections failed", "incoming", "after \\d+ bytes");
      assertEquals(
          2L,
          outcome.json().stream()
              .filter(event -> "summary".equals(event.get("type")))
              .findFirst()
              .orElseThrow()
              .get("connections"));
    }
  }

  /** A destination that dies has to be told to the source, or its guest would be gone. */
  @Test
  void destinationKilled_theSourceLearnsOfIt_andGoesOn() throws Exception {
    try (Guest source = Guest.start(folder, "source");
        Guest target = Guest.waiting(folder, "target")) {
      source.awaitWalk();
      source.limitBandwidth(1 << 20);
      String destination = target.migrateIncoming("tcp:127.0.0.1:0");
      try (Running relay = relay(Mode.PLAIN, "tcp:127.0.0.1:0", destination, "--once").start()) {
        source.migrate(relay.awaitListening());
        source.awaitActive();
        relay.awaitSaying("connection 1: outgoing");
        target.kill();
        relay
            .await(LIMIT)
            .failed(
                Mode.PLAIN, WRITE_FAILED, "outgoing", "after \\d+ bytes forward|before the first");
        source.awaitMigration("failed");
      }
      source.assertIntactAndAlive();
    }
  }

  /** The system ends the connection of a killed process: nobody waits for it for ever. */
  @Test
  void sourceKilled_theRelayEnds_andTheTargetDoesNotRun() throws Exception {
    try (Guest source = Guest.start(folder, "source");
        Guest target = Guest.waiting(folder, "target")) {
      source.awaitWalk();
      source.limitBandwidth(1 << 20);
      String destination = target.migrateIncoming("tcp:127.0.0.1:0");
      try (Running relay = relay(Mode.JSON, "tcp:127.0.0.1:0", destination, "--once").start()) {
        source.migrate(relay.awaitListening());
        source.awaitActive();
        relay.awaitSaying("\"progress\".*\"forward_bytes\":[1-9]");
        source.kill();
        Outcome outcome = relay.await(LIMIT);

        // With an answer that the source has not read, its system ends the connection as a reset.
        int code = outcome.code() == READ_FAILED ? READ_FAILED : TRUNCATED;
        outcome.failed(Mode.JSON, code, "incoming", "after \\d+ bytes");
        target.awaitDeath();
      }
    }
  }
}
