package dev.sluice.transport.rdmasim.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.verbs.AsyncEvent;
import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairOptions;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** S08, S09, S10: completion queues. */
public abstract class CompletionScenarios extends Scenarios {
  protected CompletionScenarios(Function<DeviceLimits, Rig> rigs) {
    super(rigs);
  }

  private void send(long id) throws VerbsException {
    near().queuePair().postSend(SendRequest.send(id));
  }

  private void receive(long id) throws VerbsException {
    far().queuePair().postReceive(ReceiveRequest.of(id));
  }

  @Test
  void s08_overrun_isAnEvent_andTakesItsQueuePairsWithIt() throws VerbsException {
    CompletionQueue small = rig().near().createCompletionQueue(2);
    Endpoint first = new Endpoint(rig().near(), near().domain(), small, small, pair(small));
    Endpoint otherUser = new Endpoint(rig().near(), near().domain(), small, small, pair(small));
    Endpoint.connect(otherUser, Endpoint.on(rig().far()));
    reconnect(first, Endpoint.on(rig().far()));
    for (int id = 1; id <= 3; id++) {
      receive(id);
      send(id);
    }
    assertEquals(
        List.of(new AsyncEvent(AsyncEvent.Kind.COMPLETION_QUEUE_ERROR, small.number())),
        takeEvents(rig().near()));
    assertTrue(small.isOverrun());
    assertInvalid(small::poll);
    assertEquals(QueuePairState.ERR, first.queuePair().state());
    assertEquals(QueuePairState.ERR, otherUser.queuePair().state());
    assertEquals(QueuePairState.RTS, far().queuePair().state());
  }

  private QueuePair pair(CompletionQueue queue) throws VerbsException {
    return near().domain().createQueuePair(QueuePairOptions.of(queue));
  }

  @Test
  void s08_receiveWhoseCompletionIsLost_isNoSuccessForTheSender() throws VerbsException {
    CompletionQueue small = rig().far().createCompletionQueue(1);
    Endpoint roomy = Endpoint.on(rig().far());
    reconnect(
        Endpoint.on(rig().near()),
        new Endpoint(
            rig().far(),
            roomy.domain(),
            roomy.sends(),
            small,
            roomy
                .domain()
                .createQueuePair(new QueuePairOptions(roomy.sends(), small, 8, 8, 1, 0))));
    receive(1);
    receive(2);
    send(1);
    send(2);
    assertCompletions(near().sends(), "1 success", "2 transport retry counter exceeded");
    assertEquals(QueuePairState.ERR, far().queuePair().state());
  }

  @Test
  void s08_queuePairThatJoinsAnOverrunQueue_isRefused() throws VerbsException {
    CompletionQueue small = rig().near().createCompletionQueue(1);
    Endpoint late = new Endpoint(rig().near(), near().domain(), small, small, pair(small));
    reconnect(
        new Endpoint(rig().near(), near().domain(), small, small, pair(small)),
        Endpoint.on(rig().far()));
    near().queuePair().modify(QueuePairAttributes.to(QueuePairState.ERR));
    send(1);
    send(2);
    assertTrue(small.isOverrun());
    assertInvalid(() -> pair(small));
    // One that was there in RESET learns of it with its first completion.
    Endpoint peer = Endpoint.on(rig().far());
    Endpoint.connect(late, peer);
    late.queuePair().postSend(SendRequest.write(1, 0, 0));
    rig().settle();
    assertEquals(QueuePairState.ERR, late.queuePair().state());
  }

  @Test
  void s08_overrun_wakesWhoWaits() throws IOException {
    CompletionQueue small = rig().near().createCompletionQueue(1);
    reconnect(
        new Endpoint(rig().near(), near().domain(), small, small, pair(small)),
        Endpoint.on(rig().far()));
    near().queuePair().postSend(SendRequest.write(1, 0, 0));
    rig().settle();
    small.requestNotify(true);
    near().queuePair().postSend(SendRequest.write(2, 0, 0));
    rig().settle();
    assertTrue(small.awaitEvent(Duration.ZERO));
    assertInvalid(small::poll);
  }

  @Test
  void s09_resize_makesRoom() throws VerbsException {
    CompletionQueue queue = near().sends();
    queue.resize(1);
    assertEquals(1, queue.capacity());
    receive(1);
    send(1);
    rig().settle();
    queue.resize(2);
    receive(2);
    send(2);
    assertCompletions(queue, "1 success", "2 success");
  }

