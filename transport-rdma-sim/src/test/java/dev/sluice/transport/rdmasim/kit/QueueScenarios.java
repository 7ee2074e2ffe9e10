package dev.sluice.transport.rdmasim.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.ScatterGather;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S06 and S07: sizes of queues and requests, and when a place is free again. */
public abstract class QueueScenarios extends Scenarios {
  private static final int PLACES = 4;
  private static final int PIECES = 3;
  private static final int INLINE = 16;

  protected QueueScenarios(Function<DeviceLimits, Rig> rigs) {
    super(rigs);
  }

  @BeforeEach
  void connectSmallQueues() throws VerbsException {
    reconnect(
        Endpoint.on(
            rig().near(),
            options -> options.withQueues(PLACES, PLACES).withPieces(PIECES).withInline(INLINE)),
        Endpoint.on(rig().far()));
  }

  private QueuePair queuePair() {
    return near().queuePair();
  }

  @Test
  void s06_fullSendQueue_isFull() throws VerbsException {
    for (int id = 1; id <= PLACES; id++) {
      queuePair().postSend(SendRequest.send(id));
    }
    assertEquals(0, queuePair().requester().freePlaces());
    assertRefused(VerbsException.Reason.FULL, () -> queuePair().postSend(SendRequest.send(5)));
    far().queuePair().postReceive(ReceiveRequest.of(1));
    assertSent(1, CompletionStatus.SUCCESS);
    queuePair().postSend(SendRequest.send(5));
  }

  @Test
  void s06_fullReceiveQueue_isFull() throws VerbsException {
    for (int id = 1; id <= PLACES; id++) {
      queuePair().postReceive(ReceiveRequest.of(id));
    }
    assertRefused(VerbsException.Reason.FULL, () -> queuePair().postReceive(ReceiveRequest.of(5)));
    far().queuePair().postSend(SendRequest.send(1));
    assertCompletions(near().receives(), "1 success");
    queuePair().postReceive(ReceiveRequest.of(5));
  }

  @Test
  void s06_onePieceTooMany_isInvalid() throws IOException {
    MemoryRegion region = near().pattern(PIECES, 0);
    ScatterGather[] tooMany =
        Collections.nCopies(PIECES + 1, region.piece(0, 1)).toArray(ScatterGather[]::new);
    ScatterGather[] enough = List.of(tooMany).subList(1, PIECES + 1).toArray(ScatterGather[]::new);
    assertInvalid(() -> queuePair().postSend(SendRequest.send(1, tooMany)));
    assertInvalid(() -> queuePair().postReceive(ReceiveRequest.of(1, tooMany)));
    queuePair().postSend(SendRequest.send(1, enough));
    queuePair().postReceive(ReceiveRequest.of(1, enough));
  }

  @Test
  void s06_oneInlineByteTooMany_isInvalid() throws VerbsException {
    far().queuePair().postReceive(ReceiveRequest.of(1));
    MemorySegment tooMany = MemorySegment.ofArray(new byte[INLINE + 1]);
    assertInvalid(() -> queuePair().postSend(SendRequest.send(1).inline(tooMany)));
    assertInvalid(() -> queuePair().postSend(SendRequest.write(1, 0, 0).inline(tooMany)));
    assertNothingIn(near().sends());
    queuePair().postSend(SendRequest.send(1).inline(tooMany.asSlice(1)));
  }

  @Test
  void s06_inlineReadsAtomicsAndInvalidates_areInvalid() {
    MemorySegment bytes = MemorySegment.ofArray(new byte[8]);
    ScatterGather piece = new ScatterGather(0, 0, 8);
    for (SendRequest request :
        List.of(
            SendRequest.read(1, 0, 0),
            SendRequest.fetchAndAdd(1, 0, 0, 1, piece),
            SendRequest.compareAndSwap(1, 0, 0, 1, 2, piece),
            SendRequest.localInvalidate(1, 0))) {
      assertInvalid(() -> queuePair().postSend(request.inline(bytes)));
    }
  }

  @Test
  void s06_messageOverTheLimit_isInvalid() throws IOException {
    long most = DeviceLimits.GREATEST_MESSAGE_BYTES;
    MemoryRegion huge = near().domain().registerLogical(4 * most, EnumSet.of(Access.LOCAL_WRITE));
    assertInvalid(() -> queuePair().postSend(SendRequest.send(1, huge.piece(0, most + 1))));
    assertInvalid(
        () -> queuePair().postSend(SendRequest.send(1, huge.piece(0, most), huge.piece(0, 1))));
    ScatterGather endless = huge.piece(0, Long.MAX_VALUE);
    assertInvalid(() -> queuePair().postSend(SendRequest.send(1, endless, endless)));
    assertInvalid(() -> queuePair().postSend(SendRequest.read(1, 0, 0, huge.piece(0, most + 1))));
  }

