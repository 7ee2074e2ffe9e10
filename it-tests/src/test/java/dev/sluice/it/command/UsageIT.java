package dev.sluice.it.command;

import static dev.sluice.it.support.Command.copy;
import static dev.sluice.it.support.Command.sluice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Folder;
import dev.sluice.it.support.Mode;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Project;
import dev.sluice.it.support.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, version, and what cannot be meant: exit status 2, before anything is opened. */
class UsageIT {
  private static final int USAGE = 2;

  /** A terminal of the usual size. */
  private static final int COLUMNS = 80;

  private static final int ROWS = 24;

  @TempDir Path folder;

  private Path in = Path.of("");

  @BeforeEach
  void makeSource() throws Exception {
    in = Files.write(folder.resolve("in"), new byte[10]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "copy", "relay", "transports", "demo", "simulate"})
  void help_fitsAScreen(String command) throws Exception {
    Outcome help =
        (command.isEmpty() ? sluice() : sluice(command)).plus("--help").run().succeeded();

    assertFalse(help.out().isEmpty(), help::toString);
    int rows = help.out().lines().mapToInt(UsageIT::rows).sum();
    assertTrue(rows <= ROWS, () -> rows + " rows: " + help);
    assertEquals("", help.err());
  }

  /** What is too wide is broken. */
  private static int rows(String line) {
    return Math.max(1, Math.ceilDiv(line.length(), COLUMNS));
  }

  @Test
  void help_namesTheCommands() throws Exception {
    String help = sluice("--help").run().succeeded().out();

    assertTrue(
        Stream.of("copy", "relay", "transports", "demo", "simulate", "--plugins")
            .allMatch(help::contains),
        help);
  }

  @Test
  void version_isTold() throws Exception {
    Outcome version = sluice("--version").run().succeeded();

    assertTrue(version.out().startsWith("sluice " + Project.version()), version::toString);
  }

