package dev.sluice.transport.rdmasim.kit;

import static dev.sluice.transport.rdmasim.verbs.QueuePairState.ERR;
import static dev.sluice.transport.rdmasim.verbs.QueuePairState.RESET;
import static dev.sluice.transport.rdmasim.verbs.QueuePairState.RTR;
import static dev.sluice.transport.rdmasim.verbs.QueuePairState.RTS;
import static dev.sluice.transport.rdmasim.verbs.QueuePairState.SQD;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.transport.rdmasim.verbs.AsyncEvent;
import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** S03, S04, S05: what a queue pair does in each of its states. */
public abstract class LifeScenarios extends Scenarios {
  private static final SendRequest EMPTY_SEND = SendRequest.send(1);
  private static final ReceiveRequest EMPTY_RECEIVE = ReceiveRequest.of(1);

  protected LifeScenarios(Function<DeviceLimits, Rig> rigs) {
    super(rigs);
  }

  /** Both sides anew, the far one in RESET, the near one with it as its peer. */
  private void reconnectNearOnly() throws VerbsException {
    Endpoint far = Endpoint.on(rig().far());
    Endpoint near = Endpoint.on(rig().near());
    reconnect(near, far);
    far.queuePair().modify(QueuePairAttributes.to(RESET));
  }

  @Test
  void s03_reset_takesNothing() throws VerbsException {
    QueuePair queuePair = Endpoint.on(rig().near()).queuePair();
    assertInvalid(() -> queuePair.postSend(EMPTY_SEND));
    assertInvalid(() -> queuePair.postReceive(EMPTY_RECEIVE));
  }

  @Test
  void s03_init_takesReceivesOnly() throws VerbsException {
    QueuePair queuePair = Endpoint.on(rig().near()).queuePair();
    queuePair.modify(Endpoint.toInit());
    assertInvalid(() -> queuePair.postSend(EMPTY_SEND));
    queuePair.postReceive(EMPTY_RECEIVE);
  }

  @Test
  void s03_readyToReceive_takesReceivesOnly() throws VerbsException {
    QueuePair queuePair = Endpoint.on(rig().near()).queuePair();
    queuePair.modify(Endpoint.toInit());
    queuePair.modify(Endpoint.toReceive(far().number()));
    assertInvalid(() -> queuePair.postSend(EMPTY_SEND));
    queuePair.postReceive(EMPTY_RECEIVE);
  }

  @Test
  void s03_reset_ignoresThePeer() throws VerbsException {
    reconnectNearOnly();
    near().queuePair().postSend(EMPTY_SEND);
    assertSent(1, CompletionStatus.RETRY_EXCEEDED);
    assertStates(ERR, RESET);
  }

  @Test
  void s03_init_ignoresThePeer_andKeepsItsReceives() throws VerbsException {
    reconnectNearOnly();
    far().queuePair().modify(Endpoint.toInit());
    far().queuePair().postReceive(EMPTY_RECEIVE);
    near().queuePair().postSend(EMPTY_SEND);
    assertSent(1, CompletionStatus.RETRY_EXCEEDED);
    assertNothingIn(far().receives());
    assertEquals(1, far().queuePair().responder().receiveCount());
  }

  @Test
  void s03_readyToReceive_answers_andTellsOfTheFirstRequestOnce() throws VerbsException {
    reconnectNearOnly();
    far().queuePair().modify(Endpoint.toInit());
    far().queuePair().postReceive(EMPTY_RECEIVE);
    far().queuePair().postReceive(ReceiveRequest.of(2));
    far().queuePair().modify(Endpoint.toReceive(near().number()));
    takeEvents(rig().far());
    near().queuePair().postSend(EMPTY_SEND);
    near().queuePair().postSend(SendRequest.send(2));
    assertCompletions(near().sends(), "1 success", "2 success");
    assertCompletions(far().receives(), "1 success", "2 success");
    assertEquals(
        List.of(new AsyncEvent(AsyncEvent.Kind.COMMUNICATION_ESTABLISHED, far().number())),
        takeEvents(rig().far()));
    assertStates(RTS, RTR);
  }

  @Test
  void s03_error_takesAllAndFlushesIt_andIgnoresThePeer() throws VerbsException {
    far().queuePair().modify(QueuePairAttributes.to(ERR));
    far().queuePair().postSend(SendRequest.send(7));
    far().queuePair().postReceive(ReceiveRequest.of(8));
    assertCompletions(far().sends(), "7 work request flushed error");
    assertCompletions(far().receives(), "8 work request flushed error");
    near().queuePair().postSend(EMPTY_SEND);
    assertSent(1, CompletionStatus.RETRY_EXCEEDED);
    assertNothingIn(far().receives());
  }

  @Test
  void s04_drained_holdsWhatIsPosted_answersThePeer_andResumesInOrder() throws VerbsException {
    near().queuePair().modify(QueuePairAttributes.to(SQD).with(Attribute.DRAINED_EVENT, 1));
    assertEquals(
        List.of(new AsyncEvent(AsyncEvent.Kind.SEND_QUEUE_DRAINED, near().number())),
        takeEvents(rig().near()));
    for (int id = 1; id <= 3; id++) {
      far().queuePair().postReceive(ReceiveRequest.of(id));
      near().queuePair().postSend(SendRequest.send(id));
    }
    near().queuePair().postReceive(ReceiveRequest.of(9));
    far().queuePair().postSend(SendRequest.send(9));
    assertCompletions(near().receives(), "9 success");
    assertNothingIn(near().sends());
    assertNothingIn(far().receives());
    near().queuePair().modify(QueuePairAttributes.to(RTS));
    assertCompletions(near().sends(), "1 success", "2 success", "3 success");
    assertCompletions(far().receives(), "1 success", "2 success", "3 success");
    assertEquals(List.of(), takeEvents(rig().near()));
  }

