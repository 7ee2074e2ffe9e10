package dev.sluice.transport.rdmasim.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.transport.rdmasim.kit.Endpoint;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the two sides of a refusal see while both are at work. */
@Timeout(60)
class RefusalTest {
  private static final int ROUND_COUNT = 2_000;

  private static void post(Endpoint near, long id, int byteCount) throws Exception {
    near.queuePair()
        .postSend(SendRequest.send(id).inline(MemorySegment.ofArray(new byte[byteCount])));
  }

  /** The responder does both at one go, and the requester looks at any moment in between. */
  @Test
  void requestBeforeARefusedOne_isASuccess() throws Exception {
    try (SharedRig rig = new SharedRig(DeviceLimits.USUAL);
        ExecutorService farThread = Executors.newSingleThreadExecutor()) {
      for (int round = 0; round < ROUND_COUNT; round++) {
        Endpoint near = Endpoint.on(rig.near());
        Endpoint far = Endpoint.on(rig.far());
        Endpoint.connect(near, far);
        MemoryRegion region = far.zeros(8, Endpoint.ALL);
        far.queuePair().postReceive(ReceiveRequest.of(1, region.whole()));
        far.queuePair().postReceive(ReceiveRequest.of(2, region.whole()));
        post(near, 1, 8);
        post(near, 2, 9);
        AtomicBoolean spinning = new AtomicBoolean();
        Future<?> answering =
            farThread.submit(
                () -> {
                  while (!spinning.get()) {
                    Thread.onSpinWait();
                  }
                  far.queuePair().wire().progress();
                });
        spinning.set(true);
        List<String> outcomes = new ArrayList<>();
        while (outcomes.size() < 2) {
          WorkCompletion next = near.sends().poll();
          if (next != null) {
            outcomes.add(next.id() + "/" + next.status().code());
          }
        }
        answering.get();
        assertEquals(List.of("1/0", "2/9"), outcomes, "round " + round);
        region.close();
        near.queuePair().close();
        far.queuePair().close();
      }
    }
  }

  /** RS-11.1: the failure of the request before it is the one that counts, on both sides. */
  @Test
  void refusalBehindARequestThatFails_doesNotBreakTheResponder() throws Exception {
    try (SharedRig rig = new SharedRig(DeviceLimits.USUAL)) {
      Endpoint near = Endpoint.on(rig.near());
      Endpoint far = Endpoint.on(rig.far());
      connect(near, far, Endpoint.toSend().with(Attribute.RNR_RETRY, 1));
      post(near, 1, 8);
      near.queuePair().postSend(writeWithABadKey(2));
      rig.settle();
      assertEquals(List.of("1/13", "2/5"), outcomes(near));
      assertEquals(QueuePairState.RTS, far.queuePair().state());
      assertEquals(Optional.empty(), far.device().pollEvent());
    }
  }

  @Test
  void refusalBehindARequestThatWaits_isToldOnceThatIsDone() throws Exception {
    try (SharedRig rig = new SharedRig(DeviceLimits.USUAL)) {
      Endpoint near = Endpoint.on(rig.near());
      Endpoint far = Endpoint.on(rig.far());
      connect(near, far, Endpoint.toSend());
      MemoryRegion region = far.zeros(8, Endpoint.ALL);
      post(near, 1, 8);
      near.queuePair().postSend(writeWithABadKey(2));
      rig.settle();
      assertEquals(List.of(), outcomes(near));
      assertEquals(QueuePairState.RTS, far.queuePair().state());
      far.queuePair().postReceive(ReceiveRequest.of(7, region.whole()));
      rig.settle();
      assertEquals(List.of("1/0", "2/10"), outcomes(near));
      assertEquals(QueuePairState.ERR, far.queuePair().state());
      WorkCompletion received = far.receives().poll();
      assertEquals(7, received == null ? -1 : received.id());
    }
  }

  private static SendRequest writeWithABadKey(long id) {
    return SendRequest.write(id, 0x7fff00, 0).inline(MemorySegment.ofArray(new byte[1]));
  }

  private static void connect(Endpoint near, Endpoint far, QueuePairAttributes nearSends)
      throws Exception {
    near.queuePair().modify(Endpoint.toInit());
    far.queuePair().modify(Endpoint.toInit());
    near.queuePair().modify(Endpoint.toReceive(far.number()));
    far.queuePair().modify(Endpoint.toReceive(near.number()));
    near.queuePair().modify(nearSends);
    far.queuePair().modify(Endpoint.toSend());
  }

  private static List<String> outcomes(Endpoint near) throws Exception {
    List<String> outcomes = new ArrayList<>();
    for (WorkCompletion next = near.sends().poll(); next != null; next = near.sends().poll()) {
      outcomes.add(next.id() + "/" + next.status().code());
    }
    return outcomes;
  }
}
