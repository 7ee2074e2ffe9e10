package dev.sluice.transport.rdmasim.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.verbs.CompletionOpcode;
import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** S21 and S22: atomics, and taking keys back by a request. */
public abstract class AtomicScenarios extends Scenarios {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  protected AtomicScenarios(Function<DeviceLimits, Rig> rigs) {
    super(rigs);
  }

  private MemoryRegion numbers(Endpoint owner, long... values) throws IOException {
    MemoryRegion region = owner.zeros(8L * values.length, Endpoint.ALL);
    for (int i = 0; i < values.length; i++) {
      region.segment().setAtIndex(LONG, i, values[i]);
    }
    return region;
  }

  private static long number(MemoryRegion region, int index) {
    return region.segment().getAtIndex(LONG, index);
  }

  @Test
  void s21_fetchAndAdd_addsAndGivesTheOldValue() throws IOException {
    MemoryRegion target = numbers(far(), 1, Long.MAX_VALUE, 3);
    MemoryRegion old = numbers(near(), 0, 0);
    near()
        .queuePair()
        .postSend(SendRequest.fetchAndAdd(1, target.remoteKey(), 8, 2, old.piece(8, 8)));
    WorkCompletion added = takeOne(near().sends());
    assertEquals("1 success", tell(added));
    assertEquals(CompletionOpcode.FETCH_AND_ADD, added.opcode());
    assertEquals(8, added.byteCount());
    assertEquals(Long.MAX_VALUE, number(old, 1));
    assertEquals(Long.MIN_VALUE + 1, number(target, 1));
    assertEquals(1, number(target, 0));
    assertEquals(3, number(target, 2));
  }

  @Test
  void s21_compareAndSwap_swapsOnlyWhatIsExpected_andGivesTheOldValue() throws IOException {
    MemoryRegion target = numbers(far(), 5);
    MemoryRegion old = numbers(near(), 0, 0);
    int key = target.remoteKey();
    near().queuePair().postSend(SendRequest.compareAndSwap(1, key, 0, 4, 9, old.piece(0, 8)));
    near().queuePair().postSend(SendRequest.compareAndSwap(2, key, 0, 5, 6, old.piece(8, 8)));
    assertEquals(CompletionOpcode.COMPARE_AND_SWAP, take(near().sends()).getFirst().opcode());
    assertEquals(5, number(old, 0));
    assertEquals(5, number(old, 1));
    assertEquals(6, number(target, 0));
  }

  @Test
  void s21_atomicsOfSeveralQueuePairs_loseNothing() throws IOException {
    MemoryRegion target = numbers(far(), 0);
    Set<Long> seen = new HashSet<>();
    Endpoint first = near();
    Endpoint second = Endpoint.on(rig().near());
    Endpoint secondFar =
        new Endpoint(
            rig().far(),
            far().domain(),
            far().sends(),
            far().receives(),
            far().domain().createQueuePair(far().queuePair().options()));
    Endpoint.connect(second, secondFar);
    MemoryRegion[] old = {numbers(first, new long[50]), numbers(second, new long[50])};
    for (int i = 0; i < 50; i++) {
      for (int side = 0; side < 2; side++) {
        (side == 0 ? first : second)
            .queuePair()
            .postSend(
                SendRequest.fetchAndAdd(i, target.remoteKey(), 0, 1, old[side].piece(8L * i, 8)));
      }
    }
    assertEquals(50, take(first.sends()).size());
    assertEquals(50, take(second.sends()).size());
    assertEquals(100, number(target, 0));
    for (int i = 0; i < 50; i++) {
      seen.add(number(old[0], i));
      seen.add(number(old[1], i));
    }
    assertEquals(100, seen.size());
  }

  @Test
  void s22_sendWithInvalidate_withdrawsTheKeyBeforeItIsReceived() throws IOException {
    MemoryRegion target = far().zeros(8, Endpoint.ALL);
    far().queuePair().postReceive(ReceiveRequest.of(1));
    far().queuePair().postReceive(ReceiveRequest.of(2));
    boolean[] validAtCompletion = {true};
    far().receives().onEvent(() -> validAtCompletion[0] = target.isValid());
    far().receives().requestNotify(false);
    near().queuePair().postSend(SendRequest.send(1).invalidating(target.remoteKey()));
    assertSent(1, CompletionStatus.SUCCESS);
    WorkCompletion received = takeOne(far().receives());
    assertEquals(CompletionOpcode.RECEIVE, received.opcode());
    assertEquals(target.remoteKey(), received.invalidatedKey());
    assertFalse(received.hasImmediate());
    assertFalse(validAtCompletion[0]);
    near()
        .queuePair()
        .postSend(SendRequest.write(2, target.remoteKey(), 0, near().pattern(8, 1).whole()));
    assertSent(2, CompletionStatus.REMOTE_ACCESS_ERROR);
    // Registered anew it is as good as ever.
    target.reregister(far().domain(), Endpoint.ALL);
    target.close();
  }

  @Test
  void s22_sendThatInvalidatesNothing_isARemoteAccessError() throws IOException {
    MemoryRegion elsewhere = rig().far().createProtectionDomain().allocate(8, Endpoint.ALL);
    far().queuePair().postReceive(ReceiveRequest.of(1));
    near().queuePair().postSend(SendRequest.send(1).invalidating(elsewhere.remoteKey()));
    assertSent(1, CompletionStatus.REMOTE_ACCESS_ERROR);
    assertReceived(1, CompletionStatus.FLUSHED);
    assertStates(QueuePairState.ERR, QueuePairState.ERR);
    assertTrue(elsewhere.isValid());
  }

  @Test
  void s22_localInvalidate_withdrawsTheKeyInItsTurn() throws IOException {
    MemoryRegion region = near().pattern(8, 1);
    MemoryRegion target = far().zeros(8, Endpoint.ALL);
    int key = target.remoteKey();
    near().queuePair().postSend(SendRequest.write(1, key, 0, region.whole()));
    near().queuePair().postSend(SendRequest.localInvalidate(2, region.localKey()).fenced());
    near().queuePair().postSend(SendRequest.write(3, key, 0, region.whole()));
    var completions = take(near().sends());
    assertEquals("1 success", tell(completions.get(0)));
    assertEquals("2 success", tell(completions.get(1)));
    assertEquals(CompletionOpcode.LOCAL_INVALIDATE, completions.get(1).opcode());
    assertEquals("3 local protection error", tell(completions.get(2)));
    assertFalse(region.isValid());
  }

  @Test
  void s22_localInvalidateOfWhatIsNotThere_fails() throws IOException {
    MemoryRegion region = near().pattern(8, 1);
    near().queuePair().postSend(SendRequest.localInvalidate(1, region.localKey() ^ 1));
    assertSent(1, CompletionStatus.MEMORY_MANAGEMENT_ERROR);
    assertStates(QueuePairState.ERR, QueuePairState.RTS);
    assertTrue(region.isValid());
  }

  @Test
  void s22_invalidatedRegion_canBeInvalidatedOnce() throws IOException {
    MemoryRegion region = near().pattern(8, 1);
    int key = region.localKey();
    near().queuePair().postSend(SendRequest.localInvalidate(1, key));
    near().queuePair().postSend(SendRequest.localInvalidate(2, key));
    assertCompletions(near().sends(), "1 success", "2 memory management operation error");
  }
}