  @Test
  void s09_resizeBelowWhatIsThere_isInvalid() throws VerbsException {
    CompletionQueue queue = near().sends();
    for (int id = 1; id <= 3; id++) {
      receive(id);
      send(id);
    }
    rig().settle();
    int before = queue.capacity();
    assertInvalid(() -> queue.resize(2));
    assertInvalid(() -> queue.resize(rig().near().limits().maxCompletions() + 1));
    assertEquals(before, queue.capacity());
    queue.resize(3);
    assertCompletions(queue, "1 success", "2 success", "3 success");
    assertInvalid(() -> queue.resize(0));
  }

  @Test
  void s09_sizesOutOfRange_areInvalid() {
    assertInvalid(() -> rig().near().createCompletionQueue(0));
    assertInvalid(
        () -> rig().near().createCompletionQueue(rig().near().limits().maxCompletions() + 1));
  }

  @Test
  void s10_arming_isForOneEvent() throws IOException {
    CompletionQueue queue = far().receives();
    AtomicInteger events = new AtomicInteger();
    queue.onEvent(events::incrementAndGet);
    for (int id = 1; id <= 4; id++) {
      receive(id);
    }
    send(1);
    rig().settle();
    assertEquals(0, events.get());
    queue.requestNotify(false);
    rig().settle();
    assertEquals(0, events.get(), "what came before the arming gives no event");
    send(2);
    send(3);
    rig().settle();
    assertEquals(1, events.get());
    assertTrue(queue.awaitEvent(Duration.ZERO));
    send(4);
    rig().settle();
    assertEquals(1, events.get());
    assertFalse(queue.awaitEvent(Duration.ZERO));
  }

  @Test
  void s10_solicitedOnly_firesForSolicitedReceivesAndErrors() throws IOException {
    CompletionQueue queue = far().receives();
    AtomicInteger events = new AtomicInteger();
    queue.onEvent(events::incrementAndGet);
    for (int id = 1; id <= 4; id++) {
      receive(id);
    }
    queue.requestNotify(true);
    send(1);
    rig().settle();
    assertEquals(0, events.get());
    near().queuePair().postSend(SendRequest.send(2).solicited());
    rig().settle();
    assertEquals(1, events.get());
    queue.requestNotify(true);
    near().queuePair().postSend(SendRequest.write(3, 0, 0).withImmediate(3).solicited());
    rig().settle();
    assertEquals(2, events.get());
    queue.requestNotify(true);
    far().queuePair().modify(QueuePairAttributes.to(QueuePairState.ERR));
    assertEquals(3, events.get());
  }

  @Test
  void s10_armingForAll_isNotWeakenedByArmingForSolicited() throws VerbsException {
    CompletionQueue queue = far().receives();
    AtomicInteger events = new AtomicInteger();
    queue.onEvent(events::incrementAndGet);
    queue.requestNotify(false);
    queue.requestNotify(true);
    receive(1);
    send(1);
    rig().settle();
    assertEquals(1, events.get());
    queue.requestNotify(true);
    queue.requestNotify(false);
    receive(2);
    send(2);
    rig().settle();
    assertEquals(2, events.get());
  }

  @Test
  void s10_successOfTheSendQueue_isNotSolicited() throws VerbsException {
    AtomicInteger events = new AtomicInteger();
    near().sends().onEvent(events::incrementAndGet);
    near().sends().requestNotify(true);
    receive(1);
    near().queuePair().postSend(SendRequest.send(1).solicited());
    rig().settle();
    assertEquals(0, events.get());
    near().queuePair().modify(QueuePairAttributes.to(QueuePairState.ERR));
    send(2);
    assertEquals(1, events.get());
  }

  @Test
  void s10_listener_mayPostAndPollAndArm() throws VerbsException {
    CompletionQueue queue = near().sends();
    int count = 100;
    AtomicInteger completed = new AtomicInteger();
    queue.onEvent(
        () -> {
          try {
            queue.requestNotify(false);
            assertNotNull(queue.poll());
            if (completed.incrementAndGet() < count) {
              near().queuePair().postSend(SendRequest.write(1, 0, 0));
            }
          } catch (VerbsException e) {
            throw new AssertionError(e);
          }
        });
    queue.requestNotify(false);
    near().queuePair().postSend(SendRequest.write(1, 0, 0));
    rig().settle();
    assertEquals(count, completed.get());
    assertNothingIn(queue);
  }
}
