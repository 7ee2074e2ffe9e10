package dev.sluice.transport.rdmasim.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S32 to S35: what an error does to everything else. */
public abstract class FlushScenarios extends Scenarios {
  private static final int COUNT = 100;
  private static final int FAILING = 50;

  protected FlushScenarios(Function<DeviceLimits, Rig> rigs) {
    super(rigs);
  }

  private QueuePairState nearState() {
    return near().queuePair().state();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void s32_errorInTheMiddleOf100(boolean atThePeer, boolean allPostedBefore) throws IOException {
    MemoryRegion own = near().pattern(8, 1);
    MemoryRegion peer = far().zeros(8, Endpoint.ALL);
    Random signals = new Random(32);
    List<String> expected = new ArrayList<>();
    if (allPostedBefore) {
      near().queuePair().modify(QueuePairAttributes.to(QueuePairState.SQD));
    }
    for (int id = 0; id < COUNT; id++) {
      int remoteKey = peer.remoteKey() ^ (atThePeer && id == FAILING ? 1 : 0);
      long count = !atThePeer && id == FAILING ? 9 : 8;
      SendRequest write = SendRequest.write(id, remoteKey, 0, own.piece(0, count));
      boolean signaled = signals.nextBoolean();
      if (id > FAILING) {
        expected.add(id + " work request flushed error");
      } else if (id == FAILING) {
        expected.add(id + (atThePeer ? " remote access error" : " local protection error"));
      } else if (signaled) {
        expected.add(id + " success");
      }
      near().queuePair().postSend(signaled ? write : write.unsignaled());
    }
    if (allPostedBefore) {
      near().queuePair().modify(QueuePairAttributes.to(QueuePairState.RTS));
    }
    assertCompletions(near().sends(), expected.toArray(String[]::new));
    assertEquals(QueuePairState.ERR, nearState());
  }

  @Test
  void s32_errorCompletion_isSeenInStateError() throws VerbsException {
    List<QueuePairState> seen = new ArrayList<>();
    near().sends().onEvent(() -> seen.add(nearState()));
    near().sends().requestNotify(false);
    near().queuePair().postSend(SendRequest.localInvalidate(1, 0));
    rig().settle();
    assertEquals(List.of(QueuePairState.ERR), seen);
  }

  @Test
  void s33_marker_comesAfterEverythingThatWasPostedBefore() throws VerbsException {
    for (int id = 1; id <= 3; id++) {
      near().queuePair().postSend(SendRequest.send(id));
      near().queuePair().postReceive(ReceiveRequest.of(id));
    }
    near().queuePair().modify(QueuePairAttributes.to(QueuePairState.ERR));
    near().queuePair().postSend(SendRequest.send(99));
    near().queuePair().postReceive(ReceiveRequest.of(99));
    String[] all = {
      "1 work request flushed error",
      "2 work request flushed error",
      "3 work request flushed error",
      "99 work request flushed error"
    };
    assertCompletions(near().sends(), all);
    assertCompletions(near().receives(), all);
  }

  /** Whoever is told of the first flushed request posts his marker while the others are there. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void s33_markerPostedByAListener_comesLast(boolean send) throws VerbsException {
    for (int id = 1; id <= 3; id++) {
      near().queuePair().postSend(SendRequest.send(id));
      near().queuePair().postReceive(ReceiveRequest.of(id));
    }
    CompletionQueue queue = send ? near().sends() : near().receives();
    queue.onEvent(
        () -> {
          try {
            if (send) {
              near().queuePair().postSend(SendRequest.send(99));
            } else {
              near().queuePair().postReceive(ReceiveRequest.of(99));
            }
          } catch (VerbsException e) {
            throw new AssertionError(e);
          }
        });
    queue.requestNotify(false);
    near().queuePair().modify(QueuePairAttributes.to(QueuePairState.ERR));
    List<WorkCompletion> all = take(queue);
    assertEquals(List.of(1L, 2L, 3L, 99L), all.stream().map(WorkCompletion::id).toList());
    assertEquals(128, near().queuePair().requester().freePlaces());
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void s33_listenerThatResets_endsTheFlush(boolean send) throws VerbsException {
    for (int id = 1; id <= 3; id++) {
      near().queuePair().postSend(SendRequest.send(id));
      near().queuePair().postReceive(ReceiveRequest.of(id));
    }
    CompletionQueue queue = send ? near().sends() : near().receives();
    queue.onEvent(
        () -> {
          try {
            near().queuePair().modify(QueuePairAttributes.to(QueuePairState.RESET));
            near().queuePair().modify(Endpoint.toInit());
            near().queuePair().postReceive(ReceiveRequest.of(7));
          } catch (VerbsException e) {
            throw new AssertionError(e);
          }
        });
    queue.requestNotify(false);
    near().queuePair().modify(QueuePairAttributes.to(QueuePairState.ERR));
    assertNothingIn(near().sends());
    assertNothingIn(near().receives());
    assertEquals(QueuePairState.INIT, nearState());
    assertEquals(1, near().queuePair().responder().receiveCount());
    assertEquals(128, near().queuePair().requester().freePlaces());
  }

  @Test
  void s34_receives_areFlushedInTheirOrder_byAnErrorOfTheSendQueue() throws VerbsException {
    for (int id = 1; id <= 3; id++) {
      near().queuePair().postReceive(ReceiveRequest.of(id));
    }
    near().queuePair().postSend(SendRequest.localInvalidate(1, 0));
    assertSent(1, CompletionStatus.MEMORY_MANAGEMENT_ERROR);
    assertCompletions(
        near().receives(),
        "1 work request flushed error",
        "2 work request flushed error",
        "3 work request flushed error");
  }

  @Test
  void s35_errorOfOne_leavesTheOthersOfTheCompletionQueueAlone() throws VerbsException {
    Endpoint other = Endpoint.on(rig().near(), Endpoint.completingLike(near()));
    Endpoint otherFar = Endpoint.on(rig().far(), Endpoint.completingLike(far()));
    Endpoint.connect(other, otherFar);
    near().queuePair().postSend(SendRequest.localInvalidate(1, 0));
    near().queuePair().postSend(SendRequest.send(2));
    for (int id = 11; id <= 12; id++) {
      otherFar.queuePair().postReceive(ReceiveRequest.of(id));
      other.queuePair().postSend(SendRequest.send(id));
    }
    assertEquals(QueuePairState.ERR, nearState());
    assertEquals(QueuePairState.RTS, other.queuePair().state());
    assertCompletions(
        near().sends(),
        "1 memory management operation error",
        "2 work request flushed error",
        "11 success",
        "12 success");
    assertCompletions(far().receives(), "11 success", "12 success");
  }

  @Test
  void s34_recovery_isANewLife() throws VerbsException {
    near().queuePair().postSend(SendRequest.localInvalidate(1, 0));
    assertSent(1, CompletionStatus.MEMORY_MANAGEMENT_ERROR);
    for (Endpoint side : List.of(near(), far())) {
      side.queuePair().modify(QueuePairAttributes.to(QueuePairState.RESET));
    }
    Endpoint.connect(near(), far());
    far().queuePair().postReceive(ReceiveRequest.of(2));
    near().queuePair().postSend(SendRequest.send(2));
    assertSent(2, CompletionStatus.SUCCESS);
    assertReceived(2, CompletionStatus.SUCCESS);
  }
}
