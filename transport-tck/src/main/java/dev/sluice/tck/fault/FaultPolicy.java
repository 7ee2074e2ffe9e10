package dev.sluice.tck.fault;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Decides what becomes of each call of a {@link FaultyChannel}.
 *
 * <p>The policies made here keep no state: they decide from the {@link Call} alone, so one may
 * serve many channels, and the same calls with the same seed meet the same faults.
 *
 * <pre>{@code
 * FaultPolicy.failAt(7, new IOException("injected")).and(FaultPolicy.randomSizes(seed))
 * FaultPolicy.resetAfter(1000).on(Operation.WRITE)
 * call -> call.operation() == Operation.CLOSE ? Action.fail(new IOException("full")) : Action.proceed()
 * }</pre>
 *
 * <h2>Threading</h2>
 *
 * Asked by every thread that uses the channel, at once: a policy of one's own that keeps state must
 * guard it.
 */
@FunctionalInterface
public interface FaultPolicy {
  /**
   * Decides, before the call reaches the channel.
   *
   * @param call what is asked for; never {@link Operation#ABORT}
   */
  Action before(Call call);

  /** Returns a policy without faults. */
  static FaultPolicy none() {
    return call -> Action.proceed();
  }

  /** Returns a policy by which every transfer moves one byte. */
  static FaultPolicy oneByteAtATime() {
    return call -> Action.atMost(1);
  }

  /**
   * Returns a policy by which transfers move random numbers of bytes, from 1 to all; every other
   * one at most 16, so that large transfers are cut small too.
   *
   * @param seed the same seed gives the same sizes; print it, so that a failure can be repeated
   */
  static FaultPolicy randomSizes(long seed) {
    return call -> {
      if (!call.operation().isTransfer()) {
        return Action.proceed();
      }
      long stream = ((long) call.operation().name().hashCode() << 32) + call.operationNumber();
      var random = new SplittableRandom(new SplittableRandom(seed).nextLong() ^ stream);
      long greatest = random.nextBoolean() ? call.byteCount() : Math.min(16, call.byteCount());
      return Action.atMost(1 + random.nextLong(greatest));
    };
  }

  /**
   * Returns a policy by which one call fails; those before and after it proceed.
   *
   * @param callNumber the {@link Call#number} of the call, from 1
   * @param failure what it throws; one channel throws it once
   */
  static FaultPolicy failAt(long callNumber, Exception failure) {
    return at(callNumber, Action.fail(failure));
  }

  /**
   * Returns a policy by which one call of an operation fails; all others proceed.
   *
   * @param operation which operation
   * @param operationNumber the {@link Call#operationNumber} of the call, from 1
   * @param failure what it throws; one channel throws it once
   */
  static FaultPolicy failAt(Operation operation, long operationNumber, Exception failure) {
    Action fail = Action.fail(failure);
    return call ->
        call.operation() == operation && call.operationNumber() == operationNumber
            ? fail
            : Action.proceed();
  }

  /**
   * Returns a policy that answers one call with an action; those before and after it proceed.
   *
   * @param callNumber the {@link Call#number} of the call, from 1
   * @param action what becomes of it
   */
  static FaultPolicy at(long callNumber, Action action) {
    return call -> call.number() == callNumber ? action : Action.proceed();
  }

  /**
   * Returns a policy by which each of the transfer operations moves so many bytes exactly, and from
   * then on fails with kind {@link Kind#RESET}. Narrow it with {@link #on} to break one direction.
   *
   * @param byteCount how many bytes, 0 or more
   */
  static FaultPolicy resetAfter(long byteCount) {
    return call -> {
      if (!call.operation().isTransfer()) {
        return Action.proceed();
      }
      long left = byteCount - call.movedByteCount();
      return left > 0
          ? Action.atMost(left)
          : Action.fail(
              new TransportException(Kind.RESET, "injected reset after " + byteCount + " bytes"));
    };
  }

  /**
   * Returns a policy by which reads give -1 after so many bytes exactly: a stream cut short that
   * looks complete.
   *
   * @param byteCount how many bytes, 0 or more
   */
  static FaultPolicy endAfter(long byteCount) {
    return call -> {
      if (call.operation() != Operation.READ) {
        return Action.proceed();
      }
      long left = byteCount - call.movedByteCount();
      return left > 0 ? Action.atMost(left) : Action.endOfStream();
    };
  }

  /**
   * Returns this policy for some operations; the others proceed.
   *
   * @param first an operation
   * @param more further ones
   */
  default FaultPolicy on(Operation first, Operation... more) {
    Set<Operation> operations = EnumSet.of(first, more);
    return call -> operations.contains(call.operation()) ? before(call) : Action.proceed();
  }

  /**
   * Returns a policy that obeys both: the smaller of two {@link Action.AtMost}; this policy's
   * action where it is more than a limit on bytes, else the other's.
   *
   * @param other the other policy
   */
  default FaultPolicy and(FaultPolicy other) {
    return call -> both(before(call), other.before(call));
  }

  private static Action both(Action one, Action two) {
    if (one instanceof Action.AtMost(long a) && two instanceof Action.AtMost(long b)) {
      return Action.atMost(Math.min(a, b));
    }
    boolean lenient =
        one instanceof Action.Proceed
            || (one instanceof Action.AtMost && !(two instanceof Action.Proceed));
    return lenient ? two : one;
  }
}
