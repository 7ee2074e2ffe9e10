package dev.sluice.it.support;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A command to run; immutable.
 *
 * @param words what is started
 * @param input what its standard input is
 * @param keepsOutput whether standard output goes to a file; otherwise it is a pipe that only the
 *     test reads
 */
public record Command(List<String> words, Redirect input, boolean keepsOutput) {
  /** Much longer than any of these commands takes, on a machine that does other things as well. */
  private static final Duration LIMIT = Duration.ofSeconds(40);

  private static final Redirect NOTHING = Redirect.from(new File("/dev/null"));

  /**
   * Returns the {@code sluice} command, through the launcher script.
   *
   * @param arguments its arguments
   */
  public static Command sluice(String... arguments) {
    // A test run that was started in the background may have inherited that SIGINT is ignored.
    List<String> words =
        new ArrayList<>(List.of("env", "--default-signal", Project.launcher().toString()));
    words.addAll(List.of(arguments));
    return new Command(words, NOTHING, true);
  }

  /**
   * Returns {@code sluice copy}.
   *
   * @param mode whom it speaks to
   * @param arguments addresses and options
   */
  public static Command copy(Mode mode, String... arguments) {
    Command copy = sluice("copy");
    return (mode == Mode.JSON ? copy.plus("--json") : copy).plus(arguments);
  }

  /**
   * Returns {@code sluice relay}.
   *
   * @param mode whom it speaks to
   * @param arguments addresses and options
   */
  public static Command relay(Mode mode, String... arguments) {
    Command relay = sluice("relay");
    return (mode == Mode.JSON ? relay.plus("--json") : relay).plus(arguments);
  }

  /**
   * Returns some other command.
   *
   * @param words its name and arguments
   */
  public static Command of(String... words) {
    return new Command(List.of(words), NOTHING, true);
  }

  /**
   * Returns this command with more arguments.
   *
   * @param more the arguments
   */
  public Command plus(String... more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return new Command(all, input, keepsOutput);
  }

  /**
   * Returns this command as the last arguments of another one.
   *
   * @param wrapper the other one
   */
  public Command under(String... wrapper) {
    List<String> all = new ArrayList<>(List.of(wrapper));
    all.addAll(words);
    return new Command(all, input, keepsOutput);
  }

  /**
   * Returns this command as {@code "$@"} of a shell script.
   *
   * @param script the script
   */
  public Command inScript(String script) {
    return under("bash", "-c", script, "bash");
  }

  /**
   * Returns this command with a standard input.
   *
   * @param file what it reads
   */
  public Command reading(Path file) {
    return new Command(words, Redirect.from(file.toFile()), keepsOutput);
  }

  /** Returns this command with a pipe as its standard input, that the test writes. */
  public Command withInputPipe() {
    return new Command(words, Redirect.PIPE, keepsOutput);
  }

  /** Returns this command with a pipe as its standard output, that the test reads. */
  public Command withOutputPipe() {
    return new Command(words, input, false);
  }

  /** Starts it. */
  public Running start() throws IOException {
    Path out = Files.createTempFile(Project.scratch(), "run-", ".out");
    Path err = Path.of(out.toString().replaceFirst("out$", "err"));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(input)
            .redirectOutput(keepsOutput ? Redirect.to(out.toFile()) : Redirect.PIPE)
            .redirectError(err.toFile());
    // The JVM tells on standard error that it has picked these up.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    return new Running(words, builder.start(), out, err);
  }

  /** Runs it to its end; it is a failure of the test if it has none. */
  public Outcome run() throws IOException, InterruptedException {
    try (Running running = start()) {
      return running.await(LIMIT);
    }
  }
}
