package dev.sluice.transport.rdmasim.virtual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the wire adds to verbs where nothing is lost: packets, order, times. */
@Timeout(60)
class ReliableWireTest {
  private static final int MTU = 4096;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, MTU - 1, MTU, MTU + 1, 2 * MTU, 1 << 19})
  void sendOfAnySize_arrives(int byteCount) throws IOException {
    Pair pair = Pair.of("roce100-rack").connect();
    pair.a.fill(1);
    pair.b.receive(7, 1 << 19, 1 << 19);
    pair.a.post(SendRequest.send(3, pair.a.piece(0, byteCount)));
    pair.simulation.run();
    assertEquals(List.of("3/0"), pair.a.outcomes());
    assertEquals(byteCount, pair.b.completed().getFirst().byteCount());
    assertArrayEquals(pair.a.bytes(0, byteCount), pair.b.bytes(1 << 19, byteCount));
  }

  @Test
  void write_read_atomic_doWhatTheySay() throws IOException {
    Pair pair = Pair.of("roce100-rack").connect();
    pair.a.fill(1);
    pair.b.region.segment().set(ValueLayout.JAVA_LONG, 0, 40);
    int key = pair.b.region.remoteKey();
    pair.a.post(SendRequest.write(1, key, 4096, pair.a.piece(0, 100_000)));
    pair.a.post(SendRequest.read(2, key, 4096, pair.a.piece(200_000, 100_000)).fenced());
    pair.a.post(SendRequest.fetchAndAdd(3, key, 0, 2, pair.a.piece(400_000, 8)));
    pair.a.post(SendRequest.compareAndSwap(4, key, 0, 42, 5, pair.a.piece(400_008, 8)));
    pair.simulation.run();
    assertEquals(List.of("1/0", "2/0", "3/0", "4/0"), pair.a.outcomes());
    assertArrayEquals(pair.a.bytes(0, 100_000), pair.a.bytes(200_000, 100_000));
    assertEquals(40, pair.a.region.segment().get(ValueLayout.JAVA_LONG, 400_000));
    assertEquals(42, pair.a.region.segment().get(ValueLayout.JAVA_LONG, 400_008));
    assertEquals(5, pair.b.region.segment().get(ValueLayout.JAVA_LONG, 0));
    assertEquals(List.of(), pair.b.outcomes());
  }

  @Test
  void longMessage_costsAFewEvents() throws IOException {
    Pair pair = Pair.logical(1, "roce100-rack", 1L << 31).connect();
    pair.a.post(SendRequest.write(1, pair.b.region.remoteKey(), 0, pair.a.piece(0, 1L << 31)));
    pair.a.post(SendRequest.read(2, pair.b.region.remoteKey(), 0, pair.a.piece(0, 1L << 31)));
    pair.simulation.run();
    assertEquals(List.of("1/0", "2/0"), pair.a.outcomes());
    assertTrue(pair.simulation.eventCount() < 20, pair.simulation.toString());
  }

  /** With jitter of 0 to 0 ns each packet is an event of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"roce100-rack", "edr-rack", "soft-roce", "roce25-rack", "metro100"})
  void times_areThoseOfSinglePackets(String profile) throws IOException {
    assertEquals(times(profile + ",jitter=uniform:0"), times(profile));
  }

  private static List<String> times(String profile) throws IOException {
    Pair pair = Pair.of(profile).connect();
    int key = pair.b.region.remoteKey();
    for (int i = 0; i < 20; i++) {
      pair.b.receive(100 + i, 0, 1 << 20);
    }
    List<String> times = new ArrayList<>();
    pair.a.completions.onEvent(() -> note(pair, pair.a, times));
    pair.b.completions.onEvent(() -> note(pair, pair.b, times));
    note(pair, pair.a, times);
    note(pair, pair.b, times);
    for (int i = 0; i < 20; i++) {
      pair.a.post(SendRequest.send(4L * i, pair.a.piece(0, 1L << i)));
      pair.a.post(SendRequest.write(4L * i + 1, key, 0, pair.a.piece(0, 3L << i >> 1)));
      // Each packet of an answer moves a window, so that there whole answers are later.
      if (i % 4 == 0 && !profile.startsWith("soft-roce")) {
        pair.a.post(SendRequest.read(4L * i + 2, key, 0, pair.a.piece(0, 3L << i >> 1)));
      }
    }
    pair.simulation.run();
    assertEquals(QueuePairState.RTS, pair.a.queuePair.state());
    assertTrue(times.size() >= 60, times.toString());
    return times;
  }

  private static void note(Pair pair, Side side, List<String> times) {
    side.completions.requestNotify(false);
    try {
      side.completed().forEach(completion -> times.add(completion.id() + " at " + pair.nowNanos()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void packetNumbers_wrap() throws IOException {
    Pair pair =
        Pair.of("roce100-rack,loss=0.05")
            .with(Attribute.SEND_PACKET_NUMBER, (1 << 24) - 5)
            .with(Attribute.RECEIVE_PACKET_NUMBER, (1 << 24) - 5)
            .with(Attribute.TIMEOUT, 2)
            .connect();
    pair.a.fill(3);
    for (int i = 0; i < 16; i++) {
      pair.a.post(
          SendRequest.write(i, pair.b.region.remoteKey(), i << 16, pair.a.piece(i << 16, 1 << 16)));
    }
    pair.simulation.run();
    assertEquals(16, pair.a.outcomes().stream().filter(text -> text.endsWith("/0")).count());
    assertArrayEquals(pair.a.bytes(0, 1 << 20), pair.b.bytes(0, 1 << 20));
  }
}
