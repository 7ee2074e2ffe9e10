package dev.sluice.transport.rdmasim.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RingTest {
  private static final int CAPACITY = 256;

  private final MemorySegment memory =
      Arena.ofAuto().allocate(RingLayout.byteCount(CAPACITY), SharedCounter.BYTE_COUNT);
  private final RingLayout layout = new RingLayout(memory, 0, CAPACITY);
  private final RingProducer producer = new RingProducer(layout);
  private final RingConsumer consumer = new RingConsumer(layout);

  private static long seed() {
    return Long.getLong("seed", System.nanoTime());
  }

  private static String repeat(long seed) {
    return "repeat with -DargLine=-Dseed=" + seed;
  }

  @Test
  void record_arrivesWhenItIsPublished_andNotBefore() throws IOException {
    long at = producer.claim(5);
    memory.set(ValueLayout.JAVA_BYTE, at + 4, (byte) 9);
    assertEquals(RingConsumer.EMPTY, consumer.peek());
    producer.commit(3);
    assertEquals(RingConsumer.EMPTY, consumer.peek());
    producer.publish();
    assertEquals(at, consumer.peek());
    assertEquals(at, consumer.peek());
    assertEquals(3, consumer.type());
    assertEquals(5, consumer.byteCount());
    assertEquals(9, memory.get(ValueLayout.JAVA_BYTE, at + 4));
    consumer.advance();
    assertEquals(RingConsumer.EMPTY, consumer.peek());
  }

  @Test
  void room_comesBackWhenItIsReleased_andNotBefore() throws IOException {
    while (producer.claim(56) != RingProducer.FULL) {
      producer.commit(1);
    }
    producer.publish();
    assertNotEquals(RingConsumer.EMPTY, consumer.peek());
    consumer.advance();
    assertFalse(producer.hasRoom(0));
    consumer.release();
    assertTrue(producer.hasRoom(56));
    assertFalse(producer.hasRoom(57));
  }

  @Test
  void greatestRecord_fitsAnEmptyRingAtEveryPosition() throws IOException {
    for (int round = 0; round < 2 * CAPACITY; round++) {
      produce(0, 1);
      consume(0, 1);
      produce(layout.greatestByteCount(), 2);
      consume(layout.greatestByteCount(), 2);
    }
    assertThrows(
        IllegalArgumentException.class, () -> producer.claim(layout.greatestByteCount() + 1));
  }

  @Test
  void misuse_isToldFromViolations() throws IOException {
    assertThrows(IllegalStateException.class, () -> producer.commit(1));
    assertThrows(IllegalArgumentException.class, () -> producer.claim(-1));
    assertThrows(IllegalStateException.class, consumer::type);
    assertThrows(IllegalStateException.class, consumer::advance);
    assertNotEquals(RingProducer.FULL, producer.claim(0));
    assertThrows(IllegalArgumentException.class, () -> producer.commit(RingLayout.PADDING));
    assertThrows(IllegalArgumentException.class, () -> new RingLayout(memory, 0, 255));
    assertThrows(IllegalArgumentException.class, () -> new RingLayout(memory, 0, 2 * CAPACITY));
    assertThrows(IllegalArgumentException.class, () -> new RingLayout(memory, 8, CAPACITY));
  }

  private void produce(int byteCount, int type) throws IOException {
    assertNotEquals(RingProducer.FULL, producer.claim(byteCount));
    producer.commit(type);
    producer.publish();
  }

  private void consume(int byteCount, int type) throws IOException {
    assertNotEquals(RingConsumer.EMPTY, consumer.peek());
    assertEquals(byteCount, consumer.byteCount());
    assertEquals(type, consumer.type());
    consumer.advance();
    consumer.release();
  }

  @Test
  void anyMixOfSizesAndBatches_arrivesInOrder() throws IOException {
    long seed = seed();
    Random random = new Random(seed);
    Deque<Integer> committed = new ArrayDeque<>();
    int produced = 0;
    for (int step = 0; step < 200_000; step++) {
      String where = "step " + step + ", " + repeat(seed);
      int byteCount = random.nextInt(layout.greatestByteCount() + 1);
      if (random.nextBoolean()) {
        if (producer.claim(byteCount) != RingProducer.FULL) {
          producer.commit(byteCount + 1);
          committed.add(byteCount);
          produced++;
        }
        if (random.nextInt(3) == 0) {
          producer.publish();
        }
      } else if (consumer.peek() != RingConsumer.EMPTY) {
        assertEquals(committed.poll(), consumer.byteCount(), where);
        assertEquals(consumer.byteCount() + 1, consumer.type(), where);
        consumer.advance();
        if (random.nextInt(3) == 0) {
          consumer.release();
        }
      } else {
        producer.publish();
        consumer.release();
      }
    }
    assertTrue(produced > 10_000, () -> "only so many records, " + repeat(seed));
  }

  @Test
  void twoThreads_passAMillionRecordsInOrder() throws Exception {
    int count = 1_000_000;
    FutureTask<Void> task = new FutureTask<>(() -> sendNumbers(count), null);
    Thread.ofPlatform().start(task);
    for (int i = 0; i < count; ) {
      long at = consumer.peek();
      if (at == RingConsumer.EMPTY) {
        Thread.onSpinWait();
        if (task.isDone()) {
          task.get();
        }
        continue;
      }
      int byteCount = consumer.byteCount();
      assertEquals(Long.BYTES + i % 50, byteCount);
      assertEquals(i, memory.get(ValueLayout.JAVA_LONG, at));
      consumer.advance();
      consumer.release();
      i++;
    }
    task.get();
  }

  private void sendNumbers(int count) {
    try {
      for (int i = 0; i < count; ) {
        long at = producer.claim(Long.BYTES + i % 50);
        if (at == RingProducer.FULL) {
          Thread.onSpinWait();
          continue;
        }
        memory.set(ValueLayout.JAVA_LONG, at, i);
        producer.commit(1);
        producer.publish();
        i++;
      }
    } catch (IOException violation) {
      throw new AssertionError(violation);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-8, 1, 7, CAPACITY + 8, Long.MAX_VALUE, Long.MIN_VALUE})
  void tailThatCannotBe_isAViolation(long tail) {
    layout.tail().release(tail);
    ProtocolViolation violation = assertThrows(ProtocolViolation.class, consumer::peek);
    String text = Shm.text(violation);
    assertTrue(text.contains("the tail of a ring is " + tail), text);
    assertTrue(text.contains("a multiple of 8 from 0 to 256"), text);
  }

  @Test
  void tailThatGoesBack_isAViolation() throws IOException {
    produce(0, 1);
    consume(0, 1);
    layout.tail().release(0);
    assertThrows(ProtocolViolation.class, consumer::peek);
  }

  @ParameterizedTest
  @ValueSource(longs = {-8, 4, 16, Long.MAX_VALUE - 7, Long.MIN_VALUE})
  void headThatCannotBe_isAViolation(long head) throws IOException {
    produce(0, 1);
    layout.head().release(head);
    assertThrows(ProtocolViolation.class, () -> fill());
  }

  @Test
  void headThatGoesBack_isAViolation() throws IOException {
    fill();
    layout.head().release(16);
    fill();
    layout.head().release(8);
    assertThrows(ProtocolViolation.class, () -> fill());
  }

  private void fill() throws IOException {
    while (producer.claim(0) != RingProducer.FULL) {
      producer.commit(1);
    }
    producer.publish();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "7, 1",
    "-1, 1",
    "-2147483648, 1",
    "33, 1",
    "136, 1",
    "2147483647, 1", // of a record
    "32, 0",
    "8, 0",
    "256, 0" // of padding, which ends with the ring
  })
  void lengthThatCannotBe_isAViolation(int length, int type) {
    memory.set(
        ValueLayout.JAVA_LONG, layout.offsetOf(0), (long) type << 32 | (length & 0xffffffffL));
    layout.tail().release(32);
    assertThrows(ProtocolViolation.class, consumer::peek);
  }

  @Test
  void recordThatLeavesTheEnd_isAViolation() throws IOException {
    for (int i = 0; i < 7; i++) {
      produce(24, 1);
      consume(24, 1);
    }
    memory.set(ValueLayout.JAVA_LONG, layout.offsetOf(224), 1L << 32 | 40);
    layout.tail().release(224 + 40);
    assertThrows(ProtocolViolation.class, consumer::peek);
  }

  @Test
  void scribbler_bringsAboutViolationsOrData_andNothingElse() throws Exception {
    long seed = seed();
    AtomicBoolean over = new AtomicBoolean();
    Thread scribbler = Thread.ofPlatform().start(() -> scribble(new Random(seed), over));
    int violationCount = 0;
    int dataCount = 0;
    byte[] payload = new byte[CAPACITY];
    try {
      long endNanoTime = System.nanoTime() + 2_000_000_000L;
      RingConsumer victim = new RingConsumer(layout);
      RingProducer otherVictim = new RingProducer(layout);
      while (System.nanoTime() < endNanoTime) {
        try {
          long at = victim.peek();
          if (at != RingConsumer.EMPTY) {
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, payload, 0, victim.byteCount());
            dataCount++;
            victim.advance();
            victim.release();
          }
          if (otherVictim.claim(dataCount % 100) != RingProducer.FULL) {
            otherVictim.commit(1);
            otherVictim.publish();
          }
        } catch (ProtocolViolation found) {
          violationCount++;
          victim = new RingConsumer(layout);
          otherVictim = new RingProducer(layout);
        }
      }
    } finally {
      over.set(true);
      scribbler.join();
    }
    assertTrue(violationCount > 100, violationCount + " violations; " + repeat(seed));
    assertTrue(dataCount > 100, dataCount + " records; " + repeat(seed));
  }

  /** Writes wild and nearly right values over everything that the sides read. */
  private void scribble(Random random, AtomicBoolean over) {
    while (!over.get()) {
      long position = 8L * random.nextInt(CAPACITY / 8 + 1);
      long header = (1L + random.nextInt(3) - 1) << 32 | random.nextInt(160);
      layout.tail().release(random.nextInt(4) == 0 ? random.nextLong() : position);
      layout.head().release(random.nextInt(4) == 0 ? random.nextLong() : position / 2 & -8);
      memory.set(
          ValueLayout.JAVA_LONG,
          layout.offsetOf(8L * random.nextInt(CAPACITY / 8)),
          random.nextInt(4) == 0 ? random.nextLong() : header);
    }
  }
}