  @Test
  void launcher_becomesTheJvm() throws Exception {
    // Whoever stops a command by its process id, as supervisors do, has to hit the JVM.
    try (Running running = sluice("copy", "-", "null:").withInputPipe().start()) {
      running.awaitIdle();
      running.stdin().close();
      running.await(Duration.ofSeconds(20)).copied(Mode.PLAIN, 0);
    }
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
            List.of(
                "unknown scheme",
                "nope:x",
                "OUT",
                "nope",
                "file",
                "null",
                "rdma-sim",
                "stdio",
                "tcp",
                "unix"),
            List.of("unknown scheme outgoing", "IN", "nope:x", "nope", "file", "tcp", "unix"),
            List.of("unknown option of file", "IN,colour=red", "OUT", "colour", "offset"),
            List.of(
                "unknown option of tcp", "tcp:127.0.0.1:0,colour=red", "OUT", "colour", "nodelay"),
            List.of("option of the other side", "IN,fsync=off", "OUT", "fsync"),
            List.of("option twice", "IN,offset=1,offset=2", "OUT", "offset", "twice"),
            List.of("option of the wrong type", "IN,offset=much", "OUT", "offset", "much"),
            List.of("negative offset", "IN,offset=-1", "OUT", "offset", "-1"),
            List.of("no scheme", "FOLDER/in", "OUT", "scheme"),
            List.of("empty address", "", "OUT", "scheme|empty"),
            List.of("empty scheme", ":x", "OUT", "scheme"),
            List.of("scheme in capitals", "FILE:FOLDER/in", "OUT", "scheme"),
            List.of("no path", "file:", "OUT", "file"),
            List.of("no outgoing path", "IN", "file:", "file"),
            List.of("no socket path", "unix:", "OUT", "unix"),
            List.of("no port", "tcp:127.0.0.1", "OUT", "port"),
            List.of("port no number", "tcp:127.0.0.1:http!", "OUT", "port|http!"),
            List.of("port too large", "tcp:127.0.0.1:65536", "OUT", "65536|65535"),
            List.of("negative port", "tcp:127.0.0.1:-1", "OUT", "port|-1"),
            List.of("port 0 outgoing", "IN", "tcp:127.0.0.1:0", "port"),
            List.of("bracket open", "tcp:[::1:4444", "OUT", "\\[::1|bracket"),
            List.of("null with a target", "null:x", "OUT", "null"),
            List.of("stdio with a target", "stdio:x", "OUT", "stdio"),
            List.of(
                "long unix path incoming",
                "unix:/tmp/" + "x".repeat(195),
                "OUT",
                "106|too long|bytes"),
            List.of(
                "long unix path outgoing",
                "IN",
                "unix:/tmp/" + "x".repeat(195),
                "106|too long|bytes"),
            List.of("no endpoint", "rdma-sim:", "OUT", "rdma-sim:NAME"),
            List.of("endpoint with a slash", "rdma-sim:../x", "OUT", "'../x'", "letters|a-z"),
            List.of("outgoing endpoint with a dot first", "IN", "rdma-sim:.x", "'\\.x'"),
            List.of("long endpoint", "rdma-sim:" + "x".repeat(65), "OUT", "64"),
            List.of("unknown link", "rdma-sim:x,link=nosuch", "OUT", "nosuch", "roce25-rack"),
            List.of("unknown outgoing link", "IN", "rdma-sim:x,link=nosuch", "nosuch", "az100"),
            List.of("small window", "rdma-sim:x,window=1KiB", "OUT", "1024|1KiB", "64KiB", "4GiB"),
            List.of("large outgoing window", "IN", "rdma-sim:x,window=5GiB", "5368709120", "4GiB"),
            List.of("window no number", "rdma-sim:x,window=lots", "OUT", "window", "lots"),
            List.of(
                "connect-timeout incoming",
                "rdma-sim:x,connect-timeout=1s",
                "OUT",
                "connect-timeout",
                "outgoing"),
            List.of("both sides one file", "IN", "IN", "both|same|different"))
        .flatMap(
            row -> Stream.of(Mode.values()).map(mode -> Arguments.of(row.getFirst(), mode, row)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("wrong")
  void wrongAddress_isUsage(String what, Mode mode, List<String> row) throws Exception {
    Outcome outcome = copy(mode, address(row.get(1)), address(row.get(2))).run();

    outcome.failed(mode, USAGE, row.subList(3, row.size()).toArray(String[]::new));
    Folder.assertHolds(folder, "in");
    assertEquals(10, Files.size(in));
  }

  private String address(String text) {
    return text.replaceFirst("^IN", "file:" + in)
        .replaceFirst("^OUT", "file:" + folder.resolve("out"))
        .replace("FOLDER", folder.toString());
  }

  static Stream<Arguments> wrongOptions() {
    return Stream.of(
            List.of("--colour", "--colour"),
            List.of("--rate fast", "rate"),
            List.of("--rate 0", "rate"),
            List.of("--rate -5", "rate|-5"),
            List.of("--rate", "rate"),
            List.of("--digest md5", "md5", "sha256", "crc32c"),
            List.of("--progress loud", "loud", "auto", "line", "none"),
            List.of("third:address", "third:address"))
        .flatMap(
            row -> Stream.of(Mode.values()).map(mode -> Arguments.of(row.getFirst(), mode, row)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("wrongOptions")
  void wrongOption_isUsage(String what, Mode mode, List<String> row) throws Exception {
    Outcome outcome =
        copy(mode, "file:" + in, "file:" + folder.resolve("out")).plus(what.split(" ")).run();

    outcome.failed(mode, USAGE, row.subList(1, row.size()).toArray(String[]::new));
    Folder.assertHolds(folder, "in");
  }

  @ParameterizedTest
  @EnumSource
  void missingAddress_isUsage(Mode mode) throws Exception {
    copy(mode, "file:" + in).run().failed(mode, USAGE, "outgoing");
    copy(mode).run().failed(mode, USAGE, "incoming");
  }

  @Test
  void unknownCommand_isUsage() throws Exception {
    sluice("frobnicate").run().failed(Mode.PLAIN, USAGE, "frobnicate", "copy");
  }

  @Test
  void unknownSchemeToExplain_isUsage() throws Exception {
    sluice("transports", "nope").run().failed(Mode.PLAIN, USAGE, "nope", "file", "tcp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "stdio:", "file:/dev/stdout", "file:/proc/self/fd/1"})
  void jsonOnTheStandardOutputThatCarriesTheStream_isUsage(String outgoing) throws Exception {
    copy(Mode.JSON, "file:" + in, outgoing).run().failed(Mode.JSON, USAGE, "standard output");
    // A pipe is found as well as the file that the test gave it above.
    copy(Mode.JSON, "file:" + in, outgoing)
        .inScript("set -o pipefail; \"$@\" | cat")
        .run()
        .failed(Mode.JSON, USAGE, "standard output");
  }

  @Test
  void jsonAndAStreamToTheNullDevice_doNotMeet() throws Exception {
    copy(Mode.JSON, "file:" + in, "file:/dev/null")
        .inScript("\"$@\" > /dev/null")
        .run()
        .succeeded();
  }

  @Test
  void resultsThatNobodyGets_areNoSuccess() throws Exception {
    sluice("transports")
        .inScript("exec \"$@\" >/dev/full")
        .run()
        .failed(Mode.PLAIN, 6, "standard output");
  }
}
