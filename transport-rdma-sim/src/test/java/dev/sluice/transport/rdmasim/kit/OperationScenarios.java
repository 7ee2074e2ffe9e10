package dev.sluice.transport.rdmasim.kit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.CompletionOpcode;
import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.ScatterGather;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.io.IOException;
import java.util.EnumSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S17 to S20: what sends, writes and reads do. */
public abstract class OperationScenarios extends Scenarios {
  private static final int MTU = 1024;
  private static final int MIB = 1 << 20;

  protected OperationScenarios(Function<DeviceLimits, Rig> rigs) {
    super(rigs);
  }

  /** The first bytes of a region in three pieces, one of them empty where there are few. */
  private static ScatterGather[] pieces(MemoryRegion region, int byteCount, int cut) {
    int first = Math.min(byteCount, cut);
    int second = (byteCount - first) / 2;
    return new ScatterGather[] {
      region.piece(0, first),
      region.piece(first, second),
      region.piece(first + second, byteCount - first - second)
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, MTU - 1, MTU, MTU + 1, 2 * MTU, MIB})
  void s17_sendOfAnySize_fillsTheReceive(int byteCount) throws IOException {
    MemoryRegion source = near().pattern(byteCount + 1, 1);
    MemoryRegion target = far().zeros(byteCount + 1, Endpoint.ALL);
    far().queuePair().postReceive(ReceiveRequest.of(2, pieces(target, byteCount, 7)));
    near().queuePair().postSend(SendRequest.send(1, pieces(source, byteCount, 100)));
    WorkCompletion sent = takeOne(near().sends());
    assertEquals("1 success", tell(sent));
    assertEquals(CompletionOpcode.SEND, sent.opcode());
    assertEquals(near().number(), sent.queuePairNumber());
    WorkCompletion received = takeOne(far().receives());
    assertEquals("2 success", tell(received));
    assertEquals(CompletionOpcode.RECEIVE, received.opcode());
    assertEquals(far().number(), received.queuePairNumber());
    assertEquals(byteCount, received.byteCount());
    assertFalse(received.hasImmediate());
    assertMoved(source, target, byteCount);
  }

