package dev.sluice.tck.fault;

import static java.util.Objects.requireNonNull;

import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A channel to which happens what a {@link FaultPolicy} says.
 *
 * <pre>{@code
 * var pair = MemoryChannels.pair();
 * var faulty = new FaultyChannel(pair.outgoing(), FaultPolicy.failAt(3, new IOException("injected")));
 * }</pre>
 *
 * <p>The policy is asked about every call that reaches an open channel, except {@code abort}, which
 * cannot fail, and transfers without room or bytes, which do not touch a channel; only these calls
 * are counted. What the contract demands of a call that fails is done: a failed {@code close} or
 * {@code establish} aborts, a failed {@code shutdown} stops all the same. {@code nioChannel} is
 * empty, since a kernel copy would go round the faults.
 *
 * <h2>Ownership and threading</h2>
 *
 * Those of the channel behind, which is ended through this one. The counts are exact with one
 * reader and one writer at a time.
 */
public class FaultyChannel extends InterceptingChannel {
  private final FaultPolicy policy;
  private final AtomicLong calls = new AtomicLong();

  /** Has every operation, and is not changed after construction. */
  private final Map<Operation, Counts> countsOf = new EnumMap<>(Operation.class);

  /**
   * Creates a channel.
   *
   * @param delegate the channel that the faults happen to
   * @param policy decides which
   */
  public FaultyChannel(TransportChannel delegate, FaultPolicy policy) {
    super(delegate);
    this.policy = requireNonNull(policy, "policy");
    for (Operation operation : Operation.values()) {
      countsOf.put(operation, new Counts());
    }
  }

  /** Returns how many calls the policy was asked about: the N of "fail the Nth call". */
  public final long callCount() {
    return calls.get();
  }

  @Override
  final long transfer(
      Operation operation,
      String details,
      ByteBuffer[] buffers,
      int offset,
      int length,
      Body<Long> body)
      throws IOException {
    long byteCount = Narrowed.remaining(buffers, offset, length);
    if (byteCount == 0 || !isOpen()) {
      return body.run();
    }
    return switch (decide(operation, byteCount)) {
      case Action.Proceed() -> counted(operation, body.run());
      case Action.AtMost(long most) -> narrowed(most, operation, buffers, offset, length, body);
      case Action.Fail(Exception failure) -> throw unchecked(failure);
      case Action.FailAfter(long most, Exception failure) -> {
        if (most > 0) {
          long _ = narrowed(most, operation, buffers, offset, length, body);
        }
        throw unchecked(failure);
      }
      case Action.EndOfStream() ->
          operation == Operation.READ || operation == Operation.READ_AT
              ? -1
              : counted(operation, body.run());
      case Action.MoveNothing() -> 0;
    };
  }

  private long narrowed(
      long most, Operation operation, ByteBuffer[] buffers, int offset, int length, Body<Long> body)
      throws IOException {
    try (var _ = Narrowed.to(most, buffers, offset, length)) {
      return counted(operation, body.run());
    }
  }

  private long counted(Operation operation, long moved) {
    if (moved > 0) {
      counts(operation).movedBytes.addAndGet(moved);
    }
    return moved;
  }

  @Override
  final <T> T call(Operation operation, String details, long byteCount, Body<T> body)
      throws IOException {
    if (!isOpen()) {
      return body.run();
    }
    return switch (decide(operation, byteCount)) {
      case Action.Fail(Exception failure) -> {
        switch (operation) {
          case CLOSE, ESTABLISH -> delegate().abort();
          case SHUTDOWN -> body.run();
          default -> {}
        }
        throw unchecked(failure);
      }
      case Action.FailAfter(long _, Exception failure) -> {
        body.run();
        throw unchecked(failure);
      }
      default -> body.run();
    };
  }

  private Action decide(Operation operation, long byteCount) {
    Counts counts = counts(operation);
    return policy.before(
        new Call(
            operation,
            calls.incrementAndGet(),
            counts.calls.incrementAndGet(),
            byteCount,
            counts.movedBytes.get()));
  }

  private Counts counts(Operation operation) {
    return requireNonNull(countsOf.get(operation));
  }

  /** Throws what {@link Action} has checked to be one of two kinds. */
  private static RuntimeException unchecked(Exception failure) throws IOException {
    if (failure instanceof IOException checked) {
      throw checked;
    }
    throw (RuntimeException) failure;
  }

  /** What happened to one operation so far. */
  private static final class Counts {
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong movedBytes = new AtomicLong();
  }
}
