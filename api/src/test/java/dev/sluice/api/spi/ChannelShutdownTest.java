package dev.sluice.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link AbstractTransportChannel}: stopping directions. */
@Timeout(30)
class ChannelShutdownTest {
  private final FakeChannel channel = FakeChannel.duplex();

  static Stream<Thread.Builder> threads() {
    return Stream.of(Thread.ofPlatform().daemon(), Thread.ofVirtual());
  }

  private static ByteBuffer bytes(int byteCount) {
    return ByteBuffer.allocate(byteCount);
  }

  @Test
  void ch6_2_readStopped_readsGiveTheEndWithoutTheTransport() throws IOException {
    channel.shutdown(Direction.READ);
    assertEquals(-1, channel.read(bytes(1)));
    assertEquals(-1, channel.read(new ByteBuffer[] {bytes(1)}));
    assertEquals(0, channel.read(bytes(0)));
    assertEquals(List.of("stop(READ)"), channel.log());
  }

  @Test
  void ch6_3_writeStopped_writesThrowWithoutTheTransport() throws IOException {
    channel.shutdown(Direction.WRITE);
    assertThrows(ClosedChannelException.class, () -> channel.write(bytes(1)));
    assertThrows(ClosedChannelException.class, () -> channel.write(new ByteBuffer[] {bytes(1)}));
    assertThrows(ClosedChannelException.class, () -> channel.write(bytes(0)));
    assertEquals(List.of("stop(WRITE)"), channel.log());
  }

  @Test
  void ch6_1_ch6_7_oneDirectionStopped_theOtherGoesOnAndTheChannelIsOpen() throws IOException {
    channel.shutdown(Direction.WRITE);
    assertEquals(1, channel.read(bytes(1)));
    assertTrue(channel.isOpen());
    FakeChannel other = FakeChannel.duplex();
    other.shutdown(Direction.READ);
    assertEquals(1, other.write(bytes(1)));
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch6_2_readerInProgress_wakesWithTheEnd(Thread.Builder kind) throws Exception {
    channel.blocking();
    var reader = Background.on(kind, () -> channel.read(bytes(1)));
    channel.awaitLog("read");
    channel.shutdown(Direction.READ);
    assertEquals(-1, reader.result());
    assertTrue(channel.isOpen());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch6_3_writerInProgress_wakesWithAsynchronousClose(Thread.Builder kind) throws Exception {
    channel.blocking();
    var writer = Background.on(kind, () -> channel.write(bytes(1)));
    channel.awaitLog("write");
    channel.shutdown(Direction.WRITE);
    var failure = assertThrows(AsynchronousCloseException.class, writer::result);
    assertEquals("woken", failure.getSuppressed()[0].getMessage());
    assertTrue(channel.isOpen());
  }

  @Test
  void ch6_2_readerInProgressThatStillGotBytes_givesThem() throws Exception {
    channel.onRead(
        (targets, offset, length) -> {
          channel.shutdown(Direction.READ);
          return 1;
        });
    assertEquals(1, channel.read(bytes(1)));
    assertEquals(-1, channel.read(bytes(1)));
  }

  @Test
  void ch6_2_secondReaderThatWaits_getsTheEndToo() throws Exception {
    channel.blocking();
    var first = Background.run(() -> channel.read(bytes(1)));
    channel.awaitLog("read");
    var second = Background.run(() -> channel.read(bytes(1))).awaitBlocked();
    channel.shutdown(Direction.BOTH);
    assertEquals(-1, first.result());
    assertEquals(-1, second.result());
    assertEquals(1, channel.count("read"));
  }

  @Test
  void ch6_5_stoppedAgain_isDoneOnce() throws IOException {
    channel.shutdown(Direction.READ);
    channel.shutdown(Direction.READ);
    channel.shutdown(Direction.BOTH);
    channel.shutdown(Direction.BOTH);
    channel.shutdown(Direction.WRITE);
    assertEquals(List.of("stop(READ)", "stop(WRITE)"), channel.log());
  }

  @Test
  void ch6_5_bothAtOnce_isOneStop() throws IOException {
    channel.shutdown(Direction.BOTH);
    assertEquals(List.of("stop(BOTH)"), channel.log());
  }

  @Test
  void ch6_5_absentDirection_isNotStopped() throws IOException {
    FakeChannel reading = new FakeChannel(Direction.READ, ChannelFeature.SHUTDOWN);
    reading.shutdown(Direction.WRITE);
    assertEquals(List.of(), reading.log());
    reading.shutdown(Direction.BOTH);
    assertEquals(List.of("stop(READ)"), reading.log());
  }

  @Test
  void ch6_6_stopFails_throwsAndTheDirectionIsStopped() throws IOException {
    var failure = new IOException("broken");
    channel.onStop(
        never -> {
          throw failure;
        });
    assertSame(failure, assertThrows(IOException.class, () -> channel.shutdown(Direction.BOTH)));
    assertEquals(-1, channel.read(bytes(1)));
    assertThrows(ClosedChannelException.class, () -> channel.write(bytes(1)));
    channel.shutdown(Direction.BOTH);
  }

  @Test
  void ch1_4_shutdown_afterTheEnd_throws() throws IOException {
    channel.close();
    assertThrows(ClosedChannelException.class, () -> channel.shutdown(Direction.BOTH));
    assertEquals(List.of("release(true)"), channel.log());
  }

  @Test
  void ch1_4_readStopped_afterTheEnd_throwsInsteadOfTheEnd() throws IOException {
    channel.shutdown(Direction.READ);
    channel.abort();
    assertThrows(ClosedChannelException.class, () -> channel.read(bytes(1)));
  }

  @Test
  void ch7_1_bothStopped_closeStillDelivers() throws IOException {
    channel.shutdown(Direction.BOTH);
    channel.close();
    assertEquals(List.of("stop(BOTH)", "release(true)"), channel.log());
  }
}
