package dev.sluice.transport.rdmasim.verbs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to the parts of a request when something else happens between them. */
@Timeout(10)
class ResponderTest {
  private static final ByteSource NINES =
      (from, target, to, count) -> target.asSlice(to, count).fill((byte) 9);

  private QueuePair queuePair;
  private Responder responder;
  private CompletionQueue completions;
  private MemoryRegion region;

  @BeforeEach
  void connect() throws IOException {
    queuePair = new HandDrivenFabric().sendingQueuePair();
    responder = queuePair.responder();
    completions = queuePair.options().receiveCompletions();
    region = queuePair.domain().allocate(16, EnumSet.allOf(Access.class));
  }

  private static SendOperation request(SendRequest request) {
    return new SendOperation(request, 0);
  }

  private static SendOperation send(int byteCount) {
    return request(SendRequest.send(1).inline(MemorySegment.ofArray(new byte[byteCount])));
  }

  private SendOperation write(int byteCount) {
    return request(
        SendRequest.write(1, region.remoteKey(), 0)
            .inline(MemorySegment.ofArray(new byte[byteCount])));
  }

  private void assertCompletion(String expected) throws VerbsException {
    WorkCompletion next = completions.poll();
    assertNotNull(next);
    assertEquals(expected, next.id() + " " + next.status());
  }

