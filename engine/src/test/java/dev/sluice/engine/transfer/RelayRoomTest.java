package dev.sluice.engine.transfer;

import static dev.sluice.engine.transfer.Relaying.receive;
import static dev.sluice.engine.transfer.Relaying.send;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.fault.ForwardingChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens where there is no room for one more connection. */
@Timeout(60)
final class RelayRoomTest {
  /** Each costs memory and a thread, and anybody can come. */
  @Test
  void thoseWhoDoNotShakeHands_areOnlySoMany_andTheOthersWait() throws Exception {
    CountDownLatch shaken = new CountDownLatch(1);
    AtomicInteger shaking = new AtomicInteger();
    try (Relaying relaying = new Relaying()) {
      relaying.accepting(channel -> new SlowHandshake(channel, shaking, shaken)).start();
      List<TransportChannel> clients = new ArrayList<>();
      for (int i = 0; i < Gate.MOST_UNESTABLISHED + 10; i++) {
        clients.add(relaying.client());
      }
      await().until(() -> shaking.get() == Gate.MOST_UNESTABLISHED);
      await().during(Duration.ofMillis(300)).until(() -> shaking.get() == Gate.MOST_UNESTABLISHED);

      shaken.countDown();
      for (TransportChannel _ : clients) {
        relaying.server();
      }
      assertEquals(0, relaying.relay().progress().failedConnectionCount());
    }
  }

  @Test
  void stopAccepting_endsTheWaitForRoom() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger shaking = new AtomicInteger();
    try (Relaying relaying = new Relaying()) {
      relaying.accepting(channel -> new SlowHandshake(channel, shaking, never)).start();
      for (int i = 0; i < Gate.MOST_UNESTABLISHED; i++) {
        relaying.client();
      }
      await().until(() -> shaking.get() == Gate.MOST_UNESTABLISHED);
      relaying.relay().stopAccepting();
      relaying.log().awaitLine("stopped");
    }
  }

  private static final class SlowHandshake extends ForwardingChannel {
    private final AtomicInteger shaking;
    private final CountDownLatch shaken;

    SlowHandshake(TransportChannel delegate, AtomicInteger shaking, CountDownLatch shaken) {
      super(delegate);
      this.shaking = shaking;
      this.shaken = shaken;
    }

    @Override
    public void establish() throws IOException {
      shaking.incrementAndGet();
      try {
        shaken.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      super.establish();
    }
  }

  private static TransportException noDescriptor() {
    return new TransportException(Kind.LIMIT, "too many open files");
  }

  @Test
  void whoFindsNoDescriptorForTheOutgoingSide_waitsForOne_andThoseOutsideToo() throws Exception {
    CountDownLatch room = new CountDownLatch(1);
    AtomicInteger accepted = new AtomicInteger();
    try (Relaying relaying = new Relaying()) {
      relaying
          .accepting(
              channel -> {
                accepted.incrementAndGet();
                return channel;
              })
          .connecting(
              opener -> {
                if (room.getCount() > 0) {
                  throw noDescriptor();
                }
                return opener.open();
              })
          .start();
      TransportChannel client = relaying.client();
      relaying.log().awaitLine("accept failed LIMIT");
      List<TransportChannel> others = List.of(relaying.client(), relaying.client());
      await().during(Duration.ofMillis(300)).until(() -> accepted.get() <= 2);

      room.countDown();
      TransportChannel server = relaying.server();
      send(client, 10);
      receive(server, 10);
      for (TransportChannel _ : others) {
        relaying.server();
      }
      assertEquals(0, relaying.relay().progress().failedConnectionCount());
      assertEquals(
          1, relaying.log().lines().stream().filter("accept failed LIMIT"::equals).count());
    }
  }

  /** They came later, and would lead nowhere before the first one does. */
  @Test
  void whoFindsNoDescriptorForTheOutgoingSide_getsThoseKeptForTheOnesBehind() throws Exception {
    int behindCount = 3;
    CountDownLatch allAccepted = new CountDownLatch(1 + behindCount);
    AtomicInteger attempts = new AtomicInteger();
    try (Relaying relaying = new Relaying()) {
      relaying
          .accepting(
              channel -> {
                allAccepted.countDown();
                return new SlowHandshake(channel, new AtomicInteger(), allAccepted);
              })
          .connecting(
              opener -> {
                // At first, and again for all but the last of those that can give theirs up.
                if (attempts.incrementAndGet() <= behindCount) {
                  throw noDescriptor();
                }
                return opener.open();
              })
          .start();
      for (int i = 0; i <= behindCount; i++) {
        relaying.client();
      }
      for (int i = 0; i <= behindCount; i++) {
        relaying.server();
      }
      assertFalse(relaying.log().lines().contains("accept failed LIMIT"));
      assertEquals(0, relaying.relay().progress().failedConnectionCount());
    }
  }

  @Test
  void outOfMemory_whileAccepting_isNoRoom_andEndsNothing() throws Exception {
    AtomicInteger count = new AtomicInteger();
    try (Relaying relaying = new Relaying()) {
      relaying
          .accepting(
              channel -> {
                if (count.getAndIncrement() == 1) {
                  channel.abort();
                  throw new OutOfMemoryError("in a test");
                }
                return channel;
              })
          .start();
      TransportChannel first = relaying.client();
      TransportChannel server = relaying.server();
      relaying.client();
      relaying.log().awaitLine("accept failed LIMIT");

      send(first, 10);
      receive(server, 10);
      relaying.client();
      relaying.server();
      assertFalse(relaying.hasEnded());
    }
  }

  /** What is thrown between the connecting and the first byte. */
  @Test
  void outOfMemory_whereAConnectionBegins_isItsFailure() throws Exception {
    try (Relaying relaying = new Relaying()) {
      relaying
          .accepting(
              channel ->
                  new ForwardingChannel(channel) {
                    @Override
                    public dev.sluice.api.ChannelInfo info() {
                      throw new OutOfMemoryError("in a test");
                    }
                  })
          .start();
      relaying.client();
      RelayedConnection ended = relaying.log().awaitEnded(1).getFirst();
      assertTrue(ended.failure().isPresent());
      assertFalse(relaying.hasEnded());
    }
  }
}