  @ParameterizedTest
  @CsvSource({"4, 8", "16, 8", "8, 4", "8, 1", "8, 9"})
  void s06_atomicsOfOtherThan8AlignedBytes_areInvalid(int byteCount, long offset)
      throws IOException {
    MemoryRegion region = near().zeros(64, Endpoint.ALL);
    ScatterGather target = region.piece(0, byteCount);
    assertInvalid(() -> queuePair().postSend(SendRequest.fetchAndAdd(1, 0, offset, 1, target)));
    assertInvalid(
        () -> queuePair().postSend(SendRequest.compareAndSwap(1, 0, offset, 1, 2, target)));
  }

  @Test
  void s06_list_isPostedUpToTheFirstThatIsRefused() throws IOException {
    far().queuePair().postReceive(ReceiveRequest.of(1));
    far().queuePair().postReceive(ReceiveRequest.of(2));
    MemorySegment tooMany = MemorySegment.ofArray(new byte[INLINE + 1]);
    VerbsException refused =
        assertThrows(
            VerbsException.class,
            () ->
                queuePair()
                    .postSend(
                        List.of(
                            SendRequest.send(1),
                            SendRequest.send(2),
                            SendRequest.send(3).inline(tooMany),
                            SendRequest.send(4))));
    assertEquals(VerbsException.Reason.INVALID, refused.reason());
    assertEquals(2, refused.postedCount());
    assertCompletions(near().sends(), "1 success", "2 success");
  }

  @Test
  void s06_list_thatIsTooLong_fillsTheQueue() {
    VerbsException refused =
        assertThrows(
            VerbsException.class,
            () -> queuePair().postSend(Collections.nCopies(PLACES + 2, SendRequest.send(1))));
    assertEquals(VerbsException.Reason.FULL, refused.reason());
    assertEquals(PLACES, refused.postedCount());
  }

  @Test
  void s06_sizesOverTheDevicesLimits_areInvalid() {
    DeviceLimits limits = rig().near().limits();
    assertInvalid(
        () ->
            Endpoint.on(
                rig().near(), options -> options.withQueues(limits.maxQueueRequests() + 1, 1)));
    assertInvalid(
        () ->
            Endpoint.on(
                rig().near(), options -> options.withQueues(1, limits.maxQueueRequests() + 1)));
    assertInvalid(
        () -> Endpoint.on(rig().near(), options -> options.withPieces(limits.maxPieces() + 1)));
    assertInvalid(
        () ->
            Endpoint.on(rig().near(), options -> options.withInline(limits.maxInlineBytes() + 1)));
    assertInvalid(() -> Endpoint.on(rig().near(), options -> options.withQueues(-1, 1)));
  }

  @Test
  void s06_queuePairCompletesOnItsOwnDeviceOnly() {
    assertInvalid(() -> near().domain().createQueuePair(far().queuePair().options()));
  }

  @Test
  void s07_unsignaledRequests_keepTheirPlaces_untilASignaledOneIsComplete() throws IOException {
    MemoryRegion source = near().pattern(8, 1);
    MemoryRegion target = far().zeros(8, Endpoint.ALL);
    SendRequest write = SendRequest.write(1, target.remoteKey(), 0, source.whole());
    for (int i = 0; i < PLACES - 1; i++) {
      queuePair().postSend(write.unsignaled());
    }
    rig().settle();
    assertEquals(1, queuePair().requester().freePlaces());
    queuePair().postSend(write);
    rig().settle();
    assertEquals(PLACES, queuePair().requester().freePlaces());
    assertSent(1, CompletionStatus.SUCCESS);
  }

  @Test
  void s07_unsignaledRequestsAlone_fillTheQueueForGood() throws VerbsException {
    SendRequest write = SendRequest.write(1, 0, 0).unsignaled();
    for (int i = 0; i < PLACES; i++) {
      queuePair().postSend(write);
    }
    rig().settle();
    assertRefused(VerbsException.Reason.FULL, () -> queuePair().postSend(write));
    assertNothingIn(near().sends());
  }

  @Test
  void s07_error_freesAllPlaces_soThatAMarkerFitsIntoAFullQueue() throws VerbsException {
    SendRequest write = SendRequest.write(1, 0, 0).unsignaled();
    for (int i = 0; i < PLACES; i++) {
      queuePair().postSend(write);
    }
    rig().settle();
    queuePair().modify(QueuePairAttributes.to(QueuePairState.ERR));
    for (int id = 2; id < 10; id++) {
      queuePair().postSend(SendRequest.send(id));
      assertSent(id, CompletionStatus.FLUSHED);
    }
  }

  @Test
  void s07_failingUnsignaledRequest_completes() throws VerbsException {
    queuePair().postSend(SendRequest.write(1, 0, 0).unsignaled());
    ScatterGather unknown = new ScatterGather(0x700, 0, 1);
    queuePair().postSend(SendRequest.send(2, unknown).unsignaled());
    assertSent(2, CompletionStatus.LOCAL_PROTECTION_ERROR);
  }
}
