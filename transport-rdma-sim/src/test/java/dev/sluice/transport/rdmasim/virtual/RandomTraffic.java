package dev.sluice.transport.rdmasim.virtual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random requests over a random link, all from a seed.
 *
 * <p>The lower half of the source's region is what it sends, the upper half what it reads back. Of
 * the target's region, the first bytes are a counter, then comes what is written, and the upper
 * half is for receives.
 */
final class RandomTraffic {
  private static final int REGION_BYTES = 4 << 20;
  private static final int HALF = REGION_BYTES / 2;
  private static final int COUNTER_BYTES = 64;
  private static final int MOST_BYTES = 60_000;

  private final Pair pair;
  private final String profile;
  private final Random random;
  private final int messageCount;
  private final byte[] expected = new byte[HALF];
  private final List<Long> expectedReceives = new ArrayList<>();
  private final List<WorkCompletion> sent = new ArrayList<>();
  private final List<WorkCompletion> received = new ArrayList<>();
  private long receivesPosted;
  private int writePosition = COUNTER_BYTES;
  private int readPosition = HALF;
  private int counted;

  RandomTraffic(long seed, int messageCount) throws IOException {
    this.messageCount = messageCount;
    random = new Random(seed);
    profile = profile();
    int number = random.nextInt(1 << 24);
    pair =
        Pair.of(seed, profile, REGION_BYTES)
            .with(Attribute.TIMEOUT, 7 + random.nextInt(4))
            .with(Attribute.MIN_RNR_TIMER, 1 + random.nextInt(8))
            .with(Attribute.MAX_READ_ATOMIC, 1 + random.nextInt(16))
            .with(Attribute.SEND_PACKET_NUMBER, number)
            .with(Attribute.RECEIVE_PACKET_NUMBER, number)
            .connect();
    pair.a.fill(seed);
  }

  private String profile() {
    String[] presets = {"ideal", "roce100-rack", "roce25-rack", "roce100-dc", "soft-roce"};
    StringBuilder text = new StringBuilder(presets[random.nextInt(presets.length)]);
    if (random.nextBoolean()) {
      text.append(",loss=").append(random.nextInt(30) / 1000.0);
    } else if (random.nextBoolean()) {
      text.append(",loss=gilbert-elliott:0.01:0.3:0.5");
    }
    if (random.nextInt(3) == 0) {
      text.append(",duplicate=").append(random.nextInt(30) / 100.0);
    }
    if (random.nextInt(3) == 0) {
      text.append(",reorder=0.0").append(random.nextInt(5)).append(":3");
    }
    if (random.nextInt(3) == 0) {
      text.append(",jitter=exponential:").append(1 + random.nextInt(20)).append("us");
    }
    if (random.nextInt(4) == 0) {
      text.append(",corrupt=0.005");
    }
    if (random.nextInt(4) == 0) {
      text.append(",outage=drop:100us:300us+hold:500us:700us");
    }
    return text.append(",packets-per-ack=").append(1 + random.nextInt(64)).toString();
  }

  void run() throws IOException {
    for (int i = 0; i < messageCount; i++) {
      post(i);
      if (random.nextInt(3) == 0) {
        letTimePass();
      }
      // Sometimes late, so that the target is not ready.
      if (random.nextInt(3) > 0) {
        postReceives();
      }
    }
    postReceives();
    pair.simulation.run();
    collect();
  }

  private void letTimePass() throws IOException {
    pair.simulation.runFor(java.time.Duration.ofNanos(random.nextInt(20_000)));
    collect();
  }

  private void collect() throws IOException {
    sent.addAll(pair.a.completed());
    received.addAll(pair.b.completed());
  }

  private void postReceives() throws IOException {
    while (receivesPosted < expectedReceives.size()) {
      pair.b.receive(receivesPosted++, HALF, MOST_BYTES);
    }
  }

  private void post(int id) throws IOException {
    int byteCount = random.nextBoolean() ? random.nextInt(300) : random.nextInt(MOST_BYTES);
    int source = random.nextInt(HALF - MOST_BYTES);
    int key = pair.b.region.remoteKey();
    SendRequest request =
        switch (random.nextInt(5)) {
          case 0 -> {
            expectedReceives.add((long) id << 32 | byteCount);
            yield SendRequest.send(id, pair.a.piece(source, byteCount)).withImmediate(id);
          }
          case 1 -> {
            int position = copied(source, byteCount);
            expectedReceives.add((long) id << 32 | byteCount);
            yield SendRequest.write(id, key, position, pair.a.piece(source, byteCount))
                .withImmediate(id);
          }
          case 2 -> {
            counted++;
            yield SendRequest.fetchAndAdd(id, key, 0, 1, pair.a.piece(HALF, 8));
          }
          case 3 -> {
            // What was written last; the fence is not for reads of writes, which keep their order.
            int readable = Math.min(byteCount, writePosition - COUNTER_BYTES);
            int to = readPosition + readable > REGION_BYTES ? HALF + 8 : readPosition;
            readPosition = to + readable;
            yield SendRequest.read(id, key, writePosition - readable, pair.a.piece(to, readable));
          }
          default -> {
            int position = copied(source, byteCount);
            yield SendRequest.write(id, key, position, pair.a.piece(source, byteCount));
          }
        };
    pair.a.post(random.nextInt(4) == 0 ? request.fenced() : request);
  }

  /** Notes what a write puts where. */
  private int copied(int source, int byteCount) {
    int position = writePosition + byteCount > HALF ? COUNTER_BYTES : writePosition;
    System.arraycopy(pair.a.bytes(source, byteCount), 0, expected, position, byteCount);
    writePosition = position + byteCount;
    return position;
  }

  void check() {
    for (int i = 0; i < sent.size(); i++) {
      assertTrue(sent.get(i).isSuccess(), sent.get(i) + " over " + profile);
      assertEquals(i, sent.get(i).id(), profile);
    }
    assertEquals(messageCount, sent.size(), profile);
    assertEquals(
        expectedReceives,
        received.stream()
            .map(completion -> (long) completion.immediate() << 32 | completion.byteCount())
            .toList(),
        profile);
    for (int i = 0; i < received.size(); i++) {
      assertEquals(i, received.get(i).id(), profile);
    }
    assertEquals(counted, pair.b.region.segment().get(ValueLayout.JAVA_LONG, 0), profile);
    byte[] written = pair.b.bytes(0, HALF);
    System.arraycopy(written, 0, expected, 0, COUNTER_BYTES);
    assertArrayEquals(expected, written, profile);
  }

  @Override
  public String toString() {
    return pair.simulation.toString();
  }
}
