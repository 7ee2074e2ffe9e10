package dev.sluice.engine.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.tck.fault.Action;
import dev.sluice.tck.fault.FaultPolicy;
import dev.sluice.tck.fault.FaultyChannel;
import dev.sluice.tck.fault.Operation;
import dev.sluice.tck.memory.MemoryChannels;
import dev.sluice.tck.memory.MemoryFile;
import dev.sluice.tck.memory.MemoryTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
final class CopyTimersTest {
  private static final Duration SOON = Duration.ofMillis(200);

  private final MemoryFile target = new MemoryFile();

  private static CopyOptions options(boolean digest) {
    return digest ? CopyOptions.DEFAULTS.withDigest(DigestAlgorithm.SHA256) : CopyOptions.DEFAULTS;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void targetThatTakesNothing_isStalled(boolean digest) {
    TransportChannel stuck = MemoryChannels.pair(Set.of(), 1000).outgoing();

    TransferException failure =
        failure(Sides.of(new byte[1 << 20], stuck).copy(options(digest).withStallTimeout(SOON)));

    assertFailed(Leg.OUTGOING, "stalled", failure);
    // What the channel could hold.
    assertEquals(1000, failure.byteCount());
  }

  /** 512 KiB a second: slow enough that 1 MiB takes longer than the stall time-out. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void targetThatIsSlowButTakesSomething_isNotStalled(boolean digest) throws Exception {
    byte[] stream = new byte[1 << 20];
    FaultPolicy slowLink =
        call -> {
          LockSupport.parkNanos(8_000_000);
          return Action.atMost(4096);
        };
    TransportChannel slow =
        new FaultyChannel(target.open(Direction.WRITE), slowLink.on(Operation.WRITE));

    CopyResult result =
        Sides.of(stream, slow).copy(options(digest).withStallTimeout(Duration.ofSeconds(1))).run();

    assertTrue(result.elapsed().compareTo(Duration.ofSeconds(1)) > 0, result::toString);
    assertArrayEquals(stream, target.content());
  }

  @Test
  void sourceThatGivesNothingMore_isIdle() throws Exception {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    assertEquals(10, pair.outgoing().write(ByteBuffer.allocate(10)));
    Sides sides = Sides.of(pair.incoming(), target.open(Direction.WRITE));

    TransferException failure = failure(sides.copy(CopyOptions.DEFAULTS.withIdleTimeout(SOON)));

    assertFailed(Leg.INCOMING, "idle", failure);
    assertEquals(10, failure.byteCount());
  }

  @Test
  void serverToWhichNobodyComes_isGivenUp_byItsBoundAddress() {
    TransportAddress bound = TransportAddress.of("sides", "bound");
    Sides sides =
        new Sides(
            () -> new MemoryTransport().listen(bound, TransportContext.defaults()),
            () -> target.open(Direction.WRITE));

    TransferException failure = failure(sides.copy(CopyOptions.DEFAULTS.withAcceptTimeout(SOON)));

    assertFailed(Leg.INCOMING, "nobody came to " + bound, failure);
  }

  @Test
  void peerThatDoesNotShakeHands_isGivenUp() {
    TransportChannel silent = new SilentHandshake(MemoryChannels.pair().incoming());
    CopyOptions options =
        CopyOptions.DEFAULTS.withContext(TransportContext.defaults().withHandshakeTimeout(SOON));

    TransferException failure =
        failure(Sides.of(silent, target.open(Direction.WRITE)).copy(options));

    assertFailed(Leg.INCOMING, "no hand-shake", failure);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deadline_endsWhateverGoesOn(boolean digest) {
    TransportChannel stuck = MemoryChannels.pair(Set.of(), 1000).outgoing();

    TransferException failure =
        failure(Sides.of(new byte[1 << 20], stuck).copy(options(digest).withDeadline(SOON)));

    assertFailed(Leg.OUTGOING, "deadline", failure);
    assertEquals(1000, failure.byteCount());
  }

  private static TransferException failure(Copy copy) {
    return assertThrows(TransferException.class, copy::run);
  }

  private static void assertFailed(Leg leg, String message, TransferException failure) {
    assertEquals(Kind.TIMED_OUT, failure.kind(), failure::toString);
    assertEquals(leg, failure.leg(), failure::toString);
    assertTrue(String.valueOf(failure.getMessage()).contains(message), failure::toString);
  }
}
