package dev.sluice.it.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.waitAtMost;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A process that was started. Closing kills it, and what it has started, if they still run. */
public final class Running implements AutoCloseable {
  private static final Duration STARTED = Duration.ofSeconds(20);
  private static final Pattern LISTENING =
      Pattern.compile("listening on (\\S+)|\"type\":\"listening\".*\"address\":\"([^\"]+)\"");

  private final List<String> words;
  private final Process process;
  private final Path out;
  private final Path err;
  private final long startNanos = System.nanoTime();

  Running(List<String> words, Process process, Path out, Path err) {
    this.words = words;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Returns the id of the process; of the JVM, because the launcher becomes it. */
  public long pid() {
    return process.pid();
  }

  /** Returns whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the other end of its standard input. */
  public OutputStream stdin() {
    return process.getOutputStream();
  }

  /** Returns the other end of its standard output. */
  public InputStream stdout() {
    return process.getInputStream();
  }

  /** Returns what it has said on standard error. */
  public String err() {
    return read(err);
  }

  /** Returns what it has written to standard output, where that is kept. */
  public String out() {
    return read(out);
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Waits until it listens, and returns the address it tells. */
  public String awaitListening() {
    MatchResult told = awaitPattern(LISTENING);
    String plain = told.group(1);
    return plain == null ? String.valueOf(told.group(2)) : plain;
  }

  /**
   * Waits until it has said something, on standard output or error.
   *
   * @param pattern what it says
   */
  public String awaitSaying(String pattern) {
    return awaitPattern(Pattern.compile(pattern)).group();
  }

  private MatchResult awaitPattern(Pattern pattern) {
    return waitAtMost(STARTED)
        .alias(pattern + " from " + words)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> search(pattern), Optional::isPresent)
        .orElseThrow();
  }

  private Optional<MatchResult> search(Pattern pattern) {
    boolean ended = !process.isAlive();
    Optional<MatchResult> found = pattern.matcher(out() + err()).results().findFirst();
    assertTrue(
        found.isPresent() || !ended, () -> "ended without saying " + pattern + ": " + outcome());
    return found;
  }

  /**
   * Waits until it is a JVM that has used no processor time for half a second: whatever it waits
   * for, it does so now.
   */
  public void awaitIdle() {
    long[] last = {-1, 0};
    waitAtMost(STARTED)
        .alias("no work in " + words)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(250))
        .until(
            () -> {
              assertTrue(process.isAlive(), () -> "ended instead of waiting: " + outcome());
              long ticks = isJava() ? ticks() : -1;
              last[1] = ticks >= 0 && ticks == last[0] ? last[1] + 1 : 0;
              last[0] = ticks;
              return last[1] == 2;
            });
  }

  private boolean isJava() throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/" + pid() + "/exe")).endsWith("java");
  }

  /** User and system time: fields 14 and 15, counted from behind the command's name. */
  private long ticks() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  /**
   * Sends it a signal, and it alone.
   *
   * @param name such as {@code INT}
   */
  public void signal(String name) {
    // The id may belong to somebody else once the process was waited for.
    if (process.isAlive()) {
      Kill.send(pid(), name);
    }
  }

  /**
   * Gives it some time.
   *
   * @param time how long at most
   * @return whether it ended meanwhile
   */
  public boolean endsWithin(Duration time) throws InterruptedException {
    return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Waits for its end.
   *
   * @param limit it is a failure of the test if it takes longer
   */
  public Outcome await(Duration limit) throws InterruptedException, IOException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      // The JVM's answer, all its stacks, goes to standard output.
      signal("QUIT");
      process.waitFor(1, TimeUnit.SECONDS);
      close();
      fail("did not end within " + limit.toMillis() + " ms: " + outcome());
    }
    Outcome outcome = outcome();
    EventSchema.check(words, outcome.out());
    return outcome;
  }

  private Outcome outcome() {
    try {
      return new Outcome(
          words,
          process.isAlive() ? -1 : process.exitValue(),
          Files.readAllBytes(out),
          err(),
          Duration.ofNanos(System.nanoTime() - startNanos));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
