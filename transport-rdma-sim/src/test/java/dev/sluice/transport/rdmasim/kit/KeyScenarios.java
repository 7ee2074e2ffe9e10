package dev.sluice.transport.rdmasim.kit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.AsyncEvent;
import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.ProtectionDomain;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.ScatterGather;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S12, S13, S14: keys, ranges and rights, on both sides. */
public abstract class KeyScenarios extends Scenarios {
  private static final int SIZE = 64;

  protected KeyScenarios(Function<DeviceLimits, Rig> rigs) {
    super(rigs);
  }

  /** What can be wrong with a piece of local memory. */
  enum Fault {
    UNKNOWN_KEY,
    KEY_OF_NOTHING,
    TAG,
    CLOSED,
    OTHER_DOMAIN,
    BEHIND_THE_END,
    ACROSS_THE_END,
    BEFORE_THE_START,
    WRAPS_AROUND
  }

  private static ScatterGather faulty(Fault fault, Endpoint owner) throws IOException {
    MemoryRegion region = owner.pattern(SIZE, 1);
    int key = region.localKey();
    return switch (fault) {
      case UNKNOWN_KEY -> new ScatterGather(0x7fffff01, 0, 1);
      case KEY_OF_NOTHING -> new ScatterGather(0, 0, 1);
      case TAG -> new ScatterGather(key ^ 1, 0, 1);
      case CLOSED -> {
        region.close();
        yield region.piece(0, 1);
      }
      case OTHER_DOMAIN -> {
        ProtectionDomain other = owner.device().createProtectionDomain();
        yield other.allocate(SIZE, Endpoint.ALL).piece(0, 1);
      }
      case BEHIND_THE_END -> region.piece(SIZE, 1);
      case ACROSS_THE_END -> region.piece(SIZE - 1, 2);
      case BEFORE_THE_START -> region.piece(-1, 2);
      case WRAPS_AROUND -> region.piece(Long.MAX_VALUE, 2);
    };
  }

  @ParameterizedTest
  @EnumSource
  void s12_faultySource_isALocalProtectionError(Fault fault) throws IOException {
    MemoryRegion good = near().pattern(SIZE, 2);
    far().queuePair().postReceive(ReceiveRequest.of(1));
    near().queuePair().postSend(SendRequest.send(1, good.whole(), faulty(fault, near())));
    assertSent(1, CompletionStatus.LOCAL_PROTECTION_ERROR);
    assertNothingIn(far().receives());
    assertStates(QueuePairState.ERR, QueuePairState.RTS);
  }

  @ParameterizedTest
  @EnumSource
  void s12_faultyTargetOfARead_isALocalProtectionError(Fault fault) throws IOException {
    MemoryRegion source = far().pattern(SIZE, 2);
    near().queuePair().postSend(SendRequest.read(1, source.remoteKey(), 0, faulty(fault, near())));
    assertSent(1, CompletionStatus.LOCAL_PROTECTION_ERROR);
    assertStates(QueuePairState.ERR, QueuePairState.RTS);
  }

  @ParameterizedTest
  @EnumSource
  void s12_faultyReceive_isARemoteOperationErrorForTheSender(Fault fault) throws IOException {
    far().queuePair().postReceive(ReceiveRequest.of(1, faulty(fault, far())));
    near().queuePair().postSend(SendRequest.send(1));
    assertSent(1, CompletionStatus.REMOTE_OPERATION_ERROR);
    assertReceived(1, CompletionStatus.LOCAL_PROTECTION_ERROR);
    assertStates(QueuePairState.ERR, QueuePairState.ERR);
  }

  @Test
  void s12_memoryThatMayNotBeWritten_canBeSentButNotFilled() throws IOException {
    MemoryRegion readable = near().domain().allocate(8, EnumSet.of(Access.REMOTE_READ));
    MemoryRegion peer = far().pattern(8, 1);
    near().queuePair().postSend(SendRequest.write(1, peer.remoteKey(), 0, readable.whole()));
    assertSent(1, CompletionStatus.SUCCESS);
    near().queuePair().postSend(SendRequest.read(2, peer.remoteKey(), 0, readable.whole()));
    assertSent(2, CompletionStatus.LOCAL_PROTECTION_ERROR);
  }

