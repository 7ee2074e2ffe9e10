package dev.sluice.transport.rdmasim.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.RdmaDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bytes that go from registered memory, and rings and sources that have no memory at all. */
@Timeout(10)
class RegisteredMemoryTest {
  private static final Set<Access> READ_ONLY = Set.of();
  private static final int WINDOW = 1000;

  @Test
  void bytesOfARegion_arrive_acrossTheEndOfTheRing() throws IOException {
    StreamPair pair = StreamPair.of(new StreamOptions(WINDOW, 64, 64, 300));
    MemoryRegion source = pair.sender().queuePair().domain().allocate(4096, READ_ONLY);
    for (int i = 0; i < 4096; i++) {
      source.segment().set(ValueLayout.JAVA_BYTE, i, (byte) (i * 7));
    }
    ByteBuffer read = ByteBuffer.allocate(4096);
    long sent = 0;
    while (read.hasRemaining()) {
      sent += pair.sender().write(source, sent, 4096 - sent);
      assertTrue(pair.receiver().read(read) > 0, "nothing came");
      assertTrue(sent - read.position() <= WINDOW, "more than the window was under way");
    }
    assertEquals(-1, source.segment().mismatch(MemorySegment.ofBuffer(read.flip())));
  }

  @Test
  void logicalRing_isDiscarded_andGivesCredit() throws IOException {
    RdmaDevice[] devices = Verbs.devices();
    StreamOptions options = new StreamOptions(1L << 40, 16, 16, 1 << 20);
    QueuePair outward = queuePair(devices[0], options, true);
    QueuePair inward = queuePair(devices[1], options, false);
    StreamSender sender = StreamSender.open(outward, options);
    StreamReceiver receiver = StreamReceiver.openLogical(inward, options);
    sender.connect(StreamHello.of(sender, receiver));
    receiver.connect(StreamHello.of(sender, receiver));
    Verbs.connect(outward, inward.number());
    Verbs.connect(inward, outward.number());
    MemoryRegion source = outward.domain().registerLogical(1L << 40, READ_ONLY);

    long sent = 0;
    long taken = 0;
    while (sent < 1L << 28) {
      long count = sender.write(source, sent, (1L << 28) - sent);
      assertTrue(count > 0 && count <= 16L << 20, count + " bytes");
      sent += count;
      taken += receiver.discard();
    }
    assertEquals(1L << 28, taken);

    sender.write(source, 0, 5);
    ByteBuffer target = ByteBuffer.allocate(5);
    assertThrows(IllegalStateException.class, () -> receiver.read(target));
    assertEquals(5, receiver.discard());
    sender.end();
    assertEquals(-1, receiver.discard());
    assertTrue(sender.isEndAcknowledged());
    assertFalse(sender.failure().isPresent());
    assertThrows(IllegalStateException.class, () -> sender.write(source, 0, 1));
  }

  private static QueuePair queuePair(RdmaDevice device, StreamOptions options, boolean sends)
      throws IOException {
    QueuePair queuePair =
        device
            .createProtectionDomain()
            .createQueuePair(
                sends
                    ? options.senderQueuePair(
                        device.createCompletionQueue(options.senderCompletionCount()))
                    : options.receiverQueuePair(
                        device.createCompletionQueue(options.receiverCompletionCount())));
    Verbs.initialise(queuePair);
    return queuePair;
  }
}
