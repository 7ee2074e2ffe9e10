package dev.sluice.cli.console;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.engine.TruncatedStreamException;
import dev.sluice.engine.registry.SchemeUnavailableException;
import dev.sluice.engine.transfer.Leg;
import dev.sluice.engine.transfer.TransferException;
import java.io.IOException;

/** What the exit status of {@code sluice} says; the numbers never change their meaning. */
public enum ExitCode {
  /** Complete, and verified if that was asked for. */
  COMPLETE(0),
  /** A bug of Sluice or of a plugin: please report. */
  BUG(1),
  /** Wrong usage, or an address that cannot be right. */
  USAGE(2),
  /** The endpoint is absent, refuses, or is taken. */
  UNREACHABLE(3),
  /** TLS failed, or the peer is not who it should be. */
  IDENTITY(4),
  /** The reading side failed. */
  READ_FAILED(5),
  /** The writing side failed. */
  WRITE_FAILED(6),
  /** The stream ended early. */
  TRUNCATED(7),
  /** What came out is not what went in. */
  INTEGRITY(8),
  /** The stream is malformed or not supported. */
  MALFORMED(9),
  /** A stall, idle or other timer, or the deadline, ended it. */
  TIMED_OUT(10),
  /** A transport or plugin cannot be used here. */
  UNAVAILABLE(11),
  /** A limit refused the stream. */
  LIMIT(12),
  /** A policy refused the endpoint. */
  POLICY(14),
  /** Stopped by SIGHUP: the terminal went away. */
  HUNG_UP(129),
  /** Stopped by SIGINT, such as Ctrl-C. */
  INTERRUPTED(130),
  /** Stopped by SIGTERM. */
  TERMINATED(143);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** Returns the exit status of the process. */
  public int number() {
    return number;
  }

  /**
   * Returns the code of a failure.
   *
   * @param failure what was thrown
   * @param leg where; only failures to read and to write depend on it
   */
  public static ExitCode of(Throwable failure, Leg leg) {
    return switch (failure) {
      case TransferException transfer when transfer.getCause() != null ->
          of(transfer.getCause(), transfer.leg());
      case TruncatedStreamException _ -> TRUNCATED;
      case SchemeUnavailableException _ -> UNAVAILABLE;
      case IOException _ -> of(TransportException.kindOf(failure), leg);
      default -> BUG;
    };
  }

  private static ExitCode of(Kind kind, Leg leg) {
    return switch (kind) {
      case ADDRESS -> USAGE;
      case UNREACHABLE -> UNREACHABLE;
      case IDENTITY -> IDENTITY;
      case IO, RESET -> leg == Leg.INCOMING ? READ_FAILED : WRITE_FAILED;
      case TRUNCATED -> TRUNCATED;
      case TIMED_OUT -> TIMED_OUT;
      case LIMIT -> LIMIT;
      case POLICY -> POLICY;
      case CANCELLED -> INTERRUPTED;
    };
  }
}
