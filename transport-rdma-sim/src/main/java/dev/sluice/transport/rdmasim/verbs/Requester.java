package dev.sluice.transport.rdmasim.verbs;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The send queue of a queue pair: which request may start, in which order they complete, what an
 * error does to the others.
 *
 * <p>The wire asks for {@link #next} requests, and reports each as {@link #done} or {@link
 * #fail}ed.
 *
 * <h2>Threading</h2>
 *
 * The thread that uses the queue pair.
 */
public final class Requester {
  private final QueuePair queuePair;
  private final int capacity;
  private final ArrayDeque<SendOperation> waiting = new ArrayDeque<>();
  private final ArrayDeque<SendOperation> started = new ArrayDeque<>();
  private int answersOutstanding;
  private long nextSequence;

  /** Below this, places of the queue are free again: a later signaled request is complete. */
  private long freedSequence;

  private boolean doomed;
  private boolean flushing;

  Requester(QueuePair queuePair, int capacity) {
    this.queuePair = queuePair;
    this.capacity = capacity;
  }

  void post(SendRequest request) throws VerbsException {
    if (nextSequence - freedSequence >= capacity) {
      throw VerbsException.full(
          "the send queue of queue pair "
              + queuePair.number()
              + " has its "
              + capacity
              + " requests; a place is free once a signaled request at or behind it is complete");
    }
    SendOperation operation = new SendOperation(request, nextSequence++);
    waiting.add(operation);
    queuePair.wire().sendPosted(operation.sequence());
    if (queuePair.state() == QueuePairState.ERR) {
      flush();
      return;
    }
    queuePair.wire().kick();
    operation.keepInlined();
  }

  /**
   * Takes the next request that may start now.
   *
   * @return null if none may: there is none, the queue pair does not send, or a fence or the limit
   *     of reads holds it back until another is done
   */
  public @Nullable SendOperation next() {
    while (queuePair.state() == QueuePairState.RTS && !doomed) {
      SendOperation first = waiting.peek();
      if (first == null || isHeldBack(first)) {
        return null;
      }
      waiting.remove();
      started.add(first);
      if (!first.resolve(queuePair.domain())) {
        fail(first, CompletionStatus.LOCAL_PROTECTION_ERROR);
      } else if (first.opcode().isAnswered() && maxAnswers() == 0) {
        // It was posted before a change in SQD took the reads away.
        fail(first, CompletionStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR);
      } else if (first.opcode() == Opcode.LOCAL_INVALIDATE) {
        invalidate(first);
      } else {
        if (first.opcode().isAnswered()) {
          answersOutstanding++;
        }
        return first;
      }
    }
    return null;
  }

  private boolean isHeldBack(SendOperation operation) {
    if (operation.opcode() == Opcode.LOCAL_INVALIDATE && operation.request().isFenced()) {
      // What is on its way may still need the region.
      return !started.isEmpty();
    }
    if (answersOutstanding == 0) {
      return false;
    }
    return operation.request().isFenced()
        || (operation.opcode().isAnswered() && answersOutstanding >= maxAnswers());
  }

  private int maxAnswers() {
    return queuePair.attributes().value(QueuePairAttributes.Attribute.MAX_READ_ATOMIC);
  }

  private void invalidate(SendOperation operation) {
    if (queuePair.domain().device().invalidate(operation.invalidatedKey(), queuePair.domain())) {
      done(operation);
    } else {
      fail(operation, CompletionStatus.MEMORY_MANAGEMENT_ERROR);
    }
  }

  /**
   * Reports that a request was carried out, and answered where it is answered with bytes. More
   * requests may start afterwards. Does nothing for one that was flushed, or forgotten by a reset.
   *
   * @param operation what {@link #next} gave
   */
  public void done(SendOperation operation) {
    if (operation.isDone()) {
      return;
    }
    operation.markDone();
    if (operation.opcode().isAnswered()) {
      answersOutstanding--;
    }
    completeInOrder();
  }

  /**
   * Reports that a request failed. The completion comes once all before it are complete; then the
   * queue pair goes to ERR, and the rest is flushed. Until then nothing more starts. Does nothing
   * for one that was flushed, or forgotten by a reset.
   *
   * @param operation what {@link #next} gave
   * @param status why
   */
  public void fail(SendOperation operation, CompletionStatus status) {
    if (operation.isDone()) {
      return;
    }
    operation.doom(status);
    doomed = true;
    completeInOrder();
  }

  private void completeInOrder() {
    SendOperation first = started.peek();
    while (first != null) {
      if (first.failure() != null) {
        queuePair.enterError();
        return;
      }
      if (!first.isDone()) {
        return;
      }
      started.remove();
      complete(first, CompletionStatus.SUCCESS);
      first = started.peek();
    }
    queuePair.drained();
  }

  private void complete(SendOperation operation, CompletionStatus status) {
    boolean success = status == CompletionStatus.SUCCESS;
    if (success && !operation.request().isSignaled()) {
      return;
    }
    freedSequence = operation.sequence() + 1;
    long byteCount = success && operation.opcode().isAnswered() ? operation.byteCount() : 0;
    queuePair
        .options()
        .sendCompletions()
        .push(
            WorkCompletion.of(
                operation.request().id(),
                status,
                operation.opcode().completion(),
                queuePair.number(),
                byteCount),
            false);
  }

  /**
   * Completes all in their order, the first with its own failure if it has one. What is posted
   * meanwhile, by one who is told of a completion, comes last.
   */
  void flush() {
    if (flushing) {
      return;
    }
    flushing = true;
    SendOperation first = started.peek();
    CompletionStatus status =
        first == null || first.failure() == null ? CompletionStatus.FLUSHED : first.failure();
    for (SendOperation next = pollAny(); next != null; next = pollAny()) {
      next.markDone();
      complete(next, status);
      status = CompletionStatus.FLUSHED;
    }
    flushing = false;
    if (queuePair.state() == QueuePairState.ERR) {
      answersOutstanding = 0;
      freedSequence = nextSequence;
    }
  }

  /** Who is told of a completion may begin a new life, whose requests are not to be flushed. */
  private @Nullable SendOperation pollAny() {
    if (queuePair.state() != QueuePairState.ERR) {
      return null;
    }
    SendOperation first = started.poll();
    return first == null ? waiting.poll() : first;
  }

  void reset() {
    started.forEach(SendOperation::markDone);
    started.clear();
    waiting.clear();
    answersOutstanding = 0;
    nextSequence = 0;
    freedSequence = 0;
    doomed = false;
  }

  /** Returns whether everything that was started is complete. */
  public boolean isIdle() {
    return started.isEmpty();
  }

  /** Returns how many more requests can be posted. */
  public int freePlaces() {
    return capacity - (int) (nextSequence - freedSequence);
  }
}
