package dev.sluice.transport.rdmasim.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real peer of a pair is silent; what is sent over its queue pair is made up here. */
@Timeout(20)
class HostileStreamPeerTest {
  private static final StreamOptions OPTIONS = new StreamOptions(100, 4, 8, 50);

  private final StreamPair pair;
  private final StreamHello receiverHello;

  HostileStreamPeerTest() throws IOException {
    pair = StreamPair.of(new StreamOptions(100, 4, 8, 60), OPTIONS);
    receiverHello = StreamHello.of(pair.one().sender(), pair.other().receiver());
  }

  private static void post(QueuePair from, int key, long offset, byte[] bytes, int immediate)
      throws IOException {
    from.postSend(
        SendRequest.write(0, key, offset)
            .withImmediate(immediate)
            .inline(MemorySegment.ofArray(bytes)));
  }

  /** As the sender would, to the receiver. */
  private void toReceiver(int byteCount, int immediate) throws IOException {
    post(pair.sender().queuePair(), receiverHello.ringKey(), 0, new byte[byteCount], immediate);
  }

  /** As the receiver would, to the sender. */
  private void toSender(MessageKind kind, int slot, long consumedBytes, long repostedMessages)
      throws IOException {
    byte[] credit =
        ByteBuffer.allocate(16).putLong(consumedBytes).putLong(repostedMessages).array();
    post(
        pair.receiver().queuePair(),
        receiverHello.creditKey(),
        slot % 8 * 16L,
        credit,
        kind.immediate(slot));
  }

  private static void assertViolation(String told, Executable call) {
    TransportException first = assertThrows(TransportException.class, call);
    assertEquals(Kind.IO, first.kind());
    assertTrue(String.valueOf(first.getMessage()).contains(told), first.getMessage());
    TransportException second = assertThrows(TransportException.class, call);
    assertNotSame(first, second);
    assertEquals(first.getMessage(), second.getMessage());
  }

  private void assertReceiverTells(String told) {
    assertTrue(pair.receiver().isReadable());
    assertViolation(told, () -> pair.receiver().read(ByteBuffer.allocate(200)));
  }

