package dev.sluice.transport.rdmasim.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The order of the checks decides which error wins. */
@Timeout(10)
class RemoteChecksTest {
  private static final int KEY = RegionTable.key(1, 1);
  private static final int NUMBER = QueuePairTable.number(0, 1);
  private static final int ALL = 15;
  private static final int DOMAIN = 9;

  private final RegionTable regions =
      new RegionTable(Arena.ofAuto().allocate(RegionTable.byteCount(1), Long.BYTES), 1);
  private final QueuePairTable queuePairs =
      new QueuePairTable(Arena.ofAuto().allocate(QueuePairTable.byteCount(1), Long.BYTES), 1);

  @BeforeEach
  void publish() {
    regions.put(KEY, DOMAIN, ALL, 1L << 40, 0, 0);
  }

  private Verdict judge(QueuePairState state, int rights, Request request) {
    queuePairs.put(NUMBER, state, rights, DOMAIN);
    return RemoteChecks.judge(queuePairs.word(NUMBER), regions, request);
  }

  @ParameterizedTest
  @EnumSource(names = {"RESET", "INIT", "ERR"})
  void queuePairThatDoesNotAnswer_isSilent_whateverElseIsWrong(QueuePairState state) {
    assertEquals(Verdict.SILENT, judge(state, ALL, new Request(Opcode.WRITE, 8, KEY, 0)));
    assertEquals(Verdict.SILENT, judge(state, 0, new Request(Opcode.WRITE, -8, 0, -1)));
    assertEquals(Verdict.SILENT, RemoteChecks.judge(0, regions, new Request(Opcode.SEND, 0, 0, 0)));
  }

  @ParameterizedTest
  @CsvSource({
    "WRITE, 2",
    "WRITE_WITH_IMMEDIATE, 2",
    "READ, 4",
    "COMPARE_AND_SWAP, 8",
    "FETCH_AND_ADD, 8",
    "SEND, 0",
    "SEND_WITH_IMMEDIATE, 0",
    "SEND_WITH_INVALIDATE, 0",
  })
  void operation_needsItsRight_ofTheQueuePairBeforeThatOfTheRegion(Opcode opcode, int right) {
    Request good = new Request(opcode, 8, KEY, 0);
    Request badKey = new Request(opcode, 8, KEY + 1, 0);
    assertEquals(Verdict.ACCEPTED, judge(QueuePairState.RTR, right, good));
    if (right == 0) {
      assertEquals(Verdict.ACCEPTED, judge(QueuePairState.RTR, 0, badKey));
      return;
    }
    assertEquals(Verdict.INVALID_REQUEST, judge(QueuePairState.RTS, ALL - right, good));
    assertEquals(Verdict.INVALID_REQUEST, judge(QueuePairState.RTS, ALL - right, badKey));
    assertEquals(Verdict.REMOTE_ACCESS, judge(QueuePairState.RTS, ALL, badKey));
    regions.put(KEY, DOMAIN, ALL - right, 8, 0, 0);
    assertEquals(Verdict.REMOTE_ACCESS, judge(QueuePairState.SQD, ALL, good));
    regions.put(KEY, DOMAIN + 1, ALL, 8, 0, 0);
    assertEquals(Verdict.REMOTE_ACCESS, judge(QueuePairState.RTS, ALL, good));
  }

  @ParameterizedTest
  @CsvSource({
    "SEND, 2147483648, ACCEPTED",
    "SEND, 2147483649, INVALID_REQUEST",
    "SEND, -1, INVALID_REQUEST",
    "WRITE, 2147483648, ACCEPTED",
    "WRITE, 2147483649, INVALID_REQUEST",
    "WRITE, -1, INVALID_REQUEST",
    "READ, 9223372036854775807, INVALID_REQUEST",
  })
  void lengths_areJudgedBeforeTheKey(Opcode opcode, long byteCount, Verdict verdict) {
    assertEquals(verdict, judge(QueuePairState.RTS, ALL, new Request(opcode, byteCount, KEY, 0)));
    if (verdict == Verdict.INVALID_REQUEST) {
      assertEquals(verdict, judge(QueuePairState.RTS, ALL, new Request(opcode, byteCount, 0, 0)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8, 0, ACCEPTED",
    "8, 8, ACCEPTED",
    "8, 4, INVALID_REQUEST",
    "8, -4, INVALID_REQUEST",
    "8, -8, REMOTE_ACCESS",
    "4, 0, INVALID_REQUEST",
    "0, 0, INVALID_REQUEST",
    "16, 0, INVALID_REQUEST",
  })
  void atomics_are8BytesAtAMultipleOf8(long byteCount, long offset, Verdict verdict) {
    for (Opcode opcode : new Opcode[] {Opcode.FETCH_AND_ADD, Opcode.COMPARE_AND_SWAP}) {
      assertEquals(
          verdict, judge(QueuePairState.RTS, ALL, new Request(opcode, byteCount, KEY, offset)));
    }
  }

  @Test
  void withoutBytes_theKeyIsNotLookedAt_butTheQueuePairIs() {
    Request empty = new Request(Opcode.WRITE, 0, 0, -1);
    assertEquals(Verdict.ACCEPTED, judge(QueuePairState.RTS, ALL, empty));
    assertEquals(Verdict.INVALID_REQUEST, judge(QueuePairState.RTS, 0, empty));
  }

  private record Request(Opcode opcode, long byteCount, int remoteKey, long remoteOffset)
      implements RequestHeader {
    @Override
    public int immediate() {
      return 0;
    }

    @Override
    public int invalidatedKey() {
      return 0;
    }

    @Override
    public long compared() {
      return 0;
    }

    @Override
    public long operand() {
      return 0;
    }

    @Override
    public boolean isSolicited() {
      return false;
    }
  }
}
