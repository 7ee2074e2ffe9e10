package dev.sluice.transport.rdmasim.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.ProtectionDomain;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairOptions;
import dev.sluice.transport.rdmasim.verbs.RdmaDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class StreamEndTest {
  private static final StreamOptions SMALL = new StreamOptions(100, 4, 8, 50);

  private final ByteBuffer read = ByteBuffer.allocate(1000);

  private static TransportException assertFails(Kind kind, Executable call) {
    TransportException first = assertThrows(TransportException.class, call);
    assertEquals(kind, first.kind(), first.getMessage());
    assertNotSame(first, assertThrows(TransportException.class, call));
    return first;
  }

  /** Acceptance scenario S43. */
  @Test
  void end_comesBehindTheLastByteAndIsAcknowledgedWhenItWasRead() throws Exception {
    StreamPair pair = StreamPair.of(SMALL);
    pair.send(1, 2, 3);
    pair.sender().end();
    pair.sender().end();
    assertTrue(pair.sender().isWritable());
    assertThrows(IllegalStateException.class, () -> pair.send(4));
    assertEquals(0, pair.receiver().read(ByteBuffer.allocate(0)));
    assertEquals(3, pair.receiver().read(read));
    assertTrue(pair.receiver().isEnded());
    assertTrue(pair.receiver().isReadable());
    assertFalse(pair.sender().isEndAcknowledged());
    assertEquals(-1, pair.receiver().read(read));
    assertEquals(-1, pair.receiver().read(read));
    assertEquals(0, pair.receiver().read(ByteBuffer.allocate(0)));
    assertTrue(pair.sender().isEndAcknowledged());
    assertEquals(0, pair.sender().unconsumedBytes());
    pair.requireNothingHeldUp();
  }

  /** Acceptance scenario S43. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void otherDirection_goesOnAfterAnEnd(boolean connectedEndsFirst) throws Exception {
    StreamPair pair = StreamPair.of(SMALL);
    StreamPair.Side first = connectedEndsFirst ? pair.one() : pair.other();
    StreamPair.Side second = connectedEndsFirst ? pair.other() : pair.one();
    first.sender().end();
    assertEquals(-1, second.receiver().read(read));
    for (int round = 0; round < 50; round++) {
      assertEquals(40, second.sender().write(ByteBuffer.allocate(40)));
      assertEquals(40, first.receiver().read(read.clear()));
    }
    second.sender().end();
    assertEquals(-1, first.receiver().read(read));
    assertTrue(first.sender().isEndAcknowledged());
    assertTrue(second.sender().isEndAcknowledged());
  }

  /** The window, the receives and the send queue are all used up by bytes. */
  @ParameterizedTest
  @ValueSource(ints = {1, 25, 50})
  void end_needsNoCredit(int maxChunkBytes) throws Exception {
    StreamPair pair = StreamPair.of(new StreamOptions(100, 4, 8, maxChunkBytes));
    long sent = 0;
    for (int i = 0; i < 10; i++) {
      sent += pair.sender().write(ByteBuffer.allocate(maxChunkBytes));
    }
    assertFalse(pair.sender().isWritable());
    pair.sender().end();
    pair.requireNothingHeldUp();
    assertEquals(sent, pair.receiver().read(read));
    assertEquals(-1, pair.receiver().read(read));
    assertTrue(pair.sender().isEndAcknowledged());
  }

  /** Acceptance scenario S44. */
  @Test
  void discard_letsThePeerComeToItsEnd() throws Exception {
    StreamPair pair = StreamPair.of(SMALL);
    ByteBuffer source = ByteBuffer.allocate(1000);
    assertEquals(0, pair.receiver().discard());
    long dropped = 0;
    while (source.hasRemaining()) {
      assertTrue(pair.sender().write(source) > 0);
      dropped += pair.receiver().discard();
    }
    pair.sender().end();
    assertEquals(1000, dropped);
    assertEquals(-1, pair.receiver().discard());
    assertTrue(pair.sender().isEndAcknowledged());
    assertEquals(0, pair.sender().unconsumedBytes());
  }

  /** Acceptance scenario S44. */
  @Test
  void refuse_tellsThePeersWriterWhatWasRead() throws Exception {
    StreamPair pair = StreamPair.of(SMALL);
    pair.send(1, 2, 3, 4, 5);
    assertEquals(2, pair.receiver().read(read.limit(2)));
    pair.receiver().refuse();
    pair.receiver().refuse();
    assertTrue(pair.receiver().isReadable());
    assertEquals(-1, pair.receiver().read(read.clear()));
    assertEquals(0, read.position());
    assertTrue(pair.sender().isWritable());
    TransportException refused = assertFails(Kind.RESET, () -> pair.send(6));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("of 5 bytes that were sent it read 2"));
    assertEquals(3, pair.sender().unconsumedBytes());
    assertEquals(1, pair.receiver().counters().creditMessageCount());
    pair.sender().end();
    assertFalse(pair.sender().isEndAcknowledged());
    assertTrue(pair.receiver().isReadable());
    assertTrue(pair.sender().isEndAcknowledged());
    assertEquals(3, pair.sender().unconsumedBytes());
  }

  /** What the writer sent before it learnt is dropped, and does not hold it up. */
  @Test
  void refuse_freesAWriterWithoutCredit() throws Exception {
    StreamPair pair = StreamPair.of(SMALL);
    assertEquals(100, pair.sender().write(ByteBuffer.allocate(500)));
    assertFalse(pair.sender().isWritable());
    pair.receiver().refuse();
    assertTrue(pair.sender().isWritable());
    assertFails(Kind.RESET, () -> pair.send(6));
    assertEquals(100, pair.sender().unconsumedBytes());
    pair.requireNothingHeldUp();
  }

  @Test
  void refuse_afterTheEndCameIsToldWithIt() throws Exception {
    StreamPair pair = StreamPair.of(SMALL);
    pair.send(1, 2, 3);
    pair.sender().end();
    pair.receiver().refuse();
    assertTrue(pair.sender().isEndAcknowledged());
    assertEquals(3, pair.sender().unconsumedBytes());
    assertEquals(-1, pair.receiver().discard());
  }

  @Test
  void refuse_afterTheEndWasReadDoesNothing() throws Exception {
    StreamPair pair = StreamPair.of(SMALL);
    pair.sender().end();
    assertEquals(-1, pair.receiver().read(read));
    pair.receiver().refuse();
    assertEquals(1, pair.receiver().counters().creditMessageCount());
    assertTrue(pair.sender().isEndAcknowledged());
    assertTrue(pair.sender().failure().isEmpty());
  }

  @Test
  void brokenConnection_givesWhatCameAndThenReset() throws Exception {
    StreamPair pair = StreamPair.of(SMALL);
    pair.send(1, 2, 3);
    Verbs.fail(pair.receiver().queuePair());
    assertTrue(pair.receiver().isReadable());
    assertEquals(2, pair.receiver().read(read.limit(2)));
    assertEquals(1, pair.receiver().read(read.clear()));
    assertTrue(pair.receiver().isReadable());
    assertFails(Kind.RESET, () -> pair.receiver().read(read));
    assertFails(Kind.RESET, () -> pair.receiver().discard());
    assertFails(Kind.RESET, () -> pair.receiver().keepAlive());
    assertTrue(pair.receiver().failure().isPresent());
    // The peer is silent, which a write finds out.
    assertEquals(1, pair.sender().write(ByteBuffer.allocate(1)));
    assertTrue(pair.sender().isWritable());
    TransportException broken = assertFails(Kind.RESET, () -> pair.send(6));
    assertTrue(String.valueOf(broken.getMessage()).contains("retry counter exceeded"));
    assertFails(Kind.RESET, () -> pair.sender().end());
    assertFalse(pair.sender().isEndAcknowledged());
    assertTrue(pair.sender().failure().isPresent());
  }

  @Test
  void brokenConnection_givesAnEndThatCameBefore() throws Exception {
    StreamPair pair = StreamPair.of(SMALL);
    pair.send(1, 2, 3);
    pair.sender().end();
    Verbs.fail(pair.receiver().queuePair());
    assertEquals(3, pair.receiver().read(read));
    assertEquals(-1, pair.receiver().read(read));
    assertEquals(-1, pair.receiver().read(read));
    assertFalse(pair.sender().isEndAcknowledged());
  }

  @Test
  void keepAlive_showsThatThePeerIsGone() throws Exception {
    StreamPair pair = StreamPair.of(SMALL);
    pair.receiver().queuePair().close();
    pair.sender().keepAlive();
    assertTrue(pair.sender().isWritable());
    assertFails(Kind.RESET, () -> pair.sender().keepAlive());
    assertFails(Kind.RESET, () -> pair.receiver().read(read));
  }

  @Test
  void closedHere_isToldAsSuch() throws Exception {
    StreamPair pair = StreamPair.of(SMALL);
    pair.send(1, 2, 3);
    assertTrue(pair.receiver().isReadable());
    pair.sender().queuePair().close();
    pair.receiver().queuePair().close();
    pair.sender().close();
    pair.receiver().close();
    pair.receiver().close();
    assertFails(Kind.CANCELLED, () -> pair.receiver().read(read));
    assertFails(Kind.CANCELLED, () -> pair.send(4));
  }

  @Test
  void tooSmallQueuePair_isAMistake() throws Exception {
    StreamPair pair = StreamPair.of(SMALL);
    assertThrows(
        IllegalArgumentException.class,
        () -> StreamSender.open(pair.receiver().queuePair(), SMALL));
    assertThrows(
        IllegalArgumentException.class,
        () -> StreamReceiver.open(pair.sender().queuePair(), SMALL));
  }

  @Test
  void calls_beforeTheGreetingAreMistakes() throws Exception {
    RdmaDevice device = Verbs.devices()[0];
    CompletionQueue completions = device.createCompletionQueue(1000);
    QueuePair queuePair =
        device
            .createProtectionDomain()
            .createQueuePair(new QueuePairOptions(completions, completions, 100, 100, 1, 100));
    Verbs.initialise(queuePair);
    StreamSender sender = StreamSender.open(queuePair, SMALL);
    StreamReceiver receiver = StreamReceiver.open(queuePair, SMALL);
    assertThrows(IllegalStateException.class, () -> sender.write(read));
    assertThrows(IllegalStateException.class, sender::isWritable);
    assertThrows(IllegalStateException.class, sender::end);
    assertThrows(IllegalStateException.class, () -> receiver.read(read));
    assertThrows(IllegalStateException.class, receiver::isReadable);
  }

  @Test
  void open_withoutMemoryForReceivesLeavesNothingBehind() throws Exception {
    RdmaDevice device = Verbs.devices()[0];
    ProtectionDomain domain = device.createProtectionDomain();
    CompletionQueue completions = device.createCompletionQueue(1000);
    QueuePair inReset =
        domain.createQueuePair(new QueuePairOptions(completions, completions, 100, 100, 1, 100));
    assertThrows(IOException.class, () -> StreamSender.open(inReset, SMALL));
    assertThrows(IOException.class, () -> StreamReceiver.open(inReset, SMALL));
    inReset.close();
    domain.close();
  }
}