  private byte[] bytes() {
    return region.segment().toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void parts_mayComeInAnyOrder_andAgain() throws VerbsException {
    queuePair.postReceive(ReceiveRequest.of(1, region.piece(0, 3), region.piece(8, 5)));
    MemorySegment message = MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5, 6});
    SendOperation send = request(SendRequest.send(1).inline(message));
    assertEquals(Verdict.ACCEPTED, responder.begin(send));
    assertEquals(Verdict.ACCEPTED, responder.place(send, 4, send, 2));
    assertEquals(Verdict.ACCEPTED, responder.begin(send));
    assertEquals(Verdict.ACCEPTED, responder.place(send, 2, send, 3));
    assertEquals(Verdict.ACCEPTED, responder.place(send, 0, send, 2));
    assertEquals(Verdict.ACCEPTED, responder.finish(send));
    assertCompletion("1 success");
    assertArrayEquals(new byte[] {1, 2, 3, 0, 0, 0, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0}, bytes());
  }

  @Test
  void receiveThatIsBegun_keepsItsPlaceInTheQueue() throws VerbsException {
    for (int id = 0; id < 8; id++) {
      queuePair.postReceive(ReceiveRequest.of(id));
    }
    responder.begin(send(0));
    assertEquals(7, responder.receiveCount());
    VerbsException refused =
        assertThrows(VerbsException.class, () -> queuePair.postReceive(ReceiveRequest.of(8)));
    assertEquals(VerbsException.Reason.FULL, refused.reason());
    responder.finish(send(0));
    queuePair.postReceive(ReceiveRequest.of(8));
  }

  @Test
  void error_flushesTheReceiveThatIsBegun_first() throws VerbsException {
    queuePair.postReceive(ReceiveRequest.of(1, region.whole()));
    queuePair.postReceive(ReceiveRequest.of(2));
    responder.begin(send(4));
    queuePair.enterError();
    assertCompletion("1 work request flushed error");
    assertCompletion("2 work request flushed error");
  }

  @Test
  void afterAnError_nothingIsPlacedAndNothingAnswered() throws VerbsException {
    queuePair.postReceive(ReceiveRequest.of(1, region.whole()));
    SendOperation send = send(4);
    SendOperation write = write(4);
    responder.begin(send);
    queuePair.enterError();
    assertEquals(Verdict.SILENT, responder.place(send, 0, NINES, 4));
    assertEquals(Verdict.SILENT, responder.finish(send));
    assertEquals(Verdict.SILENT, responder.begin(write));
    assertEquals(Verdict.SILENT, responder.place(write, 0, NINES, 4));
    assertEquals(Verdict.SILENT, responder.finish(write));
    MemorySegment target = MemorySegment.ofArray(new byte[8]);
    assertEquals(Verdict.SILENT, responder.atomic(write, target));
    assertArrayEquals(new byte[16], bytes());
    assertCompletion("1 work request flushed error");
    assertNull(completions.poll());
  }

  /** What was accepted before a refusal is answered before it. */
  @Test
  void afterAnError_aReadGoesOn() {
    region.segment().fill((byte) 9);
    SendOperation read =
        request(SendRequest.read(1, region.remoteKey(), 0, new ScatterGather(0, 0, 8)));
    MemorySegment target = MemorySegment.ofArray(new byte[8]);
    assertEquals(Verdict.ACCEPTED, responder.begin(read));
    queuePair.enterError();
    assertEquals(Verdict.ACCEPTED, responder.read(read, 4, target, 4, 4));
    assertArrayEquals(new byte[] {0, 0, 0, 0, 9, 9, 9, 9}, target.toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  void listenerOfTheFirstRequest_mayEndTheQueuePair() throws VerbsException {
    QueuePair receiving = new HandDrivenFabric().receivingQueuePair();
    receiving.domain().device().onEvent(event -> receiving.enterError());
    assertEquals(Verdict.SILENT, receiving.responder().begin(send(0)));
  }

  @Test
  void resetBetweenTheParts_endsTheRequest() throws VerbsException {
    queuePair.postReceive(ReceiveRequest.of(1, region.whole()));
    SendOperation send = send(4);
    responder.begin(send);
    queuePair.modify(QueuePairAttributes.to(QueuePairState.RESET));
    HandDrivenFabric.start(queuePair);
    assertEquals(Verdict.SILENT, responder.place(send, 0, NINES, 4));
    assertEquals(Verdict.SILENT, responder.finish(send));
    assertNull(completions.poll());
  }

  @Test
  void longerRequest_afterOneThatWasBegun_mustFitAsWell() throws VerbsException {
    queuePair.postReceive(ReceiveRequest.of(1, region.piece(0, 4)));
    assertEquals(Verdict.ACCEPTED, responder.begin(send(4)));
    assertEquals(Verdict.INVALID_REQUEST, responder.begin(send(5)));
    assertCompletion("1 local length error");
    assertNull(completions.poll());
  }

  @Test
  void receiveBufferTakenBackBetweenTheParts_isCompletedOnce_whateverTheListenerDoes()
      throws VerbsException {
    queuePair.postReceive(ReceiveRequest.of(1, region.whole()));
    SendOperation send = send(8);
    responder.begin(send);
    responder.place(send, 0, NINES, 4);
    region.close();
    completions.onEvent(queuePair::enterError);
    completions.requestNotify(false);
    assertEquals(Verdict.REMOTE_OPERATION, responder.place(send, 4, NINES, 4));
    assertCompletion("1 local protection error");
    assertNull(completions.poll());
  }

  @Test
  void regionTakenBackBetweenTheParts_isARemoteAccessError() throws VerbsException {
    SendOperation write = write(8);
    assertEquals(Verdict.ACCEPTED, responder.begin(write));
    assertEquals(Verdict.ACCEPTED, responder.place(write, 0, NINES, 4));
    region.close();
    assertEquals(Verdict.REMOTE_ACCESS, responder.place(write, 4, NINES, 4));
    assertEquals(QueuePairState.ERR, queuePair.state());
  }

  @Test
  void regionTakenBackDuringARead_isARemoteAccessError() throws VerbsException {
    SendOperation read =
        request(SendRequest.read(1, region.remoteKey(), 0, new ScatterGather(0, 0, 8)));
    MemorySegment target = MemorySegment.ofArray(new byte[8]);
    assertEquals(Verdict.ACCEPTED, responder.begin(read));
    assertEquals(Verdict.ACCEPTED, responder.read(read, 0, target, 0, 4));
    region.close();
    assertEquals(Verdict.REMOTE_ACCESS, responder.read(read, 4, target, 4, 4));
    assertEquals(
        Optional.of(new AsyncEvent(AsyncEvent.Kind.QUEUE_PAIR_ACCESS_ERROR, queuePair.number())),
        queuePair.domain().device().pollEvent());
  }

  @Test
  void listenerOfARefusal_mayCloseTheRegion() {
    queuePair.domain().device().onEvent(event -> region.close());
    SendOperation write = request(SendRequest.write(1, region.remoteKey(), 12));
    assertEquals(Verdict.REMOTE_ACCESS, responder.place(write, 0, NINES, 8));
  }

  @Test
  void regionIsEntered_whileItsMemoryIsUsed_andLeftAfterwards() {
    RegionTable table = queuePair.domain().device().regions();
    boolean[] used = new boolean[1];
    responder.place(
        write(4), 0, (from, target, to, count) -> used[0] = table.isUsed(region.index()), 4);
    assertTrue(used[0]);
    assertFalse(table.isUsed(region.index()));
  }

  @Test
  void writeWithImmediate_withoutAReceive_keepsItsBytes_andCanBeFinishedLater()
      throws VerbsException {
    MemorySegment message = MemorySegment.ofArray(new byte[] {1, 2});
    SendOperation write =
        request(SendRequest.write(1, region.remoteKey(), 0).inline(message).withImmediate(3));
    assertEquals(Verdict.ACCEPTED, responder.begin(write));
    assertEquals(Verdict.ACCEPTED, responder.place(write, 0, write, 2));
    assertEquals(Verdict.RECEIVER_NOT_READY, responder.finish(write));
    assertEquals(2, bytes()[1]);
    queuePair.postReceive(ReceiveRequest.of(4));
    assertEquals(Verdict.ACCEPTED, responder.finish(write));
    assertCompletion("4 success");
    assertNull(completions.poll());
  }
}
