package dev.sluice.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link AbstractTransportChannel}: what passes between caller and transport. */
@Timeout(30)
class ChannelTransferTest {
  private final FakeChannel channel = FakeChannel.duplex();

  private static ByteBuffer bytes(int byteCount) {
    return ByteBuffer.allocate(byteCount);
  }

  @Test
  void ch2_3_read_returnsWhatTheTransportMoved() throws IOException {
    assertEquals(3, channel.read(bytes(3)));
    assertEquals(5, channel.read(new ByteBuffer[] {bytes(2), bytes(3)}));
    channel.onRead((targets, offset, length) -> -1);
    assertEquals(-1, channel.read(bytes(3)));
    assertEquals(-1, channel.read(new ByteBuffer[] {bytes(2)}));
  }

  @Test
  void ch3_3_write_returnsWhatTheTransportAccepted() throws IOException {
    assertEquals(3, channel.write(bytes(3)));
    assertEquals(5, channel.write(new ByteBuffer[] {bytes(2), bytes(3)}));
    assertEquals(2, channel.write(bytes(2).asReadOnlyBuffer()));
  }

  @Test
  void ch4_2_range_choosesTheBuffers() throws IOException {
    ByteBuffer[] buffers = {bytes(1), bytes(20), bytes(300)};
    assertEquals(20, channel.read(buffers, 1, 1));
    assertEquals(1, buffers[0].remaining());
    assertEquals(300, buffers[2].remaining());
    assertEquals(300, channel.write(buffers, 2, 1));
  }

  @Test
  void ch4_2_range_outsideTheArray_isRefused() {
    ByteBuffer[] buffers = {bytes(1), bytes(1)};
    int[][] ranges = {{-1, 1}, {0, 3}, {2, 1}, {1, -1}, {Integer.MAX_VALUE, 2}};
    for (int[] range : ranges) {
      assertThrows(
          IndexOutOfBoundsException.class, () -> channel.read(buffers, range[0], range[1]));
      assertThrows(
          IndexOutOfBoundsException.class, () -> channel.write(buffers, range[0], range[1]));
    }
    assertEquals(List.of(), channel.log());
  }

  @Test
  void ch2_2_read_withoutRoom_doesNotTouchTheChannel() throws IOException {
    assertEquals(0, channel.read(bytes(0)));
    assertEquals(0, channel.read(new ByteBuffer[0]));
    assertEquals(0, channel.read(new ByteBuffer[] {bytes(0), bytes(0)}));
    assertEquals(0, channel.read(new ByteBuffer[] {bytes(0), bytes(9)}, 0, 1));
    assertEquals(List.of(), channel.log());
  }

  @Test
  void ch3_2_write_withoutBytes_doesNotTouchTheChannel() throws IOException {
    assertEquals(0, channel.write(bytes(0)));
    assertEquals(0, channel.write(new ByteBuffer[0]));
    assertEquals(0, channel.write(new ByteBuffer[] {bytes(0), bytes(9)}, 0, 1));
    assertEquals(List.of(), channel.log());
  }

  @Test
  void ch2_2_read_withoutRoomWhileAnotherReads_doesNotWait() throws Exception {
    channel.blocking();
    var reader = Background.run(() -> channel.read(bytes(1)));
    channel.awaitLog("read");
    assertEquals(0, channel.read(bytes(0)));
    channel.abort();
    assertThrows(ClosedChannelException.class, reader::result);
  }

  @Test
  void ch4_3_emptyBuffers_mayStandAnywhere() throws IOException {
    ByteBuffer[] buffers = {bytes(0), bytes(2), bytes(0), bytes(3), bytes(0)};
    assertEquals(5, channel.write(buffers));
    assertEquals(1, channel.count("write"));
  }

