package dev.sluice.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SingleChannelListenerTest {
  private final TransportAddress address = TransportAddress.of("file", "x");
  private final TransportChannel channel = new FakeChannel(Direction.READ);

  @Test
  void ch15_8_accept_givesTheChannelOnceThenNothing() throws IOException {
    var listener = new SingleChannelListener(address, () -> channel);
    assertEquals(address, listener.address());
    assertSame(channel, listener.accept().orElseThrow());
    assertEquals(Optional.empty(), listener.accept());
    assertEquals(Optional.empty(), listener.accept());
  }

  @Test
  void ch15_8_accept_afterClose_isEmptyAndOpensNothing() throws IOException {
    var opened = new AtomicInteger();
    var listener =
        new SingleChannelListener(
            address,
            () -> {
              opened.incrementAndGet();
              return channel;
            });
    listener.close();
    listener.close();
    assertEquals(Optional.empty(), listener.accept());
    assertEquals(0, opened.get());
  }

  @Test
  void ch15_9_close_leavesTheAcceptedChannelOpen() throws IOException {
    var listener = new SingleChannelListener(address, () -> channel);
    TransportChannel accepted = listener.accept().orElseThrow();
    listener.close();
    assertTrue(accepted.isOpen());
  }

  @Test
  void ch15_11_awaitsPeer_isFalse() {
    assertFalse(new SingleChannelListener(address, () -> channel).awaitsPeer());
  }

  @Test
  void accept_openerFails_throwsThat() {
    var failure = new IOException("no such file");
    var listener =
        new SingleChannelListener(
            address,
            () -> {
              throw failure;
            });
    assertSame(failure, assertThrows(IOException.class, listener::accept));
  }

  @Test
  void ch15_8_accept_twoThreads_oneGetsIt() throws Exception {
    for (int i = 0; i < 500; i++) {
      var listener = new SingleChannelListener(address, () -> channel);
      var start = new CyclicBarrier(2);
      List<Background<Boolean>> threads = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        threads.add(
            Background.run(
                () -> {
                  start.await();
                  return listener.accept().isPresent();
                }));
      }
      assertTrue(threads.get(0).result() ^ threads.get(1).result());
    }
  }
}
