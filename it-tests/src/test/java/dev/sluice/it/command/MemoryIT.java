package dev.sluice.it.command;

import static dev.sluice.it.support.Command.copy;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Fifo;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Project;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The resident memory of a copy does not depend on its length. */
class MemoryIT {
  private static final long LIMIT_BYTES = 100L << 20;

  private static final Duration LONG = Duration.ofSeconds(50);

  @TempDir static Path folder;

  private static Path in = Path.of("");
  private static long size;

  private final List<String> peaks = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void makeSource() throws Exception {
    long space = Files.getFileStore(folder).getUsableSpace();
    size = Math.min(1L << 30, space / 4);
    if (size < 1L << 30) {
      System.err.println(
          "MemoryIT: only " + size + " bytes, because the disk has " + space + " left");
    }
    in = Bytes.file(folder.resolve("in"), size);
  }

  @AfterEach
  void tell(TestInfo test) throws IOException {
    Files.deleteIfExists(folder.resolve("out"));
    Files.write(
        Project.scratch()
            .resolve("memory-" + test.getDisplayName().replaceAll("\\W+", "-") + ".txt"),
        peaks);
  }

  @Test
  void fileToFile() throws Exception {
    try (Running copy = copy(Mode.PLAIN, "file:" + in, "file:" + out()).start()) {
      finish("file to file", copy);
    }
    assertCopied();
  }

  @Test
  void fileToFile_withADigest() throws Exception {
    try (Running copy =
        copy(Mode.PLAIN, "file:" + in, "file:" + out(), "--digest", "crc32c").start()) {
      finish("file to file with a digest", copy);
    }
    assertCopied();
  }

  /** What both sides share counts for each of them. */
  @ParameterizedTest
  @ValueSource(
      strings = {"tcp:127.0.0.1:0", "unix:FOLDER/memory.sock", "rdma-sim:memory,dir=FOLDER"})
  void fileToPeerToFile(String where) throws Exception {
    try (Running receiver =
            copy(Mode.PLAIN, where.replace("FOLDER", folder.toString()), "file:" + out()).start();
        Running sender = copy(Mode.PLAIN, "file:" + in, receiver.awaitListening()).start()) {
      Thread watch = Thread.ofPlatform().start(() -> watch("receiver of " + where, receiver));
      finish("sender to " + where, sender);
      watch.join();
      finish("receiver of " + where, receiver);
    }
    assertCopied();
  }

  @Test
  void fileToPipeToFile() throws Exception {
    Path fifo = Fifo.make(folder.resolve("pipe"));
    Command sending = copy(Mode.PLAIN, "file:" + in, "-");
    try (Running sender = sending.inScript("exec \"$@\" > " + fifo).start();
        Running receiver =
            copy(Mode.PLAIN, "-", "file:" + out()).inScript("exec \"$@\" < " + fifo).start()) {
      Thread watch = Thread.ofPlatform().start(() -> watch("receiver of stdio", receiver));
      finish("sender to stdio", sender);
      watch.join();
      finish("receiver of stdio", receiver);
    }
    assertCopied();
  }

  private static Path out() {
    return folder.resolve("out");
  }

  private static void assertCopied() throws IOException {
    Bytes.assertSame(in, out());
  }

  private void finish(String what, Running copy) throws Exception {
    watch(what, copy);
    copy.await(LONG).copied(Mode.PLAIN, size);
    assertTrue(
        peaks.stream().anyMatch(line -> line.startsWith(what + ": ")),
        () -> "not measured: " + what);
    List<String> tooMuch =
        peaks.stream()
            .filter(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)) > LIMIT_BYTES)
            .toList();
    assertTrue(tooMuch.isEmpty(), () -> "more than 100 MiB: " + tooMuch);
  }

  /** Reads the high-water mark, which only grows, until the process is gone. */
  private void watch(String what, Running copy) {
    long peak = 0;
    try {
      do {
        peak = Math.max(peak, peakOf(copy.pid()));
      } while (!copy.endsWithin(Duration.ofMillis(5)));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    if (peak > 0) {
      peaks.add(what + ": " + peak);
    }
  }

  /** Linux: a line "VmHWM: 12345 kB"; gone with the process. */
  private static long peakOf(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException gone) {
      return 0;
    }
  }
}