  @Test
  void ch2_5_ch4_5_readOnlyTarget_isRefusedBeforeAnythingIsRead() {
    ByteBuffer readOnly = bytes(3).asReadOnlyBuffer();
    assertThrows(IllegalArgumentException.class, () -> channel.read(readOnly));
    assertThrows(
        IllegalArgumentException.class, () -> channel.read(new ByteBuffer[] {bytes(1), readOnly}));
    assertThrows(IllegalArgumentException.class, () -> channel.read(bytes(0).asReadOnlyBuffer()));
    assertEquals(List.of(), channel.log());
  }

  @Test
  void ch2_5_readOnlyBufferOutsideTheRange_isNoMatter() throws IOException {
    assertEquals(1, channel.read(new ByteBuffer[] {bytes(3).asReadOnlyBuffer(), bytes(1)}, 1, 1));
  }

  @Test
  void ch2_6_read_ofAWritingChannel_isRefusedAndHarmless() throws IOException {
    FakeChannel writing = new FakeChannel(Direction.WRITE);
    assertThrows(NonReadableChannelException.class, () -> writing.read(bytes(1)));
    assertThrows(NonReadableChannelException.class, () -> writing.read(bytes(0)));
    assertThrows(
        NonReadableChannelException.class, () -> writing.read(new ByteBuffer[] {bytes(1)}));
    assertEquals(1, writing.write(bytes(1)));
  }

  @Test
  void ch3_5_write_ofAReadingChannel_isRefusedAndHarmless() throws IOException {
    FakeChannel reading = new FakeChannel(Direction.READ);
    assertThrows(NonWritableChannelException.class, () -> reading.write(bytes(1)));
    assertThrows(NonWritableChannelException.class, () -> reading.write(bytes(0)));
    assertThrows(
        NonWritableChannelException.class, () -> reading.write(new ByteBuffer[] {bytes(1)}));
    assertEquals(1, reading.read(bytes(1)));
  }

  @Test
  void ch12_5_transferThatFails_throwsThatAndLeavesTheChannelOpen() throws IOException {
    var failure = new IOException("broken");
    var bug = new IllegalStateException("bug");
    channel.onRead(
        (targets, offset, length) -> {
          throw failure;
        });
    channel.onWrite(
        (sources, offset, length) -> {
          throw bug;
        });
    assertSame(failure, assertThrows(IOException.class, () -> channel.read(bytes(1))));
    assertSame(bug, assertThrows(IllegalStateException.class, () -> channel.write(bytes(1))));
    assertTrue(channel.isOpen());
    channel.close();
    assertEquals(List.of("read", "write", "release(true)"), channel.log());
  }

  @Test
  void ch8_1_readAndWrite_areInProgressAtOnce() throws Exception {
    channel.blocking();
    var reader = Background.run(() -> channel.read(bytes(1)));
    channel.awaitLog("read");
    var writer = Background.run(() -> channel.write(bytes(1)));
    channel.awaitLog("write");
    channel.abort();
    assertThrows(ClosedChannelException.class, reader::result);
    assertThrows(ClosedChannelException.class, writer::result);
  }

  @Test
  void ch8_2_secondReader_waitsForTheFirst() throws Exception {
    assertSecondWaits(true);
  }

  @Test
  void ch8_2_secondWriter_waitsForTheFirst() throws Exception {
    assertSecondWaits(false);
  }

  private void assertSecondWaits(boolean reading) throws Exception {
    var inside = new AtomicInteger();
    var most = new AtomicInteger();
    var first = new CountDownLatch(1);
    FakeChannel.Body body =
        (buffers, offset, length) -> {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          FakeChannel.uninterruptibly(first);
          inside.decrementAndGet();
          return 1;
        };
    channel.onRead(body).onWrite(body);
    var one = Background.run(() -> reading ? channel.read(bytes(1)) : channel.write(bytes(1)));
    Background.until(() -> inside.get() == 1);
    var two =
        Background.run(() -> reading ? channel.read(bytes(1)) : channel.write(bytes(1)))
            .awaitBlocked();
    assertEquals(1, channel.log().size());

    first.countDown();

    assertEquals(1, one.result());
    assertEquals(1, two.result());
    assertEquals(2, channel.log().size());
    assertEquals(1, most.get());
  }
}