  private void assertSenderTells(String told) {
    assertTrue(pair.sender().isWritable());
    assertViolation(told, () -> pair.sender().write(ByteBuffer.allocate(1)));
    assertViolation(told, () -> pair.sender().end());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0x00000000, a message of 0 bytes",
    "51, 0x00000033, a message of 51 bytes",
    "10, 0x0000000b, DATA tells of 11 bytes",
    "0, 0x1fffffff, DATA tells of 536870911 bytes",
    "0, 0x20000001, END tells of 1 bytes",
    "1, 0x20000001, an end with 1 bytes",
    "0, 0x40000000, a message CREDIT from the side that sends",
    "0, 0x60000000, a message FINISHED",
    "0, 0x80000000, a message CLOSED",
    "0, 0xa0000000, immediate data 0xa0000000",
    "0, 0xffffffff, immediate data 0xffffffff"
  })
  void receiver_refusesImpossibleMessages(int byteCount, String immediate, String told)
      throws Exception {
    toReceiver(byteCount, Integer.parseUnsignedInt(immediate.substring(2), 16));
    assertReceiverTells(told);
  }

  @Test
  void receiver_givesWhatCameBeforeAViolation() throws Exception {
    toReceiver(10, 10);
    toReceiver(1, 2);
    assertEquals(10, pair.receiver().read(ByteBuffer.allocate(200)));
    assertReceiverTells("DATA tells of 2 bytes, but 1 were written");
  }

  @Test
  void receiver_refusesMoreBytesThanWereGranted() throws Exception {
    toReceiver(50, 50);
    toReceiver(49, 49);
    toReceiver(2, 2);
    assertEquals(99, pair.receiver().read(ByteBuffer.allocate(200)));
    assertReceiverTells("a message of 2 bytes, but only 1 were granted");
  }

  @Test
  void receiver_refusesMessagesAcrossTheEndOfTheRing() throws Exception {
    toReceiver(50, 50);
    toReceiver(40, 40);
    assertEquals(90, pair.receiver().read(ByteBuffer.allocate(200)));
    toReceiver(11, 11);
    assertReceiverTells("a message of 11 bytes, 10 before the end of the ring");
  }

  @Test
  void receiver_refusesMoreMessagesThanWereGranted() throws Exception {
    for (int i = 0; i < 5; i++) {
      toReceiver(1, 1);
    }
    assertEquals(4, pair.receiver().read(ByteBuffer.allocate(200)));
    assertReceiverTells("more than the 4 messages that were granted");
  }

  @ParameterizedTest
  @CsvSource({"0, 0x20000000", "1, 0x00000001"})
  void receiver_refusesMessagesAfterTheEnd(int byteCount, String immediate) throws Exception {
    toReceiver(0, MessageKind.END.immediate(0));
    toReceiver(byteCount, Integer.parseUnsignedInt(immediate.substring(2), 16));
    assertTrue(pair.receiver().isReadable());
    assertTrue(
        String.valueOf(pair.receiver().failure().orElseThrow().getMessage())
            .contains("after the end"));
  }

  @Test
  void receiver_refusesSends() throws Exception {
    pair.sender().queuePair().postSend(SendRequest.send(0));
    assertReceiverTells("a send of 0 bytes");
  }

  @Test
  void sender_refusesSends() throws Exception {
    pair.receiver().queuePair().postSend(SendRequest.send(0).withImmediate(0x40000000));
    assertSenderTells("a send of 0 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "CREDIT, 0, 11, 0, '11 consumed bytes, which is not from 0 (told before) to 10 (sent)'",
    "CREDIT, 0, -1, 0, -1 consumed bytes",
    "CREDIT, 0, -9223372036854775808, 0, -9223372036854775808 consumed bytes",
    "CREDIT, 0, 10, 2, '2 reposted receives, which is not from 0 (told before) to 1 (sent)'",
    "CREDIT, 0, 10, -1, -1 reposted receives",
    "CREDIT, 8, 0, 0, CREDIT names slot 8",
    "CLOSED, 536870911, 0, 0, CLOSED names slot 536870911",
    "CLOSED, 0, 11, 0, 11 consumed bytes",
    "FINISHED, 0, 10, 1, 'FINISHED, but the end was not sent'",
    "DATA, 0, 0, 0, a message DATA from the side that receives",
    "END, 0, 0, 0, a message END from the side that receives"
  })
  void sender_refusesImpossibleCredits(
      MessageKind kind, int slot, long consumedBytes, long repostedMessages, String told)
      throws Exception {
    pair.send(ByteBuffer.allocate(10));
    toSender(kind, slot, consumedBytes, repostedMessages);
    assertSenderTells(told);
  }

  @Test
  void sender_refusesCreditsThatTakeBack() throws Exception {
    pair.send(ByteBuffer.allocate(10));
    toSender(MessageKind.CREDIT, 0, 5, 1);
    assertEquals(5, unconsumedBytes());
    toSender(MessageKind.CREDIT, 1, 4, 1);
    assertSenderTells("4 consumed bytes, which is not from 5");
  }

  @Test
  void sender_refusesCreditsOfAnotherSize() throws Exception {
    post(
        pair.receiver().queuePair(),
        receiverHello.creditKey(),
        0,
        new byte[15],
        MessageKind.CREDIT.immediate(0));
    assertSenderTells("CREDIT has 15 bytes, not 16");
  }

  @Test
  void sender_refusesAFinishThatCannotBe() throws Exception {
    pair.send(ByteBuffer.allocate(10));
    pair.sender().end();
    toSender(MessageKind.FINISHED, 0, 9, 1);
    assertTrue(pair.sender().isWritable());
    assertTrue(
        String.valueOf(pair.sender().failure().orElseThrow().getMessage())
            .contains("FINISHED after 9 bytes, but 10 were sent"));
  }

  private long unconsumedBytes() {
    pair.sender().isWritable();
    return pair.sender().unconsumedBytes();
  }

  /** Acceptance scenario S46. */
  @Test
  void credits_mayBeLostAndRepeated() throws Exception {
    pair.send(ByteBuffer.allocate(10));
    pair.send(ByteBuffer.allocate(10));
    pair.send(ByteBuffer.allocate(10));
    toSender(MessageKind.CREDIT, 0, 10, 1);
    assertEquals(20, unconsumedBytes());
    toSender(MessageKind.CREDIT, 0, 10, 1);
    toSender(MessageKind.CREDIT, 1, 10, 1);
    assertEquals(20, unconsumedBytes());
    // The one of 20 bytes is lost.
    toSender(MessageKind.CREDIT, 3, 30, 3);
    assertEquals(0, unconsumedBytes());
    for (int i = 0; i < 100; i++) {
      toSender(MessageKind.CREDIT, i % 8, 30, 3);
      assertEquals(0, unconsumedBytes());
    }
    assertEquals(100, pair.sender().write(new ByteBuffer[] {ByteBuffer.allocate(100)}, 0, 1));
  }

  @Test
  void sender_refusesCreditsWithoutEnd() throws Exception {
    pair.send(ByteBuffer.allocate(10));
    pair.send(ByteBuffer.allocate(10));
    toSender(MessageKind.CREDIT, 0, 10, 1);
    repeatCredit(10, 1);
    toSender(MessageKind.CREDIT, 0, 20, 2);
    repeatCredit(20, 2);
    assertEquals(0, unconsumedBytes());
    assertTrue(pair.sender().failure().isEmpty());
    toSender(MessageKind.CREDIT, 0, 20, 2);
    assertSenderTells("credits in a row that grant nothing new");
  }

  /** As often as is allowed. */
  private void repeatCredit(long consumedBytes, long repostedMessages) throws IOException {
    for (int i = 0; i < SendWindow.MOST_IDLE_CREDITS; i++) {
      toSender(MessageKind.CREDIT, i % 8, consumedBytes, repostedMessages);
      pair.sender().isWritable();
      // Makes room for the next completion.
      WorkCompletion _ = pair.receiver().queuePair().options().sendCompletions().poll();
    }
  }

  /** No peer of this protocol comes so far: it would wait for one of the credits. */
  @Test
  void receiver_joinsCreditsThatDoNotGetAway() throws Exception {
    Verbs.holdBack(pair.receiver().queuePair());
    for (int i = 0; i < 15; i++) {
      toReceiver(50, 50);
      assertEquals(50, pair.receiver().read(ByteBuffer.allocate(50)));
    }
    // Two of 16 places are kept.
    assertEquals(14, pair.receiver().counters().creditMessageCount());
    pair.receiver().refuse();
    toReceiver(0, MessageKind.END.immediate(0));
    assertTrue(pair.receiver().isReadable());
    assertEquals(16, pair.receiver().counters().creditMessageCount());
    assertTrue(pair.receiver().failure().isEmpty());
  }

  /**
   * Whatever comes, it is an exception of the right kind, and nothing that was not sent is read.
   */
  @Test
  void anyMessages_areTakenOrRefused() throws Exception {
    long seed = Long.getLong("sluice.seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int run = 0; run < 2000; run++) {
      HostileStreamPeerTest fresh = new HostileStreamPeerTest();
      long written = 0;
      for (int step = 0; step < 10; step++) {
        int byteCount = random.nextInt(60);
        int kind = random.nextInt(4) == 0 ? random.nextInt(8) : 0;
        int value = random.nextInt(10) == 0 ? random.nextInt(1 << 29) : byteCount;
        fresh.toReceiver(byteCount, kind << 29 | value);
        written += byteCount;
        MessageKind credit = Objects.requireNonNull(MessageKind.of(random.nextInt(5) << 29));
        fresh.toSender(credit, random.nextInt(9), random.nextInt(20), random.nextInt(3));
        try {
          long count = fresh.pair.receiver().read(ByteBuffer.allocate(random.nextInt(80)));
          assertTrue(count <= written);
          fresh.pair.sender().isWritable();
          assertTrue(fresh.pair.sender().unconsumedBytes() >= 0);
        } catch (TransportException refused) {
          assertTrue(
              refused.kind() == Kind.IO || refused.kind() == Kind.RESET,
              () -> "repeat with -Dsluice.seed=" + seed);
          break;
        }
      }
    }
  }
}
