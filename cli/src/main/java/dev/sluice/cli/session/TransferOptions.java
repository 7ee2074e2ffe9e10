package dev.sluice.cli.session;

import dev.sluice.api.spi.TransportContext;
import dev.sluice.cli.console.Arguments.DurationReader;
import dev.sluice.cli.console.Arguments.RateReader;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command takes that moves bytes: limits, and what it shall tell. */
public final class TransferOptions {
  @Option(
      names = "--rate",
      paramLabel = "BYTES",
      converter = RateReader.class,
      description = "at most so many bytes a second, such as 100MiB")
  private @Nullable Long rate;

  @Option(
      names = "--accept-timeout",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description = "how long to wait for INCOMING: 500ms, 1h30m")
  private @Nullable Duration acceptTimeout;

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description = "how long connecting to OUTGOING may take (10s)")
  private @Nullable Duration connectTimeout;

  @Option(
      names = "--handshake-timeout",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description = "how long a hand-shake may take (10s)")
  private @Nullable Duration handshakeTimeout;

  @Option(
      names = "--stall-timeout",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description = "how long a receiver may take no byte (120s)")
  private @Nullable Duration stallTimeout;

  @Option(
      names = "--idle-timeout",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description = "how long no byte may come (for ever)")
  private @Nullable Duration idleTimeout;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      converter = DurationReader.class,
      description = "how long the whole may take (for ever)")
  private @Nullable Duration deadline;

  @Option(names = "--json", description = "lines of JSON on standard output")
  private boolean json;

  @Option(
      names = "--progress",
      paramLabel = "WHEN",
      description = "auto, line (one per 10 s) or none")
  private @Nullable ProgressOption progress;

  @Option(
      names = {"-q", "--quiet"},
      description = "print nothing but errors")
  private boolean quiet;

  /** Returns at most how many bytes a second; empty: as fast as it goes. */
  public OptionalLong rate() {
    return rate == null ? OptionalLong.empty() : OptionalLong.of(rate);
  }

  /** Returns how long to wait for the incoming side; empty: for ever. */
  public Optional<Duration> acceptTimeout() {
    return Optional.ofNullable(acceptTimeout);
  }

  /** Returns how long a receiver may take nothing; empty: as long as the engine thinks right. */
  public Optional<Duration> stallTimeout() {
    return Optional.ofNullable(stallTimeout);
  }

  /** Returns how long nothing may come; empty: for ever. */
  public Optional<Duration> idleTimeout() {
    return Optional.ofNullable(idleTimeout);
  }

  /** Returns how long the whole may take; empty: for ever. */
  public Optional<Duration> deadline() {
    return Optional.ofNullable(deadline);
  }

  /**
   * Returns the times for the transports.
   *
   * @param defaults where none were given
   */
  public TransportContext context(TransportContext defaults) {
    TransportContext context = defaults;
    if (connectTimeout != null) {
      context = context.withConnectTimeout(connectTimeout);
    }
    if (handshakeTimeout != null) {
      context = context.withHandshakeTimeout(handshakeTimeout);
    }
    return context;
  }

  /** Returns whether programs are to be told on standard output. */
  public boolean json() {
    return json;
  }

  /** Returns whether people want to read of errors only. */
  public boolean quiet() {
    return quiet;
  }

  /** A program that reads JSON sees progress there, so lines for people have to be asked for. */
  public ProgressOption progress() {
    if (quiet) {
      return ProgressOption.NONE;
    }
    if (progress != null) {
      return progress;
    }
    return json ? ProgressOption.NONE : ProgressOption.AUTO;
  }
}
