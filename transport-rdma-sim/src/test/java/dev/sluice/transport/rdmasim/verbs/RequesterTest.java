package dev.sluice.transport.rdmasim.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a wire may start, and what becomes of its reports in whatever order they come. */
@Timeout(10)
class RequesterTest {
  private QueuePair queuePair;
  private Requester requester;

  @BeforeEach
  void connect() throws VerbsException {
    queuePair = new HandDrivenFabric().sendingQueuePair();
    requester = queuePair.requester();
  }

  private void post(SendRequest... requests) throws VerbsException {
    queuePair.postSend(List.of(requests));
  }

  private SendOperation start(long id) {
    SendOperation next = requester.next();
    assertNotNull(next);
    assertEquals(id, next.request().id());
    return next;
  }

  private void assertCompletions(String... expected) throws VerbsException {
    CompletionQueue queue = queuePair.options().sendCompletions();
    List<String> all = new ArrayList<>();
    for (WorkCompletion next = queue.poll(); next != null; next = queue.poll()) {
      all.add(next.id() + " " + next.status());
    }
    assertEquals(List.of(expected), all);
  }

  private static SendRequest read(long id) {
    return SendRequest.read(id, 0, 0);
  }

  private static SendRequest write(long id) {
    return SendRequest.write(id, 0, 0);
  }

  @Test
  void requests_startInOrder_andCompleteInOrder_howeverTheyAreReported() throws VerbsException {
    post(write(1), write(2), write(3));
    SendOperation first = start(1);
    SendOperation second = start(2);
    SendOperation third = start(3);
    assertNull(requester.next());
    requester.done(third);
    requester.done(second);
    assertCompletions();
    assertFalse(requester.isIdle());
    requester.done(first);
    assertCompletions("1 success", "2 success", "3 success");
    assertTrue(requester.isIdle());
  }

  @Test
  void reportingTwice_changesNothing() throws VerbsException {
    post(read(1), read(2), read(3));
    SendOperation first = start(1);
    start(2);
    requester.done(first);
    requester.done(first);
    requester.fail(first, CompletionStatus.RETRY_EXCEEDED);
    start(3);
    assertNull(requester.next());
    assertCompletions("1 success");
    assertEquals(QueuePairState.RTS, queuePair.state());
  }

  @Test
  void readsOverTheLimit_wait_andWhatIsBehindThemToo() throws VerbsException {
    post(read(1), read(2), read(3), write(4));
    SendOperation first = start(1);
    SendOperation second = start(2);
    assertNull(requester.next());
    requester.done(second);
    start(3);
    start(4);
    requester.done(first);
    assertCompletions("1 success", "2 success");
  }

  @Test
  void writesBehindReads_startWithoutWaiting_unlessTheyAreFenced() throws VerbsException {
    post(read(1), write(2), write(3).fenced(), write(4));
    SendOperation first = start(1);
    start(2);
    assertNull(requester.next());
    requester.done(first);
    start(3);
    start(4);
  }

  @Test
  void fence_doesNotWaitForWrites() throws VerbsException {
    post(write(1), write(2).fenced());
    start(1);
    start(2);
  }

  @Test
  void failure_waitsForEarlierRequests_andNothingStartsMeanwhile() throws VerbsException {
    post(read(1), write(2), write(3), write(4));
    SendOperation first = start(1);
    SendOperation second = start(2);
    requester.fail(second, CompletionStatus.REMOTE_ACCESS_ERROR);
    assertCompletions();
    assertNull(requester.next());
    assertEquals(QueuePairState.RTS, queuePair.state());
    requester.done(first);
    assertCompletions(
        "1 success",
        "2 remote access error",
        "3 work request flushed error",
        "4 work request flushed error");
    assertEquals(QueuePairState.ERR, queuePair.state());
  }

  @Test
  void earlierFailure_wins() throws VerbsException {
    post(write(1), write(2));
    SendOperation first = start(1);
    SendOperation second = start(2);
    requester.fail(second, CompletionStatus.REMOTE_ACCESS_ERROR);
    requester.fail(first, CompletionStatus.RETRY_EXCEEDED);
    assertCompletions("1 transport retry counter exceeded", "2 work request flushed error");
  }

  @Test
  void badLocalKey_behindARead_failsInItsTurn() throws VerbsException {
    post(read(1), SendRequest.send(2, new ScatterGather(0x700, 0, 1)), write(3));
    SendOperation first = start(1);
    assertNull(requester.next());
    assertCompletions();
    requester.done(first);
    assertCompletions("1 success", "2 local protection error", "3 work request flushed error");
  }

