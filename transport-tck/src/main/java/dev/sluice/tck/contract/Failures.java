package dev.sluice.tck.contract;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;

/** Which of two failures of one stream is told: the end of one side breaks the other one, too. */
final class Failures {
  private Failures() {}

  /**
   * Returns the failure that says most, with the other one suppressed in it.
   *
   * @param first told where both say as much
   * @param second empty if that side has not failed
   */
  static Exception toldFirst(Throwable first, Optional<Throwable> second) {
    if (second.isEmpty() || second.get().equals(first)) {
      return asException(first);
    }
    boolean isSecond = remoteness(second.get()) < remoteness(first);
    Throwable told = isSecond ? second.get() : first;
    told.addSuppressed(isSecond ? first : second.get());
    return asException(told);
  }

  /** How far a failure is from its reason: what the kit saw, what went wrong, what that broke. */
  private static int remoteness(Throwable failure) {
    return switch (failure) {
      case AssertionError _ -> 0;
      case ClosedChannelException _ -> 2;
      case TransportException broken
          when broken.kind() == Kind.RESET || broken.kind() == Kind.TRUNCATED ->
          2;
      default -> 1;
    };
  }

  private static Exception asException(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (Exception) failure;
  }
}
