package dev.sluice.api.spi;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Pipe;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link AbstractTransportChannel}: races, and transports that do the least they must. */
@Timeout(60)
class ChannelRaceTest {
  private final FakeChannel channel = FakeChannel.duplex();

  static Stream<Thread.Builder> threads() {
    return Stream.of(Thread.ofPlatform().daemon(), Thread.ofVirtual());
  }

  private static ByteBuffer bytes(int byteCount) {
    return ByteBuffer.allocate(byteCount);
  }

  private static Background<Boolean> closing(FakeChannel channel) {
    return Background.run(
        () -> {
          channel.close();
          return true;
        });
  }

  /** The JDK channel inside sees the interrupt first, and takes over the place of the outer one. */
  @ParameterizedTest
  @MethodSource("threads")
  void ch8_4_interrupt_insideAJdkChannelInside_isAnInterruptForTheCaller(Thread.Builder kind)
      throws Exception {
    Pipe pipe = Pipe.open();
    channel.onRead((targets, offset, length) -> pipe.source().read(targets, offset, length));
    channel.onRelease(completed -> pipe.source().close());
    var reader = Background.on(kind, () -> channel.read(bytes(1)));
    channel.awaitLog("read");
    reader.interrupt();
    assertThrows(ClosedByInterruptException.class, reader::result);
    assertEquals(1, channel.count("release(false)"));
    pipe.sink().close();
  }

  /** A system call that shutdown(2) or close(2) wakes often says: the end. */
  @ParameterizedTest
  @ValueSource(longs = {-1, 0})
  void ch5_3_transferThatReturnsNothingWhenAborted_isNotTheEnd(long result) throws Exception {
    channel.onRead(
        (targets, offset, length) -> {
          assertThrows(IOException.class, channel::awaitWoken);
          return result;
        });
    var reader = Background.run(() -> channel.read(bytes(1)));
    channel.awaitLog("read");
    channel.abort();
    assertThrows(AsynchronousCloseException.class, reader::result);
  }

  @Test
  void ch6_3_writeThatReturnsNothingWhenStopped_isAnAsynchronousClose() throws Exception {
    channel.onWrite(
        (sources, offset, length) -> {
          assertThrows(IOException.class, channel::awaitWoken);
          return 0;
        });
    var writer = Background.run(() -> channel.write(bytes(1)));
    channel.awaitLog("write");
    channel.shutdown(Direction.WRITE);
    assertThrows(AsynchronousCloseException.class, writer::result);
  }

  @Test
  void ch6_2_readThatReturnsNothingWhenStopped_isTheEnd() throws Exception {
    channel.onRead(
        (targets, offset, length) -> {
          assertThrows(IOException.class, channel::awaitWoken);
          return 0;
        });
    var reader = Background.run(() -> channel.read(bytes(1)));
    channel.awaitLog("read");
    channel.shutdown(Direction.READ);
    assertEquals(-1, reader.result());
  }

  /** Memory that a stop unmaps makes a transfer fail unchecked. */
  @Test
  void ch6_3_writeThatFailsUncheckedWhenStopped_isAnAsynchronousClose() throws Exception {
    channel.onWrite(
        (sources, offset, length) -> {
          assertThrows(IOException.class, channel::awaitWoken);
          throw new IllegalStateException("the memory is gone");
        });
    var writer = Background.run(() -> channel.write(bytes(1)));
    channel.awaitLog("write");
    channel.shutdown(Direction.WRITE);
    assertThrows(AsynchronousCloseException.class, writer::result);
  }

  /** Waits of java.util.concurrent wake before the interrupt has reached the channel. */
  @ParameterizedTest
  @MethodSource("threads")
  void ch8_4_interrupt_ofATransferThatWakesByItself_isAnInterruptForTheCaller(Thread.Builder kind)
      throws Exception {
    for (int i = 0; i < 1000; i++) {
      FakeChannel waiting = FakeChannel.duplex();
      waiting.onRead(
          (targets, offset, length) -> {
            try {
              new CountDownLatch(1).await();
              throw new AssertionError("the latch opened");
            } catch (InterruptedException interrupted) {
              Thread.currentThread().interrupt();
              throw new IOException("interrupted");
            }
          });
      var reader = Background.on(kind, () -> waiting.read(bytes(1)));
      waiting.awaitLog("read");
      reader.awaitBlocked().interrupt();
      assertThrows(ClosedByInterruptException.class, reader::result);
      assertFalse(waiting.isOpen());
      Background.until(() -> waiting.count("release(false)") == 1);
    }
  }

  @Test
  void ch1_3_twoClosesAtOnce_deliver() throws Exception {
    for (int i = 0; i < 20_000; i++) {
      FakeChannel shared = FakeChannel.duplex();
      var start = new CyclicBarrier(2);
      var other =
          Background.on(
              Thread.ofVirtual(),
              () -> {
                start.await();
                shared.close();
                return true;
              });
      start.await();
      shared.close();
      assertTrue(other.result());
      assertEquals(0, shared.count("release(false)"), "aborted in round " + i);
      assertEquals(1, shared.count("release(true)"));
    }
  }

  @Test
  void ch7_1_close_whileTheModeIsSwitched_delivers() throws Exception {
    var switched = new CountDownLatch(1);
    channel.onSetBlocking(() -> FakeChannel.uninterruptibly(switched));
    var switching =
        Background.run(
            () -> {
              channel.configureBlocking(false);
              return true;
            });
    channel.awaitLog("setBlocking(false)");
    var closer = closing(channel);
    Background.until(() -> closer.isBlockedOrEnded());
    switched.countDown();
    assertTrue(closer.result());
    assertTrue(switching.result());
    assertEquals(0, channel.count("release(false)"));
    assertEquals(1, channel.count("release(true)"));
  }

  /**
   * <table>
   * <caption>What must not pass for a delivery.</caption>
   * <tr><th>closer</th><th>aborter</th></tr>
   * <tr><td>inside release(true)</td><td>takes the state, has not marked anything closed yet</td></tr>
   * <tr><td>release(true) returns, close returns</td><td></td></tr>
   * <tr><td></td><td>release(false)</td></tr>
   * </table>
   */
  @Test
  void ch7_9_close_thatWasCutOff_neverReturnsNormally() throws Exception {
    for (int i = 0; i < 2000; i++) {
      FakeChannel shared = FakeChannel.duplex();
      shared.onRelease(
          completed -> {
            if (completed) {
              // Spins, because the moment to hit is less than a microsecond long.
              while (!stateOf(shared).equals("ABORTED")) {
                Thread.onSpinWait();
              }
            }
          });
      var closer = closing(shared);
      shared.awaitLog("release(true)");
      shared.abort();
      assertThrows(AsynchronousCloseException.class, closer::result, "round " + i);
    }
  }

  private static String stateOf(AbstractTransportChannel channel) {
    try {
      Field state = AbstractTransportChannel.class.getDeclaredField("state");
      state.setAccessible(true);
      return String.valueOf(((AtomicReference<?>) state.get(channel)).get());
    } catch (ReflectiveOperationException changed) {
      throw new LinkageError(changed.getMessage(), changed);
    }
  }

  @Test
  void ch7_8_abort_whereAbandoningFailsWithAnError_doesNotThrow() {
    channel.onRelease(
        completed -> {
          throw new NoClassDefFoundError("missing from the plugin");
        });
    assertDoesNotThrow(channel::abort);
  }
}
