package dev.sluice.tck.fault;

import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a log of the calls that reach a channel, in the order in which they began.
 *
 * <pre>{@code
 * var channel = new RecordingChannel(pair.outgoing());
 * ...
 * assertEquals(List.of("WRITE(buffers=2) 100 -> 100", "CLOSE() 0 -> 0"),
 *     channel.log().stream().map(Entry::toString).toList());
 * await().until(() -> channel.isInside(Operation.READ));     // a reader is about to block
 * }</pre>
 *
 * <p>Questions that cannot fail ({@code info}, {@code features}, {@code isOpen}, {@code
 * isBlocking}) are not logged. {@code nioChannel} is empty, since a kernel copy would go round the
 * log. Put it inside a {@link FaultyChannel} to see what reaches the transport, outside to see what
 * the caller asked for.
 *
 * <h2>Ownership and threading</h2>
 *
 * Those of the channel behind, which is ended through this one; the log may be read by any thread.
 */
public final class RecordingChannel extends InterceptingChannel {
  /** How a call ended, so far. */
  public sealed interface Outcome {
    /** The call has not returned. */
    record InProgress() implements Outcome {
      @Override
      public String toString() {
        return "...";
      }
    }

    /**
     * The call returned.
     *
     * @param result bytes moved, or what else it counted; 1 for true; 0 for nothing
     */
    record Returned(long result) implements Outcome {
      @Override
      public String toString() {
        return Long.toString(result);
      }
    }

    /**
     * The call threw.
     *
     * @param failure what it threw
     */
    record Threw(Throwable failure) implements Outcome {
      @Override
      public String toString() {
        return failure.toString();
      }
    }
  }

  /**
   * A call.
   *
   * @param operation what it asked for
   * @param details its arguments, such as {@code buffers=3}, {@code position=12}, {@code BOTH}
   * @param byteCount for transfers, the room or the bytes in the buffers; see {@link
   *     Call#byteCount}
   * @param outcome how it ended
   */
  public record Entry(Operation operation, String details, long byteCount, Outcome outcome) {
    /** Returns {@code WRITE(buffers=2) 100 -> 64}: operation, details, byte count, outcome. */
    @Override
    public String toString() {
      return operation + "(" + details + ") " + byteCount + " -> " + outcome;
    }
  }

  /** Guarded by itself. An entry is replaced when its call ends. */
  private final List<Entry> entries = new ArrayList<>();

  /**
   * Creates a channel with an empty log.
   *
   * @param delegate the channel whose calls are logged
   */
  public RecordingChannel(TransportChannel delegate) {
    super(delegate);
  }

  /** Returns the calls so far; a copy. */
  public List<Entry> log() {
    synchronized (entries) {
      return List.copyOf(entries);
    }
  }

  /**
   * Returns the calls of one operation so far; a copy.
   *
   * @param operation which operation
   */
  public List<Entry> log(Operation operation) {
    return log().stream().filter(entry -> entry.operation() == operation).toList();
  }

  /**
   * Returns whether a thread is inside an operation: it is in the channel behind, or on the last
   * few instructions to or from there.
   *
   * @param operation which operation
   */
  public boolean isInside(Operation operation) {
    return log(operation).stream().anyMatch(entry -> entry.outcome() instanceof Outcome.InProgress);
  }

  @Override
  long transfer(
      Operation operation,
      String details,
      ByteBuffer[] buffers,
      int offset,
      int length,
      Body<Long> body)
      throws IOException {
    return call(operation, details, Narrowed.remaining(buffers, offset, length), body);
  }

  @Override
  <T> T call(Operation operation, String details, long byteCount, Body<T> body) throws IOException {
    int index = begin(operation, details, byteCount);
    try {
      T result = body.run();
      end(index, new Outcome.Returned(numberOf(result)));
      return result;
    } catch (IOException | RuntimeException | Error failure) {
      end(index, new Outcome.Threw(failure));
      throw failure;
    }
  }

  @Override
  public void abort() {
    int index = begin(Operation.ABORT, "", 0);
    delegate().abort();
    end(index, new Outcome.Returned(0));
  }

  private int begin(Operation operation, String details, long byteCount) {
    synchronized (entries) {
      entries.add(new Entry(operation, details, byteCount, new Outcome.InProgress()));
      return entries.size() - 1;
    }
  }

  private void end(int index, Outcome outcome) {
    synchronized (entries) {
      Entry begun = entries.get(index);
      entries.set(index, new Entry(begun.operation(), begun.details(), begun.byteCount(), outcome));
    }
  }

  private static long numberOf(Object result) {
    return switch (result) {
      case Number number -> number.longValue();
      case Boolean truth -> truth ? 1 : 0;
      default -> 0;
    };
  }
}
