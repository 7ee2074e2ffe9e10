package dev.sluice.transport.rdmasim.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer is inside a region, and stays, while its owner takes the key back. */
@Timeout(20)
class UsedRegionTest {
  private static final int REGION_COUNT = 2;
  private static final Set<Access> ALL = EnumSet.allOf(Access.class);

  private final HandDrivenFabric fabric =
      new HandDrivenFabric(new DeviceLimits(4, REGION_COUNT, 64, 4, 220, 64, 4, 1 << 20));
  private final RdmaDevice device = fabric.device();
  private final CountDownLatch waiting = new CountDownLatch(1);
  private final CountDownLatch left = new CountDownLatch(1);
  private final ProtectionDomain domain = device.createProtectionDomain();
  private MemoryRegion used;
  private int key;

  @SuppressWarnings("NullAway.Init") // Before each test.
  UsedRegionTest() {}

  @BeforeEach
  void enter() throws IOException {
    used = domain.allocate(16, ALL);
    key = used.remoteKey();
    assertTrue(device.regions().enter(key));
    fabric.onWait(
        _ -> {
          waiting.countDown();
          try {
            left.await();
          } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
          }
        });
  }

  private void leave() {
    device.regions().leave(key);
    left.countDown();
  }

  private static <T> FutureTask<T> start(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private static <T> T soon(Callable<T> call) throws Exception {
    return start(call).get(5, TimeUnit.SECONDS);
  }

  private FutureTask<Boolean> closing() throws InterruptedException {
    FutureTask<Boolean> closing =
        start(
            () -> {
              used.close();
              return true;
            });
    waiting.await();
    return closing;
  }

  @Test
  void close_waits_andKeepsNobodyElseWaiting() throws Exception {
    FutureTask<Boolean> closing = closing();
    try {
      MemoryRegion other = soon(() -> domain.allocate(16, ALL));
      CompletionQueue completions = soon(() -> device.createCompletionQueue(8));
      QueuePair queuePair =
          soon(() -> domain.createQueuePair(QueuePairOptions.of(completions).withQueues(2, 2)));
      assertTrue(soon(() -> device.invalidate(other.localKey())));
      assertTrue(
          soon(
              () -> {
                other.close();
                queuePair.close();
                return true;
              }));
      assertFalse(closing.isDone());
    } finally {
      leave();
    }
    assertTrue(closing.get());
  }

  @Test
  void keyIsStale_beforeTheWait() throws Exception {
    FutureTask<Boolean> closing = closing();
    int found = device.regions().find(key, domain.number(), Access.REMOTE_READ, 0, 1);
    assertEquals(RegionTable.NONE, found);
    assertFalse(used.isValid());
    leave();
    assertTrue(closing.get());
  }

  @Test
  void placeIsFree_afterTheWait() throws Exception {
    FutureTask<Boolean> closing = closing();
    MemoryRegion other = domain.allocate(16, ALL);
    assertThrows(VerbsException.class, () -> domain.allocate(16, ALL));
    VerbsException busy = assertThrows(VerbsException.class, domain::close);
    assertEquals(VerbsException.Reason.BUSY, busy.reason());
    leave();
    assertTrue(closing.get());
    domain.allocate(16, ALL).close();
    other.close();
    domain.close();
  }

  @Test
  void secondClose_waitsForTheFirst() throws Exception {
    FutureTask<Boolean> closing = closing();
    FutureTask<Boolean> second = new FutureTask<>(used::close, true);
    Thread thread = Thread.ofPlatform().start(second);
    while (thread.getState() != Thread.State.BLOCKED && !second.isDone()) {
      Thread.onSpinWait();
    }
    assertFalse(second.isDone());
    leave();
    assertTrue(closing.get());
    assertTrue(second.get());
  }

  @Test
  void reregister_waits_andKeepsNobodyElseWaiting() throws Exception {
    FutureTask<Boolean> changing =
        start(
            () -> {
              used.reregister(domain, ALL);
              return true;
            });
    waiting.await();
    try {
      soon(() -> domain.allocate(16, ALL)).close();
      assertFalse(used.isValid());
    } finally {
      leave();
    }
    assertTrue(changing.get());
    assertTrue(used.isValid());
    int found = device.regions().find(used.remoteKey(), domain.number(), Access.REMOTE_READ, 0, 16);
    assertEquals(used.index(), found);
  }
}