  @Test
  void s12_receiveIntoMemoryThatMayNotBeWritten_fails() throws IOException {
    MemoryRegion readable = far().domain().allocate(8, EnumSet.of(Access.REMOTE_READ));
    far().queuePair().postReceive(ReceiveRequest.of(1, readable.whole()));
    near().queuePair().postSend(SendRequest.send(1));
    assertSent(1, CompletionStatus.REMOTE_OPERATION_ERROR);
    assertReceived(1, CompletionStatus.LOCAL_PROTECTION_ERROR);
  }

  /** A write, a read and an atomic of 8 bytes, each over a connection of its own. */
  private void assertRefusedRemotely(int key, long offset, MemoryRegion untouched)
      throws IOException {
    byte[] before = bytes(untouched);
    MemoryRegion local = near().pattern(8, 7);
    for (SendRequest request :
        List.of(
            SendRequest.write(1, key, offset, local.whole()),
            SendRequest.write(1, key, offset, local.whole()).withImmediate(3),
            SendRequest.read(1, key, offset, local.whole()))) {
      assertRefusedRemotely(
          request, CompletionStatus.REMOTE_ACCESS_ERROR, AsyncEvent.Kind.QUEUE_PAIR_ACCESS_ERROR);
    }
    if (offset % 8 == 0) {
      assertRefusedRemotely(
          SendRequest.fetchAndAdd(1, key, offset, 1, local.whole()),
          CompletionStatus.REMOTE_ACCESS_ERROR,
          AsyncEvent.Kind.QUEUE_PAIR_ACCESS_ERROR);
    }
    assertArrayEquals(before, bytes(untouched));
  }

  /** Afterwards the connection is another one, in the same domains. */
  private void assertRefusedRemotely(
      SendRequest request, CompletionStatus status, AsyncEvent.Kind event) throws IOException {
    far().queuePair().postReceive(ReceiveRequest.of(1));
    near().queuePair().postSend(request);
    assertSent(1, status);
    assertReceived(1, CompletionStatus.FLUSHED);
    assertStates(QueuePairState.ERR, QueuePairState.ERR);
    assertEquals(List.of(new AsyncEvent(event, far().number())), takeEvents(rig().far()));
    reconnect(another(near()), another(far()));
  }

  private static Endpoint another(Endpoint old) throws VerbsException {
    old.queuePair().close();
    return new Endpoint(
        old.device(),
        old.domain(),
        old.sends(),
        old.receives(),
        old.domain().createQueuePair(old.queuePair().options()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, -1, 0x80})
  void s13_keyOffInItsTag_isARemoteAccessError(int difference) throws IOException {
    MemoryRegion target = far().pattern(SIZE, 1);
    int key = target.remoteKey();
    assertRefusedRemotely((key & ~0xff) | ((key + difference) & 0xff), 0, target);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 0xff, 0x7fffff00, 0xffffffff})
  void s13_unknownKey_isARemoteAccessError(int key) throws IOException {
    assertRefusedRemotely(key, 0, far().pattern(SIZE, 1));
  }

  @Test
  void s13_keyOfAnotherDomain_isARemoteAccessError() throws IOException {
    MemoryRegion target = rig().far().createProtectionDomain().allocate(SIZE, Endpoint.ALL);
    assertRefusedRemotely(target.remoteKey(), 0, target);
  }

