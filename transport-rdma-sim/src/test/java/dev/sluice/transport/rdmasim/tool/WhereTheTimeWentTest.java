package dev.sluice.transport.rdmasim.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.simulation.FaultPlan;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every moment is booked, and each trouble shows up where it belongs. */
@Timeout(60)
class WhereTheTimeWentTest {
  private static final long MILLI = 1_000_000;
  private static final long MEBIBYTE = 1 << 20;

  /** That 256 MiB take. */
  private static final long PACKETS = 65_536;

  private static Scenario scenario(String link, Mode mode, long window, String... faults) {
    return new Scenario(
        LinkProfile.parse(link),
        mode,
        256 * MEBIBYTE,
        MEBIBYTE,
        window,
        new Retries(7, 7),
        FaultPlan.parse(List.of(faults)),
        42);
  }

  private static TransferResult run(String link, Mode mode, long window, String... faults)
      throws TransferFailed {
    TransferResult result = Transfer.run(scenario(link, mode, window, faults));
    assertEquals(
        result.timeNanos(),
        result.uses().values().stream().mapToLong(Long::longValue).sum(),
        result::toString);
    assertTrue(
        result.uses().values().stream().allMatch(nanos -> nanos >= 0), result.uses()::toString);
    if (mode == Mode.WRITE) {
      assertEquals(PACKETS, result.sentPackets() - result.resentPackets(), result::toString);
    }
    return result;
  }

  private static long nanos(TransferResult result, Use use) {
    return result.uses().getOrDefault(use, 0L);
  }

  private static void assertNear(long expected, long actual, long tolerance) {
    assertTrue(
        Math.abs(actual - expected) <= tolerance, () -> actual + " is not nearly " + expected);
  }

  /** 65536 packets of 334.24 ns. */
  @Test
  void nothingWrong_isSending_andOneRoundTrip() throws TransferFailed {
    TransferResult result = run("metro100", Mode.WRITE, 0);
    assertNear(21_904_753, nanos(result, Use.SENDING), 10_000);
    assertNear(MILLI, nanos(result, Use.PROPAGATION), 10_000);
    assertEquals(result.timeNanos(), nanos(result, Use.SENDING) + nanos(result, Use.PROPAGATION));
  }

  @Test
  void loss_isSendingAgain() throws TransferFailed {
    TransferResult result = run("metro100,loss=1e-3", Mode.WRITE, 0);
    assertTrue(nanos(result, Use.SENDING_AGAIN) > result.timeNanos() / 4, result::toString);
    assertTrue(result.sequenceNaks() > 10, result::toString);
    assertTrue(result.resentPackets() > result.lostPackets(), result::toString);
  }

  /** 4 MiB a round trip of 1 ms are a third of the rate. */
  @Test
  void smallRing_isWaitingForCredit() throws TransferFailed {
    TransferResult result = run("metro100", Mode.STREAM, 4 * MEBIBYTE);
    assertTrue(nanos(result, Use.CREDIT) > result.timeNanos() / 2, result::toString);
    assertTrue(result.creditStalls() > 60, result::toString);
    assertEquals(0, nanos(result, Use.WINDOW));
  }

  /** 32768 messages of 64 bytes, as many as a queue takes, are half of the ring. */
  @Test
  void shortQueueOfALargeRing_isWaitingForTheQueue() throws TransferFailed {
    Scenario scenario =
        new Scenario(
            LinkProfile.preset("metro100"),
            Mode.STREAM,
            16 * MEBIBYTE,
            64,
            4 * MEBIBYTE,
            new Retries(7, 7),
            FaultPlan.none(),
            42);
    TransferResult result = Transfer.run(scenario);
    assertTrue(nanos(result, Use.WINDOW) > result.timeNanos() / 10, result::toString);
    assertEquals(0, nanos(result, Use.CREDIT), result::toString);
    assertEquals(0, result.creditStalls());
    String facts = TransferText.facts(scenario);
    assertTrue(facts.contains("places in its queue: use --message 128 B"), facts);
  }

  @Test
  void largeRing_neverWaitsForCredit() throws TransferFailed {
    TransferResult result = run("metro100", Mode.STREAM, 0);
    assertEquals(0, nanos(result, Use.CREDIT));
    assertEquals(0, result.creditStalls());
  }

  @Test
  void smallWindowOfPackets_isWaitingForTheWindow() throws TransferFailed {
    TransferResult result = run("metro100", Mode.WRITE, 4 * MEBIBYTE);
    assertTrue(nanos(result, Use.WINDOW) > result.timeNanos() / 2, result::toString);
    assertEquals(0, nanos(result, Use.CREDIT));
  }

  /** The last packet has none behind it that would show that it is missing. */
  @Test
  void lastPacketLost_isWaitingForTheTimeout() throws TransferFailed {
    TransferResult result = run("metro100", Mode.WRITE, 0, "drop:message=255,packet=255");
    assertEquals(1, result.timeouts());
    assertEquals(1, result.lostPackets());
    // 4.096 us * 2^14 since the last one before it was sent.
    assertNear(67 * MILLI, nanos(result, Use.TIMEOUT), 2 * MILLI);
  }

  @Test
  void receiverNotReady_isWaitingAfterRnrNaks() throws TransferFailed {
    TransferResult result = run("roce100-rack", Mode.SEND, 0, "rnr:message=9,times=6");
    assertEquals(6, result.notReadyNaks());
    // 640 us each.
    assertNear(6 * 64 * MILLI / 100, nanos(result, Use.NOT_READY), MILLI / 100);
    assertEquals(0, nanos(result, Use.TIMEOUT));
  }

  @Test
  void hold_isHeld() throws TransferFailed {
    TransferResult result = run("metro100", Mode.WRITE, 0, "hold:from=5ms,to=12ms");
    assertNear(7 * MILLI, nanos(result, Use.HELD), MILLI / 10);
  }

  @Test
  void timeoutBelowTheRoundTrip_sendsEverythingAgain() throws TransferFailed {
    TransferResult result = run("wan100-atlantic", Mode.WRITE, 0);
    assertTrue(result.timeouts() > 0, result::toString);
    assertEquals(0, result.lostPackets());
    assertTrue(result.resentPackets() > 0, result::toString);
  }
}
