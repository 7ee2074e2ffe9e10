package dev.sluice.transport.rdmasim.verbs;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where requests end, in the order in which they did.
 *
 * <p>It must have room for all requests of the queue pairs that complete here, and for those whose
 * completions are not polled yet: a place in a send or receive queue is free before its completion
 * is polled. A completion queue that overruns is of no use any more, and takes those queue pairs
 * with it.
 *
 * <p>Who wants to wait arms it with {@link #requestNotify}, polls once more, and then waits: what
 * came before the arming gives no event.
 *
 * <h2>Threading</h2>
 *
 * One thread at a time uses a completion queue and all queue pairs that complete in it.
 */
public final class CompletionQueue implements AutoCloseable {
  private enum Armed {
    NO,
    SOLICITED,
    ANY
  }

  private final RdmaDevice device;
  private final int number;
  private final ArrayDeque<WorkCompletion> completions = new ArrayDeque<>();
  private final List<QueuePair> users = new ArrayList<>();
  private @Nullable Runnable listener;
  private int capacity;
  private Armed armed = Armed.NO;
  private boolean event;
  private boolean overrun;
  private boolean closed;

  CompletionQueue(RdmaDevice device, int number, int capacity) {
    this.device = device;
    this.number = number;
    this.capacity = capacity;
  }

  /** Returns the number that tells it from the device's other completion queues. */
  public int number() {
    return number;
  }

  /** Returns how many completions fit. */
  public int capacity() {
    return capacity;
  }

  /** Returns whether it overran. */
  public boolean isOverrun() {
    return overrun;
  }

  /**
   * Takes the oldest completion; never waits.
   *
   * @return null if there is none
   * @throws VerbsException of reason INVALID if the queue overran
   */
  public @Nullable WorkCompletion poll() throws VerbsException {
    if (completions.isEmpty()) {
      progress();
    }
    if (overrun) {
      throw VerbsException.invalid("completion queue " + number + " overran");
    }
    return completions.poll();
  }

  /** Lets the wires of its queue pairs move what came in. */
  public void progress() {
    for (int i = 0; i < users.size(); i++) {
      users.get(i).wire().progress();
    }
  }

  /**
   * Asks for one event, when the next completion comes.
   *
   * @param solicitedOnly whether only solicited receives, and errors, count
   */
  public void requestNotify(boolean solicitedOnly) {
    armed = solicitedOnly && armed != Armed.ANY ? Armed.SOLICITED : Armed.ANY;
  }

  /**
   * Sets who is told of events, at once and in the thread that completes; null: nobody.
   *
   * @param told must not throw
   */
  public void onEvent(@Nullable Runnable told) {
    listener = told;
  }

  /**
   * Waits for the event that was asked for, and takes it. In virtual time this lets time pass.
   *
   * @param atMost on the link's clock
   * @return false if the time passed
   * @throws IOException if the fabric is gone, or the thread is interrupted
   */
  public boolean awaitEvent(Duration atMost) throws IOException {
    boolean came =
        device
            .fabric()
            .await(
                users,
                () -> {
                  progress();
                  return event;
                },
                atMost);
    event = false;
    return came;
  }

  /**
   * Changes how many completions fit.
   *
   * @param completionCount the new capacity
   * @throws VerbsException of reason INVALID if more are waiting, or it is over the device's limit
   */
  public void resize(int completionCount) throws VerbsException {
    if (completionCount < Math.max(1, completions.size())
        || completionCount > device.limits().maxCompletions()) {
      throw VerbsException.invalid(
          "a completion queue with "
              + completions.size()
              + " completions cannot have room for "
              + completionCount
              + "; the device's limit is "
              + device.limits().maxCompletions());
    }
    capacity = completionCount;
  }

  /**
   * Adds a completion.
   *
   * @return false if it is lost, because the queue overran; its queue pair is in ERR then
   */
  boolean push(WorkCompletion completion, boolean solicited) {
    if (overrun || completions.size() >= capacity || !device.fabric().hasRoomFor(completion)) {
      overrun();
      return false;
    }
    completions.add(completion);
    if (armed == Armed.ANY
        || (armed == Armed.SOLICITED && (solicited || !completion.isSuccess()))) {
      fire();
    }
    return true;
  }

  private void fire() {
    armed = Armed.NO;
    event = true;
    if (listener != null) {
      listener.run();
    }
  }

  /** Makes it fail as one does that has no room; for a fault that is asked for, too. */
  void overrun() {
    if (!overrun) {
      overrun = true;
      device.raise(AsyncEvent.Kind.COMPLETION_QUEUE_ERROR, number);
    }
    List.copyOf(users).forEach(QueuePair::enterError);
    if (armed != Armed.NO) {
      fire();
    }
  }

  /** Returns whether queue pairs can complete here. */
  boolean isUsable() {
    return !overrun && !closed;
  }

  boolean belongsTo(RdmaDevice other) {
    return device == other;
  }

  void attach(QueuePair user) {
    if (!users.contains(user)) {
      users.add(user);
    }
  }

  void detach(QueuePair user) {
    users.remove(user);
  }

  /** Drops the completions of a queue pair that begins a new life. */
  void purge(int queuePairNumber) {
    completions.removeIf(completion -> completion.queuePairNumber() == queuePairNumber);
  }

  /**
   * Frees it. Calling it again does nothing.
   *
   * @throws VerbsException of reason BUSY if queue pairs still complete here
   */
  @Override
  public void close() throws VerbsException {
    if (!users.isEmpty()) {
      throw VerbsException.busy(
          "completion queue " + number + " is still used by " + users.size() + " queue pairs");
    }
    closed = true;
  }
}
