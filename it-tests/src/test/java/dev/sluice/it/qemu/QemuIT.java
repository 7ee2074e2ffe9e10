package dev.sluice.it.qemu;

import static dev.sluice.it.support.Command.copy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Certificates;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Folder;
import dev.sluice.it.support.Loudly;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Project;
import dev.sluice.it.support.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations of real guests, recorded, played and passed on by {@code sluice copy}. */
class QemuIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  @BeforeAll
  static void requireQemu() throws Exception {
    Loudly.require(
        Command.of("bash", "-c", "command -v qemu-system-x86_64").run().code() == 0,
        "QemuIT, all its tests",
        "there is no qemu-system-x86_64 (Debian: apt-get install qemu-system-x86)");
  }

  private String address(String scheme, String name) {
    return scheme.equals("tcp") ? "tcp:127.0.0.1:0" : "unix:" + folder.resolve(name);
  }

  /** Records the migration of a running guest. */
  private Path record(String scheme) throws Exception {
    Path recording = folder.resolve("vm.mig");
    try (Guest source = Guest.start(folder, "source");
        Running copy = copy(Mode.PLAIN, address(scheme, "m.sock"), "file:" + recording).start()) {
      source.awaitWalk();
      source.migrate(copy.awaitListening());
      source.awaitMigration("completed");
      copy.await(LIMIT).copied(Mode.PLAIN, Files.size(recording));
    }
    return recording;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "unix"})
  void recording_startsAGuest(String scheme) throws Exception {
    Path recording = record(scheme);

    try (Guest restored = Guest.start(folder, "restored", "-incoming", "exec:cat " + recording)) {
      restored.awaitMigration("completed");
      restored.assertIntactAndAlive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "unix"})
  void recording_isPlayedIntoAWaitingGuest(String scheme) throws Exception {
    Path recording = record("unix");

    try (Guest restored = Guest.waiting(folder, "restored")) {
      String address = restored.migrateIncoming(address(scheme, "q.sock"));
      copy(Mode.JSON, "file:" + recording, address).run().copied(Mode.JSON, Files.size(recording));
      restored.awaitMigration("completed");
      restored.assertIntactAndAlive();
    }
  }

  /** QEMU does not speak rdma-sim, so one copy takes it from a socket, and another one records. */
  @Test
  void recordingThroughRdmaSim_startsAGuest() throws Exception {
    Path recording = folder.resolve("vm.mig");
    try (Guest source = Guest.start(folder, "source");
        Running recorder =
            copy(Mode.PLAIN, "rdma-sim:vm,dir=" + folder, "file:" + recording).start();
        Running relay =
            copy(Mode.PLAIN, address("unix", "m.sock"), recorder.awaitListening()).start()) {
      source.awaitWalk();
      source.migrate(relay.awaitListening());
      source.awaitMigration("completed");
      relay.await(LIMIT).succeeded();
      recorder.await(LIMIT).copied(Mode.PLAIN, Files.size(recording));
    }
    Folder.assertHolds(Folder.meeting(folder));

    try (Guest restored = Guest.start(folder, "restored", "-incoming", "exec:cat " + recording)) {
      restored.awaitMigration("completed");
      restored.assertIntactAndAlive();
    }
  }

  @ParameterizedTest
  @CsvSource({"tcp, unix", "unix, tcp"})
  void liveMigration_passesThrough(String from, String to) throws Exception {
    try (Guest source = Guest.start(folder, "source");
        Guest target = Guest.waiting(folder, "target")) {
      source.awaitWalk();
      String outgoing = target.migrateIncoming(address(to, "q.sock"));
      try (Running copy = copy(Mode.PLAIN, address(from, "m.sock"), outgoing).start()) {
        source.migrate(copy.awaitListening());
        source.awaitMigration("completed");
        target.awaitMigration("completed");
        copy.await(LIMIT).succeeded();
      }
      target.assertIntactAndAlive();
    }
  }

  /** QEMU's own TLS on both ends of the recording, with the folder that Sluice uses too. */
  @Test
  void recordingOverTls_startsAGuest_overTls() throws Exception {
    Certificates.requireOpenssl("QemuIT.recordingOverTls (1 test)");
    Path certificates = Certificates.in(folder);
    String tls = ",tls=on,tls-close-notify=off,tls-dir=" + certificates;
    Path recording = folder.resolve("vm.mig");
    try (Guest source =
            Guest.start(folder, "source", "-object", Guest.credentials(certificates, "client"));
        Running copy = copy(Mode.PLAIN, "tcp:127.0.0.1:0" + tls, "file:" + recording).start()) {
      source.awaitWalk();
      source.useTls("localhost");
      source.migrate(copy.awaitListening());
      source.awaitMigration("completed");
      copy.await(LIMIT).copied(Mode.PLAIN, Files.size(recording));
    }

    try (Guest restored =
        Guest.start(
            folder,
            "restored",
            "-object",
            Guest.credentials(certificates, "server"),
            "-incoming",
            "defer")) {
      restored.useTls("");
      String address = restored.migrateIncoming("tcp:127.0.0.1:0");
      copy(Mode.JSON, "file:" + recording, address + tls)
          .run()
          .copied(Mode.JSON, Files.size(recording));
      restored.awaitMigration("completed");
      restored.assertIntactAndAlive();
    }
  }

  /** Without being told that QEMU does so, an end without close_notify is none. */
  @Test
  void recordingOverTls_isATruncation_unlessQemusEndIsAllowed() throws Exception {
    Certificates.requireOpenssl("QemuIT.recordingOverTls_isATruncation (1 test)");
    Path certificates = Certificates.in(folder);
    Path recording = folder.resolve("vm.mig");
    try (Guest source =
            Guest.start(folder, "source", "-object", Guest.credentials(certificates, "client"));
        Running copy =
            copy(Mode.PLAIN, "tcp:127.0.0.1:0,tls=on,tls-dir=" + certificates, "file:" + recording)
                .start()) {
      source.awaitWalk();
      source.useTls("localhost");
      source.migrate(copy.awaitListening());
      copy.await(LIMIT).failed(Mode.PLAIN, 7, "close_notify", "tls-close-notify=off");
    }
    assertFalse(Files.exists(recording));
  }

  /**
   * QEMU ends a cancelled stream as it ends a complete one, with a FIN: a copy, which does not know
   * the format, cannot tell. It must not hang, and the source must go on.
   */
  @Test
  void cancelledMigration_hangsNobody() throws Exception {
    Path recording = folder.resolve("vm.mig");
    try (Guest source = Guest.start(folder, "source");
        Running copy = copy(Mode.PLAIN, "tcp:127.0.0.1:0", "file:" + recording).start()) {
      source.awaitWalk();
      source.limitBandwidth(1 << 20);
      source.migrate(copy.awaitListening());
      source.awaitActive();
      Folder.awaitBytes(folder, 100_000);
      source.cancelMigration();
      source.awaitMigration("cancelled");
      Outcome outcome = copy.await(LIMIT);

      outcome.noTrace();
      Files.writeString(Project.scratch().resolve("qemu-cancelled.txt"), outcome.toString());
      assertTrue(outcome.code() == 0 || outcome.code() == 5, outcome::toString);
      assertEquals(outcome.code() == 0, Files.exists(recording));
      source.assertIntactAndAlive();
    }
  }

  /** A destination that dies has to be told to the source, or its guest would be gone. */
  @Test
  void destinationKilled_theSourceLearnsOfIt_andGoesOn() throws Exception {
    try (Guest source = Guest.start(folder, "source");
        Guest target = Guest.waiting(folder, "target")) {
      source.awaitWalk();
      source.limitBandwidth(1 << 20);
      String outgoing = target.migrateIncoming("tcp:127.0.0.1:0");
      try (Running copy = copy(Mode.PLAIN, "tcp:127.0.0.1:0", outgoing).start()) {
        source.migrate(copy.awaitListening());
        source.awaitActive();
        target.kill();
        copy.await(LIMIT).failed(Mode.PLAIN, 6, "outgoing");
        source.awaitMigration("failed");
      }
      source.assertIntactAndAlive();
    }
  }
}
