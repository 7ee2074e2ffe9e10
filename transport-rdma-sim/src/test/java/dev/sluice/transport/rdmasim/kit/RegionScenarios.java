package dev.sluice.transport.rdmasim.kit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.ProtectionDomain;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S11, S15, S16: registering memory, and taking it back while requests are on their way. */
public abstract class RegionScenarios extends Scenarios {
  private static final Set<Access> WRITABLE =
      EnumSet.of(Access.LOCAL_WRITE, Access.REMOTE_WRITE, Access.REMOTE_READ);

  protected RegionScenarios(Function<DeviceLimits, Rig> rigs) {
    super(rigs);
  }

  @Test
  void s11_remoteWriteOrAtomic_needLocalWrite() throws IOException {
    for (int bits = 0; bits < 16; bits++) {
      Set<Access> access = EnumSet.noneOf(Access.class);
      for (Access one : Access.values()) {
        if ((bits & one.bit()) != 0) {
          access.add(one);
        }
      }
      boolean changes =
          access.contains(Access.REMOTE_WRITE) || access.contains(Access.REMOTE_ATOMIC);
      if (changes && !access.contains(Access.LOCAL_WRITE)) {
        assertInvalid(() -> near().domain().allocate(8, access));
        assertInvalid(() -> near().domain().registerLogical(8, access));
        assertInvalid(() -> near().domain().register(MemorySegment.ofArray(new byte[8]), access));
      } else {
        MemoryRegion region = near().domain().allocate(8, access);
        assertNotEquals(0, region.localKey());
        boolean isRemote = access.stream().anyMatch(one -> one != Access.LOCAL_WRITE);
        assertEquals(isRemote ? region.localKey() : 0, region.remoteKey());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void s11_regionsWithoutBytes_areInvalid(long byteCount) {
    assertInvalid(() -> near().domain().allocate(byteCount, WRITABLE));
    assertInvalid(() -> near().domain().registerLogical(byteCount, WRITABLE));
  }

  @Test
  void s11_readOnlyMemory_cannotBeWritten() throws IOException {
    MemorySegment memory = MemorySegment.ofArray(new byte[8]).asReadOnly();
    assertInvalid(() -> near().domain().register(memory, WRITABLE));
    near().domain().register(memory, EnumSet.of(Access.REMOTE_READ));
  }

  @Test
  void s11_noKeyLeft_isFull_untilOneIsTakenBack() throws IOException {
    reopen(new DeviceLimits(4, 2, 128, 4, 220, 1024, 16, 1 << 20));
    MemoryRegion first = near().zeros(8, WRITABLE);
    near().zeros(8, WRITABLE);
    assertRefused(VerbsException.Reason.FULL, () -> near().zeros(8, WRITABLE));
    first.close();
    near().zeros(8, WRITABLE);
    assertRefused(VerbsException.Reason.FULL, () -> near().zeros(8, WRITABLE));
  }

  @Test
  void s11_logicalRegion_hasNoMemory() throws IOException {
    MemoryRegion region = near().domain().registerLogical(1L << 40, WRITABLE);
    assertTrue(region.isLogical());
    assertThrows(IllegalStateException.class, region::segment);
  }

  /** Over shared memory the message was copied when it was posted, and its source is not needed. */
  @Test
  void s15_sourceTakenBackWhileItsSendIsUnderWay_failsTheSend() throws IOException {
    boolean copied = rig().abilities().contains(Ability.SHARED_MEMORY);
    MemoryRegion source = near().pattern(64, 1);
    near().queuePair().postSend(SendRequest.send(1, source.whole()));
    rig().settle();
    source.close();
    far().queuePair().postReceive(ReceiveRequest.of(1, far().zeros(64, WRITABLE).whole()));
    assertSent(1, copied ? CompletionStatus.SUCCESS : CompletionStatus.LOCAL_PROTECTION_ERROR);
    assertEquals(copied ? QueuePairState.RTS : QueuePairState.ERR, near().queuePair().state());
  }

  @Test
  void s15_receiveBufferTakenBack_failsBothSides() throws IOException {
    MemoryRegion target = far().zeros(64, WRITABLE);
    far().queuePair().postReceive(ReceiveRequest.of(1, target.whole()));
    target.close();
    near().queuePair().postSend(SendRequest.send(1, near().pattern(64, 1).whole()));
    assertSent(1, CompletionStatus.REMOTE_OPERATION_ERROR);
    assertReceived(1, CompletionStatus.LOCAL_PROTECTION_ERROR);
  }

  @Test
  void s15_targetTakenBack_isARemoteAccessError() throws IOException {
    MemoryRegion source = near().pattern(64, 1);
    MemoryRegion target = far().zeros(64, WRITABLE);
    int key = target.remoteKey();
    target.close();
    assertFalse(target.isValid());
    near().queuePair().postSend(SendRequest.write(1, key, 0, source.whole()));
    assertSent(1, CompletionStatus.REMOTE_ACCESS_ERROR);
  }

  @Test
  void s15_closingTwice_doesNothing_andClosedRegionsCannotBeRegisteredAnew() throws IOException {
    MemoryRegion region = near().zeros(8, WRITABLE);
    region.close();
    region.close();
    assertInvalid(() -> region.reregister(near().domain(), WRITABLE));
  }

  @Test
  void s15_staleKey_fails_afterTheSameIndexIsTakenAgain() throws IOException {
    reopen(new DeviceLimits(4, 1, 128, 4, 220, 1024, 16, 1 << 20));
    MemoryRegion first = far().zeros(8, WRITABLE);
    int stale = first.remoteKey();
    first.close();
    MemoryRegion second = far().zeros(8, WRITABLE);
    assertEquals(stale >>> 8, second.remoteKey() >>> 8, "index");
    assertNotEquals(stale, second.remoteKey());
    MemoryRegion source = near().pattern(8, 1);
    near().queuePair().postSend(SendRequest.write(1, second.remoteKey(), 0, source.whole()));
    assertSent(1, CompletionStatus.SUCCESS);
    byte[] written = bytes(second);
    near().queuePair().postSend(SendRequest.write(2, stale, 4, source.piece(0, 4)));
    assertSent(2, CompletionStatus.REMOTE_ACCESS_ERROR);
    assertArrayEquals(written, bytes(second));
  }

  @Test
  void s15_reregistering_changesTheKey_andWhatIsAllowed() throws IOException {
    MemoryRegion target = far().pattern(8, 3);
    MemoryRegion local = near().zeros(8, WRITABLE);
    int before = target.remoteKey();
    target.reregister(far().domain(), EnumSet.of(Access.REMOTE_READ));
    assertNotEquals(before, target.remoteKey());
    near().queuePair().postSend(SendRequest.read(1, target.remoteKey(), 0, local.whole()));
    assertSent(1, CompletionStatus.SUCCESS);
    assertSameBytes(target, local);
    near().queuePair().postSend(SendRequest.write(2, target.remoteKey(), 0, local.whole()));
    assertSent(2, CompletionStatus.REMOTE_ACCESS_ERROR);
  }

  @ParameterizedTest
  @CsvSource({"LOCAL_WRITE, true", "REMOTE_READ, false"})
  void s15_reregisteredReceiveBuffer_isARemoteOperationError(Access access, boolean elsewhere)
      throws IOException {
    MemoryRegion target = far().zeros(8, WRITABLE);
    far().queuePair().postReceive(ReceiveRequest.of(1, target.whole()));
    ProtectionDomain domain = elsewhere ? rig().far().createProtectionDomain() : far().domain();
    target.reregister(domain, EnumSet.of(access));
    near().queuePair().postSend(SendRequest.send(1, near().pattern(8, 1).whole()));
    assertSent(1, CompletionStatus.REMOTE_OPERATION_ERROR);
    assertReceived(1, CompletionStatus.LOCAL_PROTECTION_ERROR);
  }

  @Test
  void s15_refusedReregistration_leavesTheRegionAsItWas() throws IOException {
    MemoryRegion target = far().pattern(8, 3);
    int key = target.remoteKey();
    assertInvalid(() -> target.reregister(far().domain(), EnumSet.of(Access.REMOTE_WRITE)));
    assertInvalid(() -> target.reregister(near().domain(), WRITABLE));
    assertEquals(key, target.remoteKey());
    MemoryRegion local = near().zeros(8, WRITABLE);
    near().queuePair().postSend(SendRequest.read(1, key, 0, local.whole()));
    assertSent(1, CompletionStatus.SUCCESS);
  }

  @Test
  void s15_domains_areFreedOnceTheirRegionsAreElsewhere() throws IOException {
    ProtectionDomain first = rig().near().createProtectionDomain();
    ProtectionDomain second = rig().near().createProtectionDomain();
    MemoryRegion region = first.allocate(8, WRITABLE);
    assertRefused(VerbsException.Reason.BUSY, first::close);
    region.reregister(second, WRITABLE);
    first.close();
    first.close();
    assertRefused(VerbsException.Reason.BUSY, second::close);
    assertInvalid(() -> region.reregister(first, WRITABLE));
    region.reregister(second, WRITABLE);
    region.close();
    second.close();
    assertInvalid(() -> second.allocate(8, WRITABLE));
    assertInvalid(() -> second.createQueuePair(near().queuePair().options()));
  }

  @Test
  void s16_inlineBytes_mayChangeAsSoonAsTheyArePosted() throws IOException {
    MemoryRegion target = far().zeros(4, WRITABLE);
    byte[] bytes = {1, 2, 3, 4};
    // The first waits for its receive, the second behind it.
    SendRequest send = SendRequest.send(1).inline(MemorySegment.ofArray(bytes));
    near().queuePair().postSend(send);
    bytes[0] = 9;
    near().queuePair().postSend(send);
    bytes[1] = 9;
    far().queuePair().postReceive(ReceiveRequest.of(1, target.whole()));
    assertReceived(1, CompletionStatus.SUCCESS);
    assertArrayEquals(new byte[] {1, 2, 3, 4}, bytes(target));
    far().queuePair().postReceive(ReceiveRequest.of(2, target.whole()));
    assertReceived(2, CompletionStatus.SUCCESS);
    assertArrayEquals(new byte[] {9, 2, 3, 4}, bytes(target));
  }

  @Test
  void s16_inlineBytes_needNoKey() throws IOException {
    MemoryRegion target = far().zeros(4, WRITABLE);
    MemorySegment bytes = MemorySegment.ofArray(new byte[] {5, 6});
    near().queuePair().postSend(SendRequest.write(1, target.remoteKey(), 1).inline(bytes));
    assertSent(1, CompletionStatus.SUCCESS);
    assertArrayEquals(new byte[] {0, 5, 6, 0}, bytes(target));
  }
}