  /** And nothing behind it was touched. */
  private static void assertMoved(MemoryRegion source, MemoryRegion target, int byteCount) {
    byte[] expected = bytes(source);
    expected[byteCount] = 0;
    assertArrayEquals(expected, bytes(target));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, MTU - 1, MTU, MTU + 1, 2 * MTU, MIB})
  void s17_writeOfAnySize_isPlaced(int byteCount) throws IOException {
    MemoryRegion source = near().pattern(byteCount + 1, 1);
    MemoryRegion target = far().zeros(byteCount + 1, Endpoint.ALL);
    near()
        .queuePair()
        .postSend(SendRequest.write(1, target.remoteKey(), 0, pieces(source, byteCount, 100)));
    assertSent(1, CompletionStatus.SUCCESS);
    assertMoved(source, target, byteCount);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, MTU - 1, MTU, MTU + 1, 2 * MTU, MIB})
  void s20_readOfAnySize_bringsTheBytes(int byteCount) throws IOException {
    MemoryRegion source = far().pattern(byteCount + 1, 1);
    MemoryRegion target = near().zeros(byteCount + 1, Endpoint.ALL);
    near()
        .queuePair()
        .postSend(SendRequest.read(1, source.remoteKey(), 0, pieces(target, byteCount, 100)));
    WorkCompletion read = takeOne(near().sends());
    assertEquals("1 success", tell(read));
    assertEquals(CompletionOpcode.READ, read.opcode());
    assertEquals(byteCount, read.byteCount());
    assertMoved(source, target, byteCount);
    assertNothingIn(far().receives());
  }

  @Test
  void s17_greatestMessage_takesLogicalMemoryOnBothSides() throws IOException {
    long most = DeviceLimits.GREATEST_MESSAGE_BYTES;
    MemoryRegion source = near().domain().registerLogical(most, Endpoint.ALL);
    MemoryRegion target = far().domain().registerLogical(most, Endpoint.ALL);
    far().queuePair().postReceive(ReceiveRequest.of(1, target.whole()));
    near().queuePair().postSend(SendRequest.send(1, source.whole()));
    near().queuePair().postSend(SendRequest.write(2, target.remoteKey(), 0, source.whole()));
    near().queuePair().postSend(SendRequest.read(3, target.remoteKey(), 0, source.whole()));
    assertCompletions(near().sends(), "1 success", "2 success", "3 success");
    assertEquals(most, takeOne(far().receives()).byteCount());
  }

  @Test
  void s17_logicalMemory_leavesRealMemoryAlone() throws IOException {
    MemoryRegion logical = near().domain().registerLogical(8, Endpoint.ALL);
    MemoryRegion real = far().pattern(8, 1);
    byte[] before = bytes(real);
    far().queuePair().postReceive(ReceiveRequest.of(1, real.whole()));
    near().queuePair().postSend(SendRequest.send(1, logical.whole()));
    near().queuePair().postSend(SendRequest.read(2, real.remoteKey(), 0, logical.whole()));
    assertCompletions(near().sends(), "1 success", "2 success");
    assertArrayEquals(before, bytes(real));
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "9, 8", "1025, 1024", "4096, 4095"})
  void s18_sendLongerThanItsReceive_failsBothSides(int sent, int room) throws IOException {
    MemoryRegion target = far().zeros(room + 1, Endpoint.ALL);
    far().queuePair().postReceive(ReceiveRequest.of(1, target.piece(0, room)));
    far().queuePair().postReceive(ReceiveRequest.of(2));
    near().queuePair().postSend(SendRequest.send(1, near().pattern(sent, 1).whole()));
    assertSent(1, CompletionStatus.REMOTE_INVALID_REQUEST_ERROR);
    assertCompletions(far().receives(), "1 local length error", "2 work request flushed error");
    assertStates(QueuePairState.ERR, QueuePairState.ERR);
    assertEquals(0, bytes(target)[room]);
  }

  @Test
  void s19_write_isSilentAtThePeer() throws IOException {
    MemoryRegion target = far().zeros(8, Endpoint.ALL);
    far().queuePair().postReceive(ReceiveRequest.of(1));
    near()
        .queuePair()
        .postSend(SendRequest.write(1, target.remoteKey(), 0, near().pattern(8, 1).whole()));
    WorkCompletion written = takeOne(near().sends());
    assertEquals(CompletionOpcode.WRITE, written.opcode());
    assertNothingIn(far().receives());
    assertEquals(1, far().queuePair().responder().receiveCount());
  }

  @Test
  void s19_writeWithImmediate_usesUpAReceive_andLeavesItsBufferAlone() throws IOException {
    MemoryRegion source = near().pattern(8, 1);
    MemoryRegion target = far().zeros(8, Endpoint.ALL);
    MemoryRegion untouched = far().pattern(100, 5);
    byte[] before = bytes(untouched);
    far().queuePair().postReceive(ReceiveRequest.of(4, untouched.whole()));
    SendRequest write = SendRequest.write(1, target.remoteKey(), 0, source.whole());
    near().queuePair().postSend(write.withImmediate(0x80000001));
    assertEquals(CompletionOpcode.WRITE, takeOne(near().sends()).opcode());
    WorkCompletion received = takeOne(far().receives());
    assertEquals("4 success", tell(received));
    assertEquals(CompletionOpcode.RECEIVE_WRITE_WITH_IMMEDIATE, received.opcode());
    assertEquals(8, received.byteCount());
    assertTrue(received.hasImmediate());
    assertEquals(0x80000001, received.immediate());
    assertSameBytes(source, target);
    assertArrayEquals(before, bytes(untouched));
  }

  @Test
  void s19_writeWithImmediate_waitsForAReceive_withItsBytesInPlace() throws IOException {
    MemoryRegion source = near().pattern(3 * MTU, 1);
    MemoryRegion target = far().zeros(3 * MTU, Endpoint.ALL);
    SendRequest write = SendRequest.write(1, target.remoteKey(), 0, source.whole());
    near().queuePair().postSend(write.withImmediate(7));
    assertNothingIn(near().sends());
    far().queuePair().postReceive(ReceiveRequest.of(1));
    assertSent(1, CompletionStatus.SUCCESS);
    assertReceived(1, CompletionStatus.SUCCESS);
    assertSameBytes(source, target);
  }

  @Test
  void s19_emptyWriteWithImmediate_isANotice() throws IOException {
    far().queuePair().postReceive(ReceiveRequest.of(1));
    near().queuePair().postSend(SendRequest.write(1, 0, 0).withImmediate(-1));
    assertSent(1, CompletionStatus.SUCCESS);
    WorkCompletion received = takeOne(far().receives());
    assertEquals(0, received.byteCount());
    assertEquals(-1, received.immediate());
  }

  @Test
  void s19_sendWithImmediate_bringsBoth() throws IOException {
    MemoryRegion target = far().zeros(8, Endpoint.ALL);
    far().queuePair().postReceive(ReceiveRequest.of(1, target.whole()));
    SendRequest send = SendRequest.send(1, near().pattern(5, 1).whole());
    near().queuePair().postSend(send.withImmediate(42));
    assertEquals(CompletionOpcode.SEND, takeOne(near().sends()).opcode());
    WorkCompletion received = takeOne(far().receives());
    assertEquals(CompletionOpcode.RECEIVE, received.opcode());
    assertEquals(5, received.byteCount());
    assertTrue(received.hasImmediate());
    assertEquals(42, received.immediate());
  }

  @Test
  void s20_moreReadsThanMayBeUnderWay_allComplete() throws IOException {
    MemoryRegion source = far().pattern(64, 1);
    MemoryRegion target = near().zeros(64, Endpoint.ALL);
    for (int i = 0; i < 64; i++) {
      near().queuePair().postSend(SendRequest.read(i, source.remoteKey(), i, target.piece(i, 1)));
    }
    assertEquals(64, take(near().sends()).size());
    assertSameBytes(source, target);
  }

  @Test
  void s20_fencedSend_comesAfterTheReadBeforeIt() throws IOException {
    MemoryRegion source = far().pattern(8, 1);
    MemoryRegion between = near().zeros(8, Endpoint.ALL);
    MemoryRegion target = far().zeros(8, EnumSet.of(Access.LOCAL_WRITE));
    far().queuePair().postReceive(ReceiveRequest.of(1, target.whole()));
    near().queuePair().postSend(SendRequest.read(1, source.remoteKey(), 0, between.whole()));
    near().queuePair().postSend(SendRequest.send(2, between.whole()).fenced());
    assertCompletions(near().sends(), "1 success", "2 success");
    assertSameBytes(source, target);
  }
}
