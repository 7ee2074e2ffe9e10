package dev.sluice.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link AbstractTransportChannel}: interrupts, on platform and virtual threads. */
@Timeout(60)
class ChannelInterruptTest {
  private final FakeChannel channel = FakeChannel.duplex();

  static Stream<Thread.Builder> threads() {
    return Stream.of(Thread.ofPlatform().daemon(), Thread.ofVirtual());
  }

  private static ByteBuffer bytes(int byteCount) {
    return ByteBuffer.allocate(byteCount);
  }

  /** What a caller sees of an interrupted transfer: the exception, and the status it finds. */
  private record Seen(Exception failure, boolean status) {}

  private interface Call {
    void run() throws Exception;
  }

  private static Seen seen(Call call) {
    Exception failure = assertThrows(Exception.class, call::run);
    return new Seen(failure, Thread.currentThread().isInterrupted());
  }

  private static void assertInterrupted(Seen seen) {
    assertEquals(ClosedByInterruptException.class, seen.failure.getClass());
    assertTrue(seen.status, "the interrupt status was lost");
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch8_4_interrupt_insideRead_abandonsTheChannel(Thread.Builder kind) throws Exception {
    channel.blocking();
    var reader = Background.on(kind, () -> seen(() -> channel.read(bytes(1))));
    channel.awaitLog("read");
    reader.interrupt();
    assertInterrupted(reader.result());
    assertAbandoned("read");
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch8_4_interrupt_insideWrite_abandonsTheChannel(Thread.Builder kind) throws Exception {
    channel.blocking();
    var writer = Background.on(kind, () -> seen(() -> channel.write(bytes(1))));
    channel.awaitLog("write");
    writer.interrupt();
    assertInterrupted(writer.result());
    assertAbandoned("write");
  }

  private void assertAbandoned(String transfer) throws IOException {
    assertFalse(channel.isOpen());
    assertThrows(ClosedChannelException.class, () -> channel.read(bytes(1)));
    assertThrows(ClosedChannelException.class, () -> channel.write(bytes(1)));
    channel.close();
    channel.abort();
    assertEquals(List.of(transfer, "release(false)"), channel.log());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch8_4_transfer_enteredWithTheStatusSet_abandonsWithoutTheTransport(Thread.Builder kind)
      throws Exception {
    var reader =
        Background.on(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return seen(() -> channel.read(bytes(1)));
            });
    assertInterrupted(reader.result());
    assertEquals(List.of("release(false)"), channel.log());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch2_2_emptyTransfer_withTheStatusSet_isNoMatter(Thread.Builder kind) throws Exception {
    var reader =
        Background.on(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return channel.read(bytes(0)) + channel.write(bytes(0));
            });
    assertEquals(0, reader.result());
    assertTrue(channel.isOpen());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch8_5_interruptOfTheReader_wakesTheWriterToo(Thread.Builder kind) throws Exception {
    channel.blocking();
    var reader = Background.on(kind, () -> seen(() -> channel.read(bytes(1))));
    var writer = Background.on(kind, () -> seen(() -> channel.write(bytes(1))));
    channel.awaitLog("read");
    channel.awaitLog("write");
    reader.interrupt();
    assertInterrupted(reader.result());
    Seen other = writer.result();
    assertEquals(AsynchronousCloseException.class, other.failure.getClass());
    assertFalse(other.status);
    assertEquals(1, channel.count("release(false)"));
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch8_6_interruptOfOneThatWaits_countsWhenItsTurnComes(Thread.Builder kind) throws Exception {
    var first = new CountDownLatch(1);
    channel.onRead(
        (targets, offset, length) -> {
          FakeChannel.uninterruptibly(first);
          return 1;
        });
    var reader = Background.on(kind, () -> channel.read(bytes(1)));
    channel.awaitLog("read");
    var waiting = Background.on(kind, () -> seen(() -> channel.read(bytes(1)))).awaitBlocked();
    waiting.interrupt();
    assertTrue(channel.isOpen());
    first.countDown();
    assertEquals(1, reader.result());
    assertInterrupted(waiting.result());
    assertEquals(List.of("read", "release(false)"), channel.log());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch8_6_waiter_whenTheChannelIsAborted_isTold(Thread.Builder kind) throws Exception {
    channel.blocking();
    var first = Background.on(kind, () -> seen(() -> channel.write(bytes(1))));
    channel.awaitLog("write");
    var second = Background.on(kind, () -> seen(() -> channel.write(bytes(1)))).awaitBlocked();
    channel.abort();
    assertEquals(AsynchronousCloseException.class, first.result().failure.getClass());
    assertTrue(second.result().failure instanceof ClosedChannelException);
    assertEquals(1, channel.count("write"));
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch7_7_interrupt_insideClose_abandons(Thread.Builder kind) throws Exception {
    channel.onRelease(
        completed -> {
          if (completed) {
            channel.awaitWoken();
          }
        });
    var closer = Background.on(kind, () -> seen(channel::close));
    channel.awaitLog("release(true)");
    closer.interrupt();
    assertInterrupted(closer.result());
    assertEquals(List.of("release(true)", "release(false)"), channel.log());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch7_7_interrupt_insideCloseThatHasDelivered_comesTooLate(Thread.Builder kind)
      throws Exception {
    channel.onRelease(
        completed -> {
          channel.delivered();
          Thread.currentThread().interrupt();
        });
    var closer =
        Background.on(
            kind,
            () -> {
              channel.close();
              return Thread.interrupted();
            });
    assertTrue(closer.result());
    assertEquals(List.of("release(true)"), channel.log());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch7_7_close_withTheStatusSet_abandons(Thread.Builder kind) throws Exception {
    var closer =
        Background.on(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return seen(channel::close);
            });
    assertInterrupted(closer.result());
    assertEquals(List.of("release(false)"), channel.log());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void interrupt_betweenTransfers_waitsForTheNextOne(Thread.Builder kind) throws Exception {
    var interrupted = new CountDownLatch(1);
    var between = new CountDownLatch(1);
    var reader =
        Background.on(
            kind,
            () -> {
              assertEquals(1, channel.read(bytes(1)));
              between.countDown();
              FakeChannel.uninterruptibly(interrupted);
              assertTrue(channel.isOpen());
              return seen(() -> channel.read(bytes(1)));
            });
    between.await();
    reader.interrupt();
    interrupted.countDown();
    assertInterrupted(reader.result());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch1_3_interruptsAbortAndCloseAtOnce_releaseOnce(Thread.Builder kind) throws Exception {
    for (int i = 0; i < 300; i++) {
      FakeChannel shared = FakeChannel.duplex().blocking();
      var reader = Background.on(kind, () -> seen(() -> shared.read(bytes(1))));
      var writer = Background.on(kind, () -> seen(() -> shared.write(bytes(1))));
      shared.awaitLog("read");
      shared.awaitLog("write");
      var start = new CountDownLatch(1);
      List<Background<Boolean>> enders =
          Stream.<Call>of(reader::interrupt, writer::interrupt, shared::abort, shared::close)
              .map(
                  call ->
                      Background.on(
                          kind,
                          () -> {
                            start.await();
                            call.run();
                            return true;
                          }))
              .toList();
      start.countDown();
      for (Background<Boolean> ender : enders) {
        assertTrue(ender.result());
      }
      assertTrue(reader.result().failure instanceof AsynchronousCloseException);
      assertTrue(writer.result().failure instanceof AsynchronousCloseException);
      assertEquals(1, shared.count("release(false)"));
      assertEquals(0, shared.count("release(true)"));
    }
  }
}
