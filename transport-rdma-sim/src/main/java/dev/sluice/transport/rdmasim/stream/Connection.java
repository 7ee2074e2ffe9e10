package dev.sluice.transport.rdmasim.stream;

import dev.sluice.transport.rdmasim.verbs.CompletionOpcode;
import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.ScatterGather;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import org.jspecify.annotations.Nullable;

/**
 * What both ends do with their queue pair: take completions, repost receives, keep account of the
 * send queue, and remember the first failure. After a failure nothing is taken any more.
 */
final class Connection {
  /** Takes a message. */
  interface Messages {
    /** Returns what is wrong with it; null: nothing. */
    @Nullable String take(MessageKind kind, int value, long byteCount);
  }

  /** Messages bring their bytes as writes, so a receive needs no memory. */
  private static final ReceiveRequest RECEIVE = ReceiveRequest.of(0);

  /** A peer that never ceases to send must not keep this side from all else. */
  private static final int MOST_AT_ONCE = 1024;

  private final QueuePair queuePair;
  private final CompletionQueue receives;
  private final CompletionQueue sends;
  private final SendSlots slots;
  private final Messages messages;
  private @Nullable Failure failure;

  Connection(QueuePair queuePair, int signalEvery, Messages messages) {
    this.queuePair = queuePair;
    this.messages = messages;
    receives = queuePair.options().receiveCompletions();
    sends = queuePair.options().sendCompletions();
    slots = new SendSlots(queuePair.options().maxSendRequests(), signalEvery);
  }

  QueuePair queuePair() {
    return queuePair;
  }

  @Nullable Failure failure() {
    return failure;
  }

  void fail(Failure why) {
    if (failure == null) {
      failure = why;
    }
  }

  void postReceives(int count) throws VerbsException {
    for (int i = 0; i < count; i++) {
      queuePair.postReceive(RECEIVE);
    }
  }

  boolean hasRoom(int reserved) {
    return slots.hasRoom(reserved);
  }

  /**
   * Posts a write without bytes or with inline ones; the caller has made sure that there is a
   * place.
   */
  void post(SendRequest write) {
    if (failure != null) {
      return;
    }
    try {
      queuePair.postSend(slots.isNextSignaled() ? write : write.unsignaled());
      slots.posted();
    } catch (VerbsException refused) {
      fail(Failure.refused(queuePair, refused));
    }
  }

  /** Returns a write with the right id. */
  SendRequest write(int remoteKey, long remoteOffset, ScatterGather... sources) {
    return SendRequest.write(slots.nextId(), remoteKey, remoteOffset, sources);
  }

  /** Where there is no place something is on its way, which does as well. */
  void keepAlive(int reserved) {
    progress();
    if (slots.hasRoom(reserved)) {
      post(write(0, 0));
    }
  }

  /** Takes what came. */
  void progress() {
    if (failure != null) {
      return;
    }
    // Asked first: what came before the end is there to be polled, and counts.
    boolean atEnd = isAtEnd();
    try {
      WorkCompletion completion = poll();
      for (int count = 1; completion != null; count++) {
        if (!take(completion) || count == MOST_AT_ONCE) {
          return;
        }
        completion = poll();
      }
    } catch (VerbsException refused) {
      fail(Failure.refused(queuePair, refused));
    }
    if (atEnd) {
      fail(Failure.broken(queuePair));
    }
  }

  private boolean isAtEnd() {
    QueuePairState state = queuePair.state();
    return state == QueuePairState.ERR || state == QueuePairState.RESET;
  }

  private @Nullable WorkCompletion poll() throws VerbsException {
    WorkCompletion completion = receives.poll();
    return completion == null && sends != receives ? sends.poll() : completion;
  }

  /** Returns whether to go on. */
  private boolean take(WorkCompletion completion) throws VerbsException {
    if (!completion.isSuccess()) {
      // With two completion queues a message from before may still be in the other.
      fail(Failure.broken(queuePair, completion));
      return true;
    }
    if (!completion.opcode().isReceive()) {
      slots.completed(completion.id());
      return true;
    }
    String problem = message(completion);
    if (problem != null) {
      fail(Failure.violation(queuePair, problem));
      return false;
    }
    queuePair.postReceive(RECEIVE);
    return true;
  }

  private @Nullable String message(WorkCompletion completion) {
    int immediate = completion.immediate();
    if (completion.opcode() != CompletionOpcode.RECEIVE_WRITE_WITH_IMMEDIATE
        || !completion.hasImmediate()) {
      return "a send of " + completion.byteCount() + " bytes, but only writes are expected";
    }
    MessageKind kind = MessageKind.of(immediate);
    return kind == null
        ? "immediate data 0x" + Integer.toHexString(immediate) + ", whose kind is not in 0..4"
        : messages.take(kind, MessageKind.value(immediate), completion.byteCount());
  }
}