  @Test
  void s04_draining_isBusyUntilWhatWasOnItsWayIsDone() throws VerbsException {
    // Without a receive at the peer it cannot end.
    near().queuePair().postSend(EMPTY_SEND);
    rig().settle();
    near().queuePair().modify(QueuePairAttributes.to(SQD).with(Attribute.DRAINED_EVENT, 1));
    near().queuePair().postSend(SendRequest.send(2));
    assertEquals(List.of(), takeEvents(rig().near()));
    assertRefused(
        VerbsException.Reason.BUSY, () -> near().queuePair().modify(QueuePairAttributes.to(RTS)));
    assertRefused(
        VerbsException.Reason.BUSY,
        () -> near().queuePair().modify(QueuePairAttributes.none().with(Attribute.TIMEOUT, 3)));
    far().queuePair().postReceive(EMPTY_RECEIVE);
    far().queuePair().postReceive(ReceiveRequest.of(2));
    assertSent(1, CompletionStatus.SUCCESS);
    assertReceived(1, CompletionStatus.SUCCESS);
    assertEquals(
        List.of(new AsyncEvent(AsyncEvent.Kind.SEND_QUEUE_DRAINED, near().number())),
        takeEvents(rig().near()));
    near().queuePair().modify(QueuePairAttributes.to(RTS));
    assertSent(2, CompletionStatus.SUCCESS);
  }

  @Test
  void s04_draining_canBeGivenUp() throws VerbsException {
    near().queuePair().postSend(EMPTY_SEND);
    rig().settle();
    near().queuePair().modify(QueuePairAttributes.to(SQD).with(Attribute.DRAINED_EVENT, 1));
    near().queuePair().postSend(SendRequest.send(2));
    near().queuePair().modify(QueuePairAttributes.to(ERR));
    assertCompletions(
        near().sends(), "1 work request flushed error", "2 work request flushed error");
    assertEquals(List.of(), takeEvents(rig().near()));
  }

  @Test
  void s04_drained_withoutTheWish_givesNoEvent() throws VerbsException {
    near().queuePair().modify(QueuePairAttributes.to(SQD));
    assertEquals(List.of(), takeEvents(rig().near()));
  }

  @Test
  void s05_reset_clearsTheQueuesWithoutCompletions_andPurgesThoseThatAreThere()
      throws VerbsException {
    far().queuePair().postReceive(ReceiveRequest.of(1));
    near().queuePair().postSend(SendRequest.send(1));
    near().queuePair().postSend(SendRequest.send(2));
    near().queuePair().postReceive(ReceiveRequest.of(3));
    rig().settle();
    near().queuePair().modify(QueuePairAttributes.to(RESET));
    assertNothingIn(near().sends());
    assertNothingIn(near().receives());
    assertEquals(QueuePairAttributes.none(), near().queuePair().attributes());
    assertEquals(0, near().queuePair().responder().receiveCount());
    assertEquals(128, near().queuePair().requester().freePlaces());
  }

  @Test
  void s05_afterReset_theConnectionWorksAnew_withOtherPacketNumbers() throws VerbsException {
    for (int life = 0; life < 5; life++) {
      for (Endpoint side : List.of(near(), far())) {
        side.queuePair().modify(QueuePairAttributes.to(ERR));
        side.queuePair().modify(QueuePairAttributes.to(RESET));
        side.queuePair().modify(Endpoint.toInit());
        int peer = side.equals(near()) ? far().number() : near().number();
        int number = (1 << 24) - 1 - life;
        side.queuePair()
            .modify(Endpoint.toReceive(peer).with(Attribute.RECEIVE_PACKET_NUMBER, number));
        side.queuePair().modify(Endpoint.toSend().with(Attribute.SEND_PACKET_NUMBER, number));
      }
      for (int id = 1; id <= 3; id++) {
        far().queuePair().postReceive(ReceiveRequest.of(id));
        near().queuePair().postSend(SendRequest.send(id));
      }
      assertCompletions(near().sends(), "1 success", "2 success", "3 success");
      assertCompletions(far().receives(), "1 success", "2 success", "3 success");
    }
  }

  @Test
  void s05_requestOfTheOldLife_isForgotten() throws IOException {
    MemoryRegion source = near().pattern(100, 1);
    MemoryRegion target = far().zeros(100, Endpoint.ALL);
    near().queuePair().postSend(SendRequest.send(1, source.whole()));
    rig().settle();
    near().queuePair().modify(QueuePairAttributes.to(RESET));
    far().queuePair().postReceive(ReceiveRequest.of(1, target.whole()));
    assertNothingIn(far().receives());
    assertEquals(RTS, far().queuePair().state());
  }

  @Test
  void s05_purge_leavesTheCompletionsOfOthers() throws VerbsException {
    Endpoint first = near();
    Endpoint other = Endpoint.on(rig().near(), Endpoint.completingLike(first));
    Endpoint otherFar = Endpoint.on(rig().far());
    Endpoint.connect(other, otherFar);
    otherFar.queuePair().postReceive(ReceiveRequest.of(1));
    far().queuePair().postReceive(ReceiveRequest.of(1));
    other.queuePair().postSend(SendRequest.send(1));
    near().queuePair().postSend(SendRequest.send(2));
    rig().settle();
    other.queuePair().modify(QueuePairAttributes.to(RESET));
    assertSent(2, CompletionStatus.SUCCESS);
  }
}
