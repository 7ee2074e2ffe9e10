package dev.sluice.transport.rdmasim.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.kit.Endpoint;
import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Timers that begin to run while somebody waits for a completion. */
@Timeout(60)
class AwaitedTimersTest {
  private static final int TIMER_CODE = 26;
  private static final double TIMER_MILLIS = 81.92;
  private static final int RETRY_COUNT = 3;

  /** Scenario S26: far below the 500 ms after which every wait looks again by itself. */
  @Test
  void notReady_tooOften_endsTheWaitInTime() throws Exception {
    try (SharedRig rig = new SharedRig(DeviceLimits.USUAL);
        ExecutorService farThread = Executors.newSingleThreadExecutor()) {
      Endpoint near = Endpoint.on(rig.near());
      Endpoint far = Endpoint.on(rig.far());
      near.queuePair().modify(Endpoint.toInit());
      far.queuePair().modify(Endpoint.toInit());
      near.queuePair().modify(Endpoint.toReceive(far.number()));
      far.queuePair()
          .modify(Endpoint.toReceive(near.number()).with(Attribute.MIN_RNR_TIMER, TIMER_CODE));
      near.queuePair().modify(Endpoint.toSend().with(Attribute.RNR_RETRY, RETRY_COUNT));
      far.queuePair().modify(Endpoint.toSend());
      near.sends().requestNotify(false);
      Future<Boolean> answering =
          farThread.submit(() -> far.receives().awaitEvent(Duration.ofSeconds(1)));
      long start = System.nanoTime();
      near.queuePair().postSend(SendRequest.send(1).inline(MemorySegment.ofArray(new byte[8])));
      assertTrue(near.sends().awaitEvent(Duration.ofSeconds(30)));
      double millis = (System.nanoTime() - start) / (double) TimeUnit.MILLISECONDS.toNanos(1);
      WorkCompletion completion = near.sends().poll();
      assertNotNull(completion);
      assertEquals(CompletionStatus.RECEIVER_NOT_READY_RETRY_EXCEEDED, completion.status());
      assertTrue(millis >= RETRY_COUNT * TIMER_MILLIS, millis + " ms");
      assertTrue(millis < RETRY_COUNT * TIMER_MILLIS + 500, millis + " ms");
      answering.get();
    }
  }
}
