package dev.sluice.it.qemu;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Command;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A real QEMU guest that runs {@code heartbeat.bin}; see the README beside that. */
final class Guest implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** The memory that the firmware walks, as in {@code heartbeat.S}. */
  private static final int START = 0x100000;

  private static final int END = 0x1800000;
  private static final int PAGE = 4096;

  private final Path work;
  private final Running process;
  private final Qmp qmp;

  private Guest(Path work, Running process, Qmp qmp) {
    this.work = work;
    this.process = process;
    this.qmp = qmp;
  }

  /**
   * Starts one.
   *
   * @param folder an empty one is made in it
   * @param name what to call it
   * @param more arguments, such as {@code -incoming}
   */
  static Guest start(Path folder, String name, String... more) throws IOException {
    Path work = Files.createDirectory(folder.resolve(name));
    Path firmware = work.resolve("heartbeat.bin");
    try (InputStream resource =
        Objects.requireNonNull(Guest.class.getResourceAsStream("heartbeat.bin"))) {
      Files.copy(resource, firmware);
    }
    Path control = work.resolve("qmp");
    Running process =
        Command.of("qemu-system-x86_64", "-M", "pc", "-m", "32", "-accel", "tcg", "-nodefaults")
            .plus("-display", "none", "-serial", "null", "-bios", firmware.toString())
            .plus("-qmp", "unix:" + control + ",server=on,wait=off")
            .plus(more)
            .start();
    Qmp qmp =
        await("QEMU's control socket")
            .atMost(LIMIT)
            .pollInterval(Duration.ofMillis(20))
            .until(
                () -> {
                  assertTrue(process.isAlive(), process::err);
                  return connect(control);
                },
                Optional::isPresent)
            .orElseThrow();
    return new Guest(work, process, qmp);
  }

  /** The file is there a moment before QEMU listens at it. */
  private static Optional<Qmp> connect(Path control) throws IOException {
    if (!Files.exists(control)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Qmp.connect(control));
    } catch (ConnectException _) {
      return Optional.empty();
    }
  }

  /** Starts one that waits until it is told where its stream comes from. */
  static Guest waiting(Path folder, String name) throws IOException {
    return start(folder, name, "-incoming", "defer");
  }

  /** Waits until it has walked its memory, so that there is something to lose. */
  void awaitWalk() {
    await("a walk of the guest")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> column()[0] > 1);
  }

  /** Tells it to migrate. */
  void migrate(String uri) throws IOException {
    qmp.execute("migrate", Map.of("uri", uri));
  }

  /** Tells it where its stream comes from, and returns the real address. */
  String migrateIncoming(String uri) throws IOException {
    qmp.execute("migrate-incoming", Map.of("uri", uri));
    if (!uri.startsWith("tcp:")) {
      return uri;
    }
    List<?> addresses =
        (List<?>)
            Objects.requireNonNull(qmp.execute("query-migrate", Map.of()).get("socket-address"));
    return "tcp:127.0.0.1:" + ((Map<?, ?>) addresses.getFirst()).get("port");
  }

  /** Returns the object {@code tls0} that {@link #useTls} needs, for {@code -object}. */
  static String credentials(Path certificates, String endpoint) {
    return "tls-creds-x509,id=tls0,verify-peer=on,dir=" + certificates + ",endpoint=" + endpoint;
  }

  /**
   * Lets it stand still for long: a JVM that has just started is slow at TLS, and this guest would
   * change its memory faster.
   */
  void allowDowntime() throws IOException {
    qmp.execute("migrate-set-parameters", Map.of("downtime-limit", 2_000));
  }

  /**
   * Makes it use TLS, with the object {@code tls0} that it was started with.
   *
   * @param peer the name that the other side's certificate has to be for, where it listens
   */
  void useTls(String peer) throws IOException {
    qmp.execute("migrate-set-parameters", Map.of("tls-creds", "tls0", "tls-hostname", peer));
    allowDowntime();
  }

  /** Turns capabilities of its migrations on. */
  void enable(List<String> capabilities) throws IOException {
    qmp.execute(
        "migrate-set-capabilities",
        Map.of(
            "capabilities",
            capabilities.stream().map(name -> Map.of("capability", name, "state", true)).toList()));
  }

  /** Sets the number of its channels for pages. */
  void multifdChannels(int count) throws IOException {
    qmp.execute("migrate-set-parameters", Map.of("multifd-channels", count));
  }

  /** Lets its guest run on the other side before all of its memory is there. */
  void startPostcopy() throws IOException {
    qmp.execute("migrate-start-postcopy", Map.of());
  }

  /** Makes its migration slow. */
  void limitBandwidth(long bytesPerSecond) throws IOException {
    qmp.execute("migrate-set-parameters", Map.of("max-bandwidth", bytesPerSecond));
  }

  void cancelMigration() throws IOException {
    qmp.execute("migrate_cancel", Map.of());
  }

  /** Waits until its migration, in or out, is over. */
  void awaitMigration(String expected) {
    String status =
        await("the end of a migration")
            .atMost(LIMIT)
            .pollInterval(Duration.ofMillis(50))
            .until(this::status, Set.of("completed", "failed", "cancelled")::contains);
    assertEquals(expected, status, () -> "QEMU says: " + process.err());
  }

  /** Waits until its migration is under way. */
  void awaitActive() {
    await("the start of a migration")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(this::status, "active"::equals);
  }

  private String status() throws IOException {
    @Nullable Object status = qmp.execute("query-migrate", Map.of()).get("status");
    return String.valueOf(status);
  }

  /** Checks that no page of its memory is lost, stale or torn, and that it goes on. */
  void assertIntactAndAlive() throws IOException {
    qmp.execute("stop", Map.of());
    byte[] before = column();
    assertIntact(before);
    // The counts wrap, so the first alone may be zero; the last page is one behind it then.
    assertTrue(before[0] != 0 || before[before.length - 1] != 0, "the guest had not begun");
    qmp.execute("cont", Map.of());
    await("the guest's heart to beat")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !Arrays.equals(before, column()));
    qmp.execute("stop", Map.of());
    assertIntact(column());
  }

  /** Going up, the first bytes of the pages are equal, but for one step down by one. */
  private static void assertIntact(byte[] column) {
    int step = -1;
    for (int page = 1; page < column.length; page++) {
      if (column[page] != column[page - 1]) {
        assertEquals(-1, step, "a second step at page " + page);
        assertEquals((byte) (column[page - 1] - 1), column[page], "a wrong step at page " + page);
        step = page;
      }
    }
  }

  /** Returns the first byte of each page; exact if the guest is stopped. */
  private byte[] column() throws IOException {
    Path dump = work.resolve("ram");
    qmp.execute("pmemsave", Map.of("val", START, "size", END - START, "filename", dump.toString()));
    byte[] memory = Files.readAllBytes(dump);
    assertEquals(END - START, memory.length);
    assertFalse(memory.length % PAGE != 0);
    byte[] column = new byte[memory.length / PAGE];
    for (int page = 0; page < column.length; page++) {
      column[page] = memory[page * PAGE];
    }
    return column;
  }

  /** Waits until it has given up by itself. */
  void awaitDeath() {
    await("the end of QEMU").atMost(LIMIT).until(() -> !process.isAlive());
  }

  /** Ends it as a crash would. */
  void kill() {
    process.signal("KILL");
  }

  @Override
  public void close() throws IOException {
    qmp.close();
    process.close();
  }
}
