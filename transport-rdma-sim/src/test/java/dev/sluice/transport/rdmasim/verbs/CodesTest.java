package dev.sluice.transport.rdmasim.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers that verbs gives to things, and the times that its codes stand for. */
@Timeout(10)
class CodesTest {
  @Test
  void rnrTimers_areThoseOfTheSpecification() {
    double[] milliseconds = {
      655.36, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.12, 0.16, 0.24, 0.32, 0.48, 0.64, 0.96, 1.28,
      1.92, 2.56, 3.84, 5.12, 7.68, 10.24, 15.36, 20.48, 30.72, 40.96, 61.44, 81.92, 122.88, 163.84,
      245.76, 327.68, 491.52
    };
    assertEquals(32, milliseconds.length);
    for (int code = 0; code < 32; code++) {
      assertEquals(Math.round(milliseconds[code] * 1e6), QueuePairAttributes.rnrTimerNanos(code));
    }
  }

  @Test
  void timeouts_doubleWithEachCode_and0IsForEver() {
    assertEquals(Long.MAX_VALUE, QueuePairAttributes.timeoutNanos(0));
    long nanos = 8192;
    for (int code = 1; code < 32; code++) {
      assertEquals(nanos, QueuePairAttributes.timeoutNanos(code));
      nanos *= 2;
    }
  }

  @ParameterizedTest
  @CsvSource({"8, 1.05", "14, 67.1", "18, 1074", "20, 4295"})
  void timeouts_ofUsualCodes(int code, double milliseconds) {
    double actual = QueuePairAttributes.timeoutNanos(code) / 1e6;
    assertEquals(milliseconds, actual, milliseconds / 500);
  }

  private static <T> List<Integer> codes(T[] values, ToIntFunction<T> code) {
    return Arrays.stream(values).map(value -> code.applyAsInt(value)).toList();
  }

  @Test
  void numbers_areThoseOfVerbs() {
    assertEquals(
        List.of(0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 19, 21),
        codes(CompletionStatus.values(), CompletionStatus::code));
    assertEquals(
        List.of(0, 1, 2, 3, 4, 6, 128, 129),
        codes(CompletionOpcode.values(), CompletionOpcode::code));
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 9), codes(Opcode.values(), Opcode::code));
    assertEquals(List.of(0, 1, 2, 3, 4, 6), codes(QueuePairState.values(), QueuePairState::code));
    assertEquals(
        List.of(0, 1, 2, 3, 4, 5, 8, 9, 10),
        codes(AsyncEvent.Kind.values(), AsyncEvent.Kind::code));
    assertEquals(List.of(1, 2, 4, 8), codes(Access.values(), Access::bit));
    assertEquals(
        List.of(0x00, 0x20, 0x61, 0x62, 0x63, -1), codes(Verdict.values(), Verdict::syndrome));
  }

  @Test
  void status_isFoundByItsNumber_andTellsItsName() {
    for (CompletionStatus status : CompletionStatus.values()) {
      assertEquals(status, CompletionStatus.of(status.code()));
    }
    assertEquals("RNR retry counter exceeded", CompletionStatus.of(13).toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3, 14, 20, 22, 255})
  void statusOfOtherNumbers_isRefused(int code) {
    assertThrows(IllegalArgumentException.class, () -> CompletionStatus.of(code));
  }

  @Test
  void receiveSide_isBit7() {
    for (CompletionOpcode opcode : CompletionOpcode.values()) {
      assertEquals((opcode.code() & 128) != 0, opcode.isReceive());
    }
  }

  @Test
  void verdicts_endRequestsWithTheirStatus() {
    assertEquals(9, Verdict.INVALID_REQUEST.status().code());
    assertEquals(10, Verdict.REMOTE_ACCESS.status().code());
    assertEquals(11, Verdict.REMOTE_OPERATION.status().code());
    assertEquals(12, Verdict.SILENT.status().code());
    assertEquals(13, Verdict.RECEIVER_NOT_READY.status().code());
  }

  @Test
  void requestsOfTheWrongKind_areRefusedWhenTheyAreMade() {
    SendRequest read = SendRequest.read(1, 0, 0);
    assertThrows(IllegalStateException.class, () -> read.withImmediate(1));
    assertThrows(IllegalStateException.class, () -> read.invalidating(1));
    assertThrows(
        IllegalStateException.class, () -> SendRequest.send(1).withImmediate(1).invalidating(1));
  }
}
