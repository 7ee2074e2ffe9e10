package dev.sluice.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link AbstractTransportChannel}: the mode, and waiting. */
@Timeout(30)
class ChannelNonBlockingTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final FakeChannel channel = FakeChannel.duplex();

  static Stream<Thread.Builder> threads() {
    return Stream.of(Thread.ofPlatform().daemon(), Thread.ofVirtual());
  }

  @Test
  void ch10_1_mode_isBlockingUntilSwitched() throws IOException {
    assertTrue(channel.isBlocking());
    channel.configureBlocking(false);
    assertFalse(channel.isBlocking());
    channel.configureBlocking(true);
    assertTrue(channel.isBlocking());
    assertEquals(List.of("setBlocking(false)", "setBlocking(true)"), channel.log());
  }

  @Test
  void ch10_2_transferThatMovesNothing_givesZero() throws IOException {
    channel.onRead((targets, offset, length) -> 0).onWrite((sources, offset, length) -> 0);
    channel.configureBlocking(false);
    assertEquals(0, channel.read(ByteBuffer.allocate(1)));
    assertEquals(0, channel.write(ByteBuffer.allocate(1)));
  }

  @Test
  void ch10_3_switch_whileAnotherReads_isRefused() throws Exception {
    channel.blocking();
    var reader = Background.run(() -> channel.read(ByteBuffer.allocate(1)));
    channel.awaitLog("read");
    var failure = assertThrows(IllegalStateException.class, () -> channel.configureBlocking(false));
    assertTrue(String.valueOf(failure.getMessage()).contains("fake"), failure.getMessage());
    assertTrue(channel.isBlocking());
    assertTrue(channel.isOpen());
    channel.abort();
    assertThrows(ClosedChannelException.class, reader::result);
    assertEquals(List.of("read", "release(false)"), channel.log());
  }

  @Test
  void ch10_3_switch_whileAnotherWrites_isRefused() throws Exception {
    channel.blocking();
    var writer = Background.run(() -> channel.write(ByteBuffer.allocate(1)));
    channel.awaitLog("write");
    assertThrows(IllegalStateException.class, () -> channel.configureBlocking(false));
    channel.abort();
    assertThrows(ClosedChannelException.class, writer::result);
  }

  @Test
  void ch10_3_ch10_5_switch_whileAnotherWaits_isRefused() throws Exception {
    channel.blocking();
    channel.configureBlocking(false);
    var waiter = Background.run(() -> channel.awaitReadable(LONG));
    channel.awaitLog("waitUntilReadable(PT20S)");
    assertThrows(IllegalStateException.class, () -> channel.configureBlocking(false));
    channel.abort();
    assertThrows(AsynchronousCloseException.class, waiter::result);
  }

  @Test
  void ch10_3_switch_fromInsideATransfer_isRefused() throws IOException {
    channel.onRead(
        (targets, offset, length) -> {
          channel.configureBlocking(false);
          return 1;
        });
    assertThrows(IllegalStateException.class, () -> channel.read(ByteBuffer.allocate(1)));
    assertTrue(channel.isBlocking());
    assertEquals(1, channel.write(ByteBuffer.allocate(1)));
    channel.configureBlocking(false);
    assertFalse(channel.isBlocking());
  }

  @Test
  void switch_thatTheTransportRefuses_changesNothing() {
    channel.onSetBlocking(
        () -> {
          throw new IllegalStateException("refused");
        });
    assertThrows(IllegalStateException.class, () -> channel.configureBlocking(false));
    assertTrue(channel.isBlocking());
  }

  @Test
  void ch1_4_everything_afterTheEnd_throws() throws IOException {
    channel.close();
    assertThrows(ClosedChannelException.class, () -> channel.configureBlocking(false));
    assertThrows(ClosedChannelException.class, () -> channel.awaitReadable(Duration.ZERO));
    assertThrows(ClosedChannelException.class, () -> channel.awaitWritable(Duration.ZERO));
  }

  @Test
  void ch10_4_await_tellsWhatTheTransportSays() throws IOException {
    channel.configureBlocking(false);
    assertFalse(channel.awaitReadable(Duration.ofMillis(3)));
    channel.onRead((targets, offset, length) -> 1).onWrite((sources, offset, length) -> 1);
    assertTrue(channel.awaitReadable(Duration.ZERO));
    assertTrue(channel.awaitWritable(Duration.ZERO));
    assertEquals(
        List.of(
            "setBlocking(false)",
            "waitUntilReadable(PT0.003S)",
            "waitUntilReadable(PT0S)",
            "waitUntilWritable(PT0S)"),
        channel.log());
  }

  @Test
  void ch10_4_await_directionStopped_tellsThatThereIsSomethingToLearn() throws IOException {
    channel.configureBlocking(false);
    channel.shutdown(Direction.BOTH);
    assertTrue(channel.awaitReadable(Duration.ZERO));
    assertThrows(ClosedChannelException.class, () -> channel.awaitWritable(Duration.ZERO));
    assertEquals(List.of("setBlocking(false)", "stop(BOTH)"), channel.log());
  }

  @Test
  void ch10_5_await_inBlockingMode_isRefused_andHarmsNothing() throws IOException {
    var failure =
        assertThrows(IllegalStateException.class, () -> channel.awaitReadable(Duration.ZERO));
    assertTrue(String.valueOf(failure.getMessage()).contains("fake"), failure.getMessage());
    assertThrows(IllegalStateException.class, () -> channel.awaitWritable(Duration.ZERO));
    assertTrue(channel.isOpen());
    assertEquals(List.of(), channel.log());
  }

  @Test
  void await_ofAnAbsentDirection_isRefused() {
    var writing = new FakeChannel(Direction.WRITE, ChannelFeature.NON_BLOCKING);
    var reading = new FakeChannel(Direction.READ, ChannelFeature.NON_BLOCKING);
    assertThrows(NonReadableChannelException.class, () -> writing.awaitReadable(Duration.ZERO));
    assertThrows(NonWritableChannelException.class, () -> reading.awaitWritable(Duration.ZERO));
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch10_5_await_stoppedMeanwhile_wakes(Thread.Builder kind) throws Exception {
    channel.blocking();
    channel.configureBlocking(false);
    var waiter = Background.on(kind, () -> channel.awaitReadable(LONG));
    channel.awaitLog("waitUntilReadable(PT20S)");
    channel.shutdown(Direction.READ);
    assertTrue(waiter.result());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void ch10_5_await_interrupted_abandons(Thread.Builder kind) throws Exception {
    channel.blocking();
    channel.configureBlocking(false);
    var waiter = Background.on(kind, () -> channel.awaitWritable(LONG));
    channel.awaitLog("waitUntilWritable(PT20S)");
    waiter.interrupt();
    assertThrows(ClosedByInterruptException.class, waiter::result);
    assertEquals(1, channel.count("release(false)"));
  }

  @Test
  void ch10_5_close_whileAnotherWaits_isAnAbort() throws Exception {
    channel.blocking();
    channel.configureBlocking(false);
    var waiter = Background.run(() -> channel.awaitReadable(LONG));
    channel.awaitLog("waitUntilReadable(PT20S)");
    channel.close();
    assertThrows(AsynchronousCloseException.class, waiter::result);
    assertEquals(0, channel.count("release(true)"));
  }
}
