package dev.sluice.transport.rdmasim.virtual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairOptions;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an error does to everything else that was posted. */
@Timeout(60)
class FlushTest {
  /** Its answer does not go out at once. */
  private static final int READ_BYTES = 4 << 20;

  @ParameterizedTest
  @ValueSource(strings = {"ideal", "roce100-rack", "roce25-rack,loss=0.02,timeout=8"})
  void errorInTheMiddle_givesTheExactSequence(String profile) throws IOException {
    Pair pair = Pair.of(profile).connect();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int key = pair.b.region.remoteKey() ^ (i == 50 ? 1 : 0);
      pair.a.post(SendRequest.write(i, key, 0, pair.a.piece(0, 5_000)));
      expected.add(i + (i < 50 ? "/0" : i == 50 ? "/10" : "/5"));
    }
    pair.b.receive(200, 0, 10);
    pair.b.receive(201, 0, 10);
    pair.simulation.run();
    assertEquals(expected, pair.a.outcomes());
    assertEquals(List.of("200/5", "201/5"), pair.b.outcomes());
    assertEquals(QueuePairState.ERR, pair.b.queuePair.state());
  }

  @Test
  void markerBehindTheError_drains() throws IOException {
    Pair pair = Pair.of("roce100-rack").connect();
    pair.a.receive(30, 0, 10);
    for (int i = 0; i < 5; i++) {
      pair.a.post(
          SendRequest.write(i, pair.b.region.remoteKey(), 0, pair.a.piece(0, 5_000)).unsignaled());
    }
    pair.a.queuePair.modify(QueuePairAttributes.to(QueuePairState.ERR));
    pair.a.post(SendRequest.write(99, 0, 0, pair.a.piece(0, 1)));
    pair.a.receive(98, 0, 10);
    assertEquals(
        List.of("0/5", "1/5", "2/5", "3/5", "4/5", "30/5", "99/5", "98/5"), pair.a.outcomes());
    pair.simulation.run();
    assertEquals(List.of(), pair.a.outcomes());
  }

  @Test
  void errorOfOneQueuePair_leavesOthersOfItsCompletionQueueAlone() throws IOException {
    Pair pair = Pair.of("roce100-rack").connect();
    QueuePair second = pair.a.domain.createQueuePair(QueuePairOptions.of(pair.a.completions));
    QueuePair peer = pair.b.domain.createQueuePair(QueuePairOptions.of(pair.b.completions));
    pair.connect(second, peer);
    int key = pair.b.region.remoteKey();
    pair.a.post(SendRequest.write(1, key ^ 1, 0, pair.a.piece(0, 5_000)));
    second.postSend(SendRequest.write(2, key, 0, pair.a.piece(0, 5_000)));
    pair.simulation.run();
    second.postSend(SendRequest.write(3, key, 0, pair.a.piece(0, 5_000)));
    pair.simulation.run();
    assertEquals(List.of("1/10", "2/0", "3/0"), pair.a.outcomes());
    assertEquals(QueuePairState.RTS, second.state());
  }

  @Test
  void drainingQueuePair_finishesWhatIsUnderWay_andResumes() throws IOException {
    Pair pair = Pair.of("metro100").connect();
    int key = pair.b.region.remoteKey();
    pair.a.post(SendRequest.write(1, key, 0, pair.a.piece(0, 500_000)));
    pair.a.queuePair.modify(QueuePairAttributes.to(QueuePairState.SQD));
    pair.a.post(SendRequest.write(2, key, 0, pair.a.piece(0, 500_000)));
    pair.simulation.run();
    assertEquals(List.of("1/0"), pair.a.outcomes());
    pair.a.queuePair.modify(QueuePairAttributes.to(QueuePairState.RTS));
    pair.simulation.run();
    assertEquals(List.of("2/0"), pair.a.outcomes());
  }

  /** The responder is still answering the read when it refuses what is behind it. */
  @ParameterizedTest
  @ValueSource(strings = {"ideal", "roce25-rack", "wan100-continent"})
  void refusalBehindARead_endsTheRefusedRequest_andNotTheRead(String profile) throws IOException {
    Pair pair = Pair.of(1, profile, READ_BYTES).connect();
    pair.b.fill(1);
    pair.b.receive(9, 0, 10);
    int key = pair.b.region.remoteKey();
    pair.a.post(SendRequest.read(1, key, 0, pair.a.piece(0, READ_BYTES)));
    pair.a.post(SendRequest.write(2, key ^ 1, 0, pair.a.piece(0, 10)));
    pair.a.post(SendRequest.write(3, key, 0, pair.a.piece(0, 10)));
    pair.simulation.run();
    assertEquals(List.of("1/0", "2/10", "3/5"), pair.a.outcomes());
    assertArrayEquals(pair.b.bytes(0, READ_BYTES), pair.a.bytes(0, READ_BYTES));
    assertEquals(List.of("9/5"), pair.b.outcomes());
    assertEquals(QueuePairState.ERR, pair.b.queuePair.state());
  }

  @Test
  void readThatFailsBehindALaterRefusal_isWhatIsTold() throws IOException {
    Pair pair =
        Pair.of(
                1,
                "roce25-rack",
                READ_BYTES,
                "invalidate-region:kind=read-response,message=0,packet=200")
            .connect();
    int key = pair.b.region.remoteKey();
    pair.a.post(SendRequest.read(1, key, 0, pair.a.piece(0, READ_BYTES)));
    pair.a.post(SendRequest.write(2, key ^ 1, 0, pair.a.piece(0, 10)));
    pair.simulation.run();
    assertEquals(List.of("1/10", "2/5"), pair.a.outcomes());
  }

  /** Only a refusal is said behind what is still to be answered. */
  @Test
  void errorOfAnotherKindDuringARead_isSilence() throws IOException {
    Pair pair = Pair.of(1, "roce25-rack", READ_BYTES, "qp-fatal:point=receive,message=1").connect();
    int key = pair.b.region.remoteKey();
    pair.a.post(SendRequest.read(1, key, 0, pair.a.piece(0, READ_BYTES)));
    pair.a.post(SendRequest.write(2, key, 0, pair.a.piece(0, 10)));
    pair.simulation.run();
    assertEquals(List.of("1/12", "2/5"), pair.a.outcomes());
  }

  @Test
  void responderThatIsResetWhileItFlushesForARefusal_saysNothingMore() throws IOException {
    Pair pair = Pair.of("roce25-rack").connect();
    pair.b.receive(9, 0, 10);
    pair.b.completions.onEvent(() -> resetOf(pair.b));
    pair.b.completions.requestNotify(false);
    pair.a.post(SendRequest.write(1, pair.b.region.remoteKey() ^ 1, 0, pair.a.piece(0, 10)));
    pair.simulation.run();
    assertEquals(QueuePairState.RESET, pair.b.queuePair.state());
    assertEquals(List.of("1/12"), pair.a.outcomes());
  }

  private static void resetOf(Side side) {
    try {
      side.queuePair.modify(QueuePairAttributes.to(QueuePairState.RESET));
    } catch (VerbsException refused) {
      throw new AssertionError(refused);
    }
  }
}