  @Test
  void error_flushesWhatIsDoneButNotInItsTurn() throws VerbsException {
    post(read(1), write(2));
    start(1);
    requester.done(start(2));
    queuePair.enterError();
    assertCompletions("1 work request flushed error", "2 work request flushed error");
  }

  @Test
  void lateReports_doNotReachTheNextLife() throws VerbsException {
    post(read(1), read(2), write(3));
    SendOperation first = start(1);
    SendOperation second = start(2);
    SendOperation third = start(3);
    queuePair.modify(QueuePairAttributes.to(QueuePairState.RESET));
    HandDrivenFabric.start(queuePair);
    requester.done(first);
    requester.fail(second, CompletionStatus.RETRY_EXCEEDED);
    requester.fail(third, CompletionStatus.RETRY_EXCEEDED);
    post(read(11), read(12), read(13));
    start(11);
    start(12);
    assertNull(requester.next(), "the limit of reads is still 2");
    assertCompletions();
    assertEquals(QueuePairState.RTS, queuePair.state());
  }

  @Test
  void lateReports_afterAnError_changeNothing() throws VerbsException {
    post(read(1), write(2));
    SendOperation first = start(1);
    SendOperation second = start(2);
    queuePair.enterError();
    requester.done(first);
    requester.fail(second, CompletionStatus.RETRY_EXCEEDED);
    assertCompletions("1 work request flushed error", "2 work request flushed error");
    queuePair.modify(QueuePairAttributes.to(QueuePairState.RESET));
    HandDrivenFabric.start(queuePair);
    post(write(3));
    start(3);
  }

  @Test
  void places_areFreedByTheNextSignaledCompletion_orByAnyError() throws VerbsException {
    post(write(1).unsignaled(), write(2).unsignaled(), write(3));
    SendOperation first = start(1);
    SendOperation second = start(2);
    requester.done(first);
    assertEquals(5, requester.freePlaces());
    requester.done(second);
    assertEquals(5, requester.freePlaces());
    requester.done(start(3));
    assertEquals(8, requester.freePlaces());
    post(write(4).unsignaled());
    requester.done(start(4));
    assertEquals(7, requester.freePlaces());
    queuePair.enterError();
    assertEquals(8, requester.freePlaces());
  }

  @Test
  void drain_waitsForWhatIsStarted_notForWhatIsHeld() throws VerbsException {
    RdmaDevice device = queuePair.domain().device();
    post(read(1), write(2));
    SendOperation first = start(1);
    queuePair.modify(QueuePairAttributes.to(QueuePairState.SQD).with(Attribute.DRAINED_EVENT, 1));
    assertNull(requester.next());
    assertEquals(Optional.empty(), device.pollEvent());
    requester.done(first);
    assertEquals(
        Optional.of(new AsyncEvent(AsyncEvent.Kind.SEND_QUEUE_DRAINED, queuePair.number())),
        device.pollEvent());
    assertCompletions("1 success");
    queuePair.modify(QueuePairAttributes.to(QueuePairState.RTS));
    start(2);
    assertEquals(Optional.empty(), device.pollEvent());
  }

  @Test
  void drain_withAFailure_endsInError_withoutTheEvent() throws VerbsException {
    post(read(1), write(2));
    SendOperation first = start(1);
    queuePair.modify(QueuePairAttributes.to(QueuePairState.SQD).with(Attribute.DRAINED_EVENT, 1));
    requester.fail(first, CompletionStatus.RETRY_EXCEEDED);
    assertCompletions("1 transport retry counter exceeded", "2 work request flushed error");
    assertEquals(Optional.empty(), queuePair.domain().device().pollEvent());
    assertEquals(QueuePairState.ERR, queuePair.state());
  }

  @Test
  void heldRead_whenNoReadsAreLeftToIt_failsInsteadOfWaitingForEver() throws VerbsException {
    queuePair.modify(QueuePairAttributes.to(QueuePairState.SQD));
    post(read(1), write(2));
    queuePair.modify(QueuePairAttributes.none().with(Attribute.MAX_READ_ATOMIC, 0));
    queuePair.modify(QueuePairAttributes.to(QueuePairState.RTS));
    assertNull(requester.next());
    assertCompletions("1 local QP operation error", "2 work request flushed error");
  }

  @Test
  void completionListener_mayPostMore() throws VerbsException {
    CompletionQueue queue = queuePair.options().sendCompletions();
    queue.onEvent(
        () -> {
          try {
            post(write(9));
          } catch (VerbsException e) {
            throw new AssertionError(e);
          }
        });
    queue.requestNotify(false);
    post(write(1), write(2));
    SendOperation first = start(1);
    SendOperation second = start(2);
    requester.done(second);
    requester.done(first);
    assertCompletions("1 success", "2 success");
    start(9);
  }
}