  @Test
  void s13_keyOfMemoryWithoutRemoteAccess_isARemoteAccessError() throws IOException {
    MemoryRegion target = far().domain().allocate(SIZE, EnumSet.of(Access.LOCAL_WRITE));
    assertRefusedRemotely(target.localKey(), 0, target);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        -8,
        -1,
        SIZE - 7,
        SIZE,
        SIZE + 8,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 7,
        Long.MIN_VALUE
      })
  void s13_placeOutOfRange_isARemoteAccessError(long offset) throws IOException {
    MemoryRegion target = far().pattern(SIZE, 1);
    assertRefusedRemotely(target.remoteKey(), offset, target);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 8, SIZE - 8})
  void s13_placeInRange_succeeds(long offset) throws IOException {
    MemoryRegion target = far().pattern(SIZE, 1);
    MemoryRegion local = near().zeros(8, Endpoint.ALL);
    int key = target.remoteKey();
    near().queuePair().postSend(SendRequest.read(1, key, offset, local.whole()));
    near().queuePair().postSend(SendRequest.write(2, key, offset, local.whole()));
    near().queuePair().postSend(SendRequest.fetchAndAdd(3, key, offset, 1, local.whole()));
    assertCompletions(near().sends(), "1 success", "2 success", "3 success");
  }

  @Test
  void s13_withoutBytes_neitherKeyNorPlaceIsLookedAt() throws VerbsException {
    far().queuePair().postReceive(ReceiveRequest.of(1));
    near().queuePair().postSend(SendRequest.write(1, 0x12345678, -1));
    near().queuePair().postSend(SendRequest.read(2, 0, Long.MAX_VALUE));
    near().queuePair().postSend(SendRequest.write(3, 0, 1 << 30).withImmediate(3));
    assertCompletions(near().sends(), "1 success", "2 success", "3 success");
    assertReceived(1, CompletionStatus.SUCCESS);
  }

  @ParameterizedTest
  @EnumSource(
      value = Access.class,
      names = {"REMOTE_WRITE", "REMOTE_READ", "REMOTE_ATOMIC"})
  void s14_regionThatDoesNotAllowIt_isARemoteAccessError(Access missing) throws IOException {
    MemoryRegion target = far().domain().allocate(SIZE, allBut(missing));
    assertRefusedRemotely(
        request(missing, target.remoteKey()),
        CompletionStatus.REMOTE_ACCESS_ERROR,
        AsyncEvent.Kind.QUEUE_PAIR_ACCESS_ERROR);
  }

  @ParameterizedTest
  @EnumSource(
      value = Access.class,
      names = {"REMOTE_WRITE", "REMOTE_READ", "REMOTE_ATOMIC"})
  void s14_queuePairThatDoesNotAllowIt_isAnInvalidRequest(Access missing) throws IOException {
    far().queuePair().modify(QueuePairAttributes.none().with(allBut(missing)));
    // The queue pair is asked before the key.
    for (int key : new int[] {far().pattern(SIZE, 1).remoteKey(), 0x700}) {
      assertRefusedRemotely(
          request(missing, key),
          CompletionStatus.REMOTE_INVALID_REQUEST_ERROR,
          AsyncEvent.Kind.QUEUE_PAIR_REQUEST_ERROR);
      far().queuePair().modify(QueuePairAttributes.none().with(allBut(missing)));
    }
  }

  private static Set<Access> allBut(Access missing) {
    return EnumSet.complementOf(EnumSet.of(missing));
  }

  private SendRequest request(Access access, int key) throws IOException {
    MemoryRegion local = near().zeros(8, Endpoint.ALL);
    return switch (access) {
      case REMOTE_WRITE -> SendRequest.write(1, key, 0, local.whole());
      case REMOTE_READ -> SendRequest.read(1, key, 0, local.whole());
      default -> SendRequest.fetchAndAdd(1, key, 0, 1, local.whole());
    };
  }

  @ParameterizedTest
  @CsvSource({"REMOTE_READ, 0", "REMOTE_ATOMIC, 0x700", "REMOTE_READ, 0x700"})
  void s14_peerThatCarriesOutNoReads_refusesThemAsInvalid(Access access, String key)
      throws IOException {
    far().queuePair().modify(QueuePairAttributes.to(QueuePairState.SQD));
    far().queuePair().modify(QueuePairAttributes.none().with(Attribute.MAX_PEER_READ_ATOMIC, 0));
    far().queuePair().modify(QueuePairAttributes.to(QueuePairState.RTS));
    near()
        .queuePair()
        .postSend(
            SendRequest.write(0, far().pattern(8, 0).remoteKey(), 0, near().pattern(8, 1).whole()));
    assertSent(0, CompletionStatus.SUCCESS);
    assertRefusedRemotely(
        request(access, Integer.decode(key)),
        CompletionStatus.REMOTE_INVALID_REQUEST_ERROR,
        AsyncEvent.Kind.QUEUE_PAIR_REQUEST_ERROR);
  }
}
