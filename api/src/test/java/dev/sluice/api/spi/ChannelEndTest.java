package dev.sluice.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link AbstractTransportChannel}: close and abort. */
@Timeout(30)
class ChannelEndTest {
  private final FakeChannel channel = FakeChannel.duplex();

  static Stream<Thread.Builder> threads() {
    return Stream.of(Thread.ofPlatform().daemon(), Thread.ofVirtual());
  }

  private static ByteBuffer bytes(int byteCount) {
    return ByteBuffer.allocate(byteCount);
  }

  @Test
  void ch1_1_isOpen_untilTheFirstEnd() throws IOException {
    assertTrue(channel.isOpen());
    channel.close();
    assertFalse(channel.isOpen());
    FakeChannel other = FakeChannel.duplex();
    other.abort();
    assertFalse(other.isOpen());
  }

  @Test
  void ch1_3_closeAndAbort_inAnyOrder_onlyTheFirstCounts() throws IOException {
    channel.close();
    channel.close();
    channel.abort();
    assertEquals(List.of("release(true)"), channel.log());

    FakeChannel other = FakeChannel.duplex();
    other.abort();
    other.abort();
    other.close();
    assertEquals(List.of("release(false)"), other.log());
  }

  @Test
  void ch1_4_transfers_afterTheEnd_throw() throws IOException {
    channel.close();
    assertThrows(ClosedChannelException.class, () -> channel.read(bytes(1)));
    assertThrows(ClosedChannelException.class, () -> channel.write(bytes(1)));
    assertThrows(ClosedChannelException.class, () -> channel.read(bytes(0)));
    assertThrows(ClosedChannelException.class, () -> channel.write(bytes(0)));
    assertEquals(List.of("release(true)"), channel.log());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch7_6_close_whileAnotherReads_isAnAbort(Thread.Builder kind) throws Exception {
    channel.blocking();
    var reader = Background.on(kind, () -> channel.read(bytes(1)));
    channel.awaitLog("read");
    channel.close();
    assertThrows(AsynchronousCloseException.class, reader::result);
    assertEquals(List.of("read", "release(false)"), channel.log());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch7_6_close_whileAnotherWrites_isAnAbort(Thread.Builder kind) throws Exception {
    channel.blocking();
    var writer = Background.on(kind, () -> channel.write(bytes(1)));
    channel.awaitLog("write");
    channel.close();
    assertThrows(AsynchronousCloseException.class, writer::result);
    assertEquals(List.of("write", "release(false)"), channel.log());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch7_6_close_whileAnotherReads_afterBytesWereAccepted_throws(Thread.Builder kind)
      throws Exception {
    channel.onRead((targets, offset, length) -> channel.awaitWoken());
    channel.write(bytes(1));
    var reader = Background.on(kind, () -> channel.read(bytes(1)));
    channel.awaitLog("read");
    assertThrows(AsynchronousCloseException.class, channel::close);
    assertThrows(AsynchronousCloseException.class, reader::result);
    assertEquals(List.of("write", "read", "release(false)"), channel.log());
    channel.close();
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch7_1_close_whileAnotherLooks_delivers(Thread.Builder kind) throws Exception {
    var looking = new CountDownLatch(1);
    var looked = new CountDownLatch(1);
    channel.write(bytes(1));
    var looker =
        Background.on(
            kind,
            () ->
                channel.looking(
                    () -> {
                      looking.countDown();
                      FakeChannel.uninterruptibly(looked);
                      return 1;
                    }));
    FakeChannel.uninterruptibly(looking);
    channel.close();
    assertEquals(List.of("write", "release(true)"), channel.log());
    looked.countDown();
    assertEquals(1L, looker.result());
  }

  @Test
  void ch7_6_close_fromInsideATransfer_isAnAbort() {
    channel.onRead(
        (targets, offset, length) -> {
          channel.close();
          throw new IOException("broken by the close");
        });
    assertThrows(AsynchronousCloseException.class, () -> channel.read(bytes(1)));
    assertEquals(List.of("read", "release(false)"), channel.log());

    FakeChannel other = FakeChannel.duplex();
    other.onWrite(
        (sources, offset, length) -> {
          other.close();
          throw new IOException("broken by the close");
        });
    assertThrows(AsynchronousCloseException.class, () -> other.write(bytes(1)));
    assertEquals(List.of("write", "release(false)"), other.log());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch8_5_abort_wakesReaderAndWriter(Thread.Builder kind) throws Exception {
    channel.blocking();
    var reader = Background.on(kind, () -> channel.read(bytes(1)));
    var writer = Background.on(kind, () -> channel.write(bytes(1)));
    channel.awaitLog("read");
    channel.awaitLog("write");
    channel.abort();
    assertThrows(AsynchronousCloseException.class, reader::result);
    assertThrows(AsynchronousCloseException.class, writer::result);
    assertEquals(1, channel.count("release(false)"));
  }

  @Test
  void ch8_5_transferThatFailsOfTheAbort_whateverItThrows_isAnAsynchronousClose() throws Exception {
    channel.onRead(
        (targets, offset, length) -> {
          try {
            return channel.awaitWoken();
          } catch (IOException woken) {
            throw new IllegalStateException("the memory is gone", woken);
          }
        });
    var reader = Background.run(() -> channel.read(bytes(1)));
    channel.awaitLog("read");
    channel.abort();
    assertThrows(AsynchronousCloseException.class, reader::result);
  }

  @Test
  void ch7_8_abort_neverThrows() {
    channel.onRelease(
        completed -> {
          throw new IOException("cannot even abandon");
        });
    channel.abort();
    FakeChannel other = FakeChannel.duplex();
    other.onRelease(
        completed -> {
          throw new IllegalStateException("bug");
        });
    other.abort();
    assertFalse(other.isOpen());
  }

  @Test
  void ch7_3_deliveryFails_throwsThatAndAbandonsOnce() {
    for (Throwable failure :
        List.of(new IOException("full"), new IllegalStateException("bug"), new AssertionError())) {
      FakeChannel failing = FakeChannel.duplex();
      failing.onRelease(
          completed -> {
            if (completed) {
              rethrow(failure);
            }
          });
      assertSame(failure, assertThrows(Throwable.class, failing::close));
      failing.abort();
      assertFalse(failing.isOpen());
      assertEquals(List.of("release(true)", "release(false)"), failing.log());
    }
  }

  @Test
  void ch7_3_deliveryAndAbandoningFail_throwsTheFirst() {
    channel.onRelease(
        completed -> {
          throw new IOException(completed ? "full" : "later");
        });
    assertEquals("full", assertThrows(IOException.class, channel::close).getMessage());
  }

  private static void rethrow(Throwable failure) throws IOException {
    switch (failure) {
      case IOException io -> throw io;
      case RuntimeException bug -> throw bug;
      default -> throw (Error) failure;
    }
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch7_9_abort_whileCloseDelivers_cutsItOff(Thread.Builder kind) throws Exception {
    channel.onRelease(
        completed -> {
          if (completed) {
            channel.awaitWoken();
          }
        });
    var closer =
        Background.on(
            kind,
            () -> {
              channel.close();
              return true;
            });
    channel.awaitLog("release(true)");
    channel.abort();
    assertThrows(AsynchronousCloseException.class, closer::result);
    assertEquals(List.of("release(true)", "release(false)"), channel.log());
  }

  @Test
  void ch1_1_whileCloseDelivers_theChannelIsClosedToEveryone() throws Exception {
    var delivered = new CountDownLatch(1);
    channel.onRelease(completed -> FakeChannel.uninterruptibly(delivered));
    var closer =
        Background.run(
            () -> {
              channel.close();
              return true;
            });
    channel.awaitLog("release(true)");

    assertFalse(channel.isOpen());
    assertThrows(ClosedChannelException.class, () -> channel.read(bytes(1)));
    assertThrows(ClosedChannelException.class, () -> channel.write(bytes(1)));
    channel.close();

    delivered.countDown();
    assertTrue(closer.result());
    assertEquals(List.of("release(true)"), channel.log());
  }

  @Test
  void ch7_9_abort_whileCloseDelivers_doesNotWaitForIt() throws Exception {
    var delivered = new CountDownLatch(1);
    channel.onRelease(
        completed -> {
          if (completed) {
            FakeChannel.uninterruptibly(delivered);
          }
        });
    var closer =
        Background.run(
            () -> {
              channel.close();
              return true;
            });
    channel.awaitLog("release(true)");
    channel.abort();
    channel.awaitLog("release(false)");
    delivered.countDown();
    assertThrows(AsynchronousCloseException.class, closer::result);
  }

  @Test
  void ch1_3_closesAbortsAndTransfersAtRandom_releaseEachWayAtMostOnce() throws Exception {
    for (int i = 0; i < 1000; i++) {
      FakeChannel shared = FakeChannel.duplex();
      var start = new CountDownLatch(1);
      List<Background<Boolean>> threads =
          Stream.<FakeChannel.Ending>of(
                  never -> shared.close(),
                  never -> shared.abort(),
                  never -> shared.read(bytes(1)),
                  never -> shared.write(bytes(1)))
              .map(
                  call ->
                      Background.run(
                          () -> {
                            start.await();
                            try {
                              call.run(false);
                            } catch (ClosedChannelException expected) {
                              return true;
                            }
                            return true;
                          }))
              .toList();
      start.countDown();
      for (Background<Boolean> thread : threads) {
        assertTrue(thread.result());
      }
      assertFalse(shared.isOpen());
      int orderly = shared.count("release(true)");
      int abandoned = shared.count("release(false)");
      assertTrue(orderly <= 1 && abandoned <= 1, shared.log().toString());
      assertTrue(orderly + abandoned >= 1, shared.log().toString());
    }
  }
}
