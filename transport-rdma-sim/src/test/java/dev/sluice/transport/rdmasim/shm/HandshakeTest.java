package dev.sluice.transport.rdmasim.shm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class HandshakeTest {
  private static final Handshake.Preparation NONE = _ -> {};

  @TempDir private Path base;
  private MeetingFolder folder;
  private Shm.Pair pair;

  @BeforeEach
  void open() throws IOException {
    folder = MeetingFolder.open(base);
    pair = Shm.Pair.open(base);
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
    assertEquals(List.of(), folder.fileNames());
  }

  private static Handshake.Offer offer(long byteCount, String payload) {
    return new Handshake.Offer(byteCount, 5, UTF_8.encode(payload), NONE);
  }

  private Handshake.Established connect(Handshake.Offer offer, Duration atMost) throws IOException {
    return Handshake.connect(folder, Shm.name("a"), pair.one(), offer, Deadline.after(atMost));
  }

  private Handshake.Established accept(Handshake.Answer answer, Duration atMost)
      throws IOException {
    return Handshake.accept(folder, pair.other(), answer, Deadline.after(atMost));
  }

  private static <T> FutureTask<T> start(Callable<T> action) {
    FutureTask<T> task = new FutureTask<>(action);
    Thread.ofPlatform().start(task);
    return task;
  }

  /** Fails with the same as the task. */
  private static <T> T result(FutureTask<T> task) throws Exception {
    try {
      return task.get();
    } catch (ExecutionException failure) {
      throw (Exception) Shm.cause(failure);
    }
  }

  @Test
  void bothSides_getEachOthersMemoryAndWords() throws Exception {
    Handshake.Offer offer =
        new Handshake.Offer(
            4096,
            3,
            UTF_8.encode("from one"),
            own -> own.memory().set(ValueLayout.JAVA_LONG, 8, 42));
    FutureTask<Handshake.Established> connecting = start(() -> connect(offer, Shm.LONG));
    Handshake.Established other =
        accept(
            hello -> {
              assertEquals(3, hello.features());
              assertEquals("from one", UTF_8.decode(hello.payload().duplicate()).toString());
              return offer(8192, "from the other");
            },
            Shm.LONG);
    Handshake.Established one = connecting.get();
    assertEquals(List.of(), folder.fileNames());
    assertEquals("from the other", UTF_8.decode(one.hello().payload()).toString());
    assertEquals(5, one.hello().features());
    assertEquals(8192, one.peers().byteCount());
    assertEquals(42, other.peers().memory().get(ValueLayout.JAVA_LONG, 8));
    other.own().memory().set(ValueLayout.JAVA_LONG, 8184, 43);
    assertEquals(43, one.peers().memory().get(ValueLayout.JAVA_LONG, 8184));
    assertTrue(pair.one().isOpen() && pair.other().isOpen());
    for (Segment segment : List.of(one.own(), one.peers(), other.own(), other.peers())) {
      segment.close();
    }
  }

  @Test
  void manyConnections_leaveNoDescriptor_mapping_orFile() throws Exception {
    try (MeetingListener listener = Shm.listen(folder, "a")) {
      connectAndClose(listener);
      long descriptorsBefore = descriptorCount();
      long mappingsBefore = mappingCount();
      for (int i = 0; i < 300; i++) {
        connectAndClose(listener);
      }
      assertTrue(descriptorCount() < descriptorsBefore + 20, () -> descriptorsBefore + " before");
      assertEquals(mappingsBefore, mappingCount());
      assertEquals(List.of(), Shm.remains(folder));
    }
  }

  private void connectAndClose(MeetingListener listener) throws Exception {
    FutureTask<Line> connecting = start(() -> Line.connect(folder, "a"));
    try (Line one = Line.accept(folder, listener);
        Line other = result(connecting)) {
      one.send(7, Long.BYTES);
      assertEquals(7, other.receive());
    }
  }

  private static long descriptorCount() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  private long mappingCount() throws IOException {
    try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
      return mappings.filter(line -> line.contains(folder.path().toString())).count();
    }
  }

  @Test
  void answerThatRejects_isTheReasonOnTheOtherSide() throws Exception {
    FutureTask<Handshake.Established> connecting = start(() -> connect(offer(64, "x"), Shm.LONG));
    Shm.fails(
        Kind.POLICY,
        () ->
            accept(
                _ -> {
                  throw new TransportException(Kind.POLICY, "no\nsuch", "ask nicely", null);
                },
                Shm.LONG));
    TransportException failure = Shm.fails(Kind.UNREACHABLE, () -> result(connecting));
    assertTrue(Shm.text(failure).contains("no?such (ask nicely)"), Shm.text(failure));
  }

  @Test
  void noRoomOnTheAcceptingSide_isALimitThere_andToldToTheOther() throws Exception {
    FutureTask<Handshake.Established> connecting = start(() -> connect(offer(64, "x"), Shm.LONG));
    Shm.fails(Kind.LIMIT, () -> accept(_ -> offer(Long.MAX_VALUE / 2, "y"), Shm.LONG));
    TransportException failure = Shm.fails(Kind.UNREACHABLE, () -> result(connecting));
    assertTrue(Shm.text(failure).contains("no room for"), Shm.text(failure));
  }

  @Test
  void preparationThatFails_endsBothSides() throws Exception {
    Handshake.Offer failing =
        new Handshake.Offer(
            64,
            0,
            ByteBuffer.allocate(0),
            _ -> {
              throw new IOException("not prepared");
            });
    FutureTask<Handshake.Established> accepting =
        start(() -> accept(_ -> offer(64, "y"), Shm.LONG));
    assertEquals(
        "not prepared",
        assertThrows(IOException.class, () -> connect(failing, Shm.LONG)).getMessage());
    TransportException failure = Shm.fails(Kind.RESET, () -> result(accepting));
    assertTrue(Shm.text(failure).contains("gave up: not prepared"), Shm.text(failure));
  }

  @Test
  void anotherLayoutVersion_isToldOnBothSides() throws Exception {
    ByteBuffer body = hello(64).frame(Frame.Type.HELLO).body();
    body.putInt(Long.BYTES, 9);
    pair.one().send(new Frame(Frame.Type.HELLO, body), Deadline.after(Shm.LONG));
    TransportException failure = Shm.fails(Kind.IO, () -> accept(_ -> offer(64, "y"), Shm.LONG));
    assertTrue(Shm.text(failure).contains("version 9 of the layout, this side 1"));
    Frame answer = pair.one().receive(Deadline.after(Shm.LONG));
    assertEquals(Frame.Type.REJECT, answer.type());
    String reason = UTF_8.decode(answer.body()).toString();
    assertTrue(reason.contains("version 9") && reason.contains("same release"), reason);
  }

  @Test
  void segmentThatIsNotThere_isToldOnBothSides() throws Exception {
    pair.one().send(hello(64).frame(Frame.Type.HELLO), Deadline.after(Shm.LONG));
    TransportException failure = Shm.fails(Kind.IO, () -> accept(_ -> offer(64, "y"), Shm.LONG));
    assertTrue(Shm.text(failure).contains("same dir="), Shm.text(failure));
    assertEquals(Frame.Type.REJECT, pair.one().receive(Deadline.after(Shm.LONG)).type());
  }

  @Test
  void wrongMessage_isAViolation() throws Exception {
    pair.one().send(hello(64).frame(Frame.Type.READY), Deadline.after(Shm.LONG));
    ProtocolViolation violation =
        assertThrows(ProtocolViolation.class, () -> accept(_ -> offer(64, "y"), Shm.LONG));
    assertTrue(Shm.text(violation).contains("READY"), Shm.text(violation));
  }

  @Test
  void anotherConnectionsSegment_isAViolation() throws Exception {
    FutureTask<Handshake.Established> connecting = start(() -> connect(offer(64, "x"), Shm.LONG));
    pair.other().receive(Deadline.after(Shm.LONG));
    pair.other().send(hello(64).frame(Frame.Type.READY), Deadline.after(Shm.LONG));
    assertThrows(ProtocolViolation.class, () -> result(connecting));
  }

  private static Hello hello(long byteCount) throws TransportException {
    SegmentName name = SegmentName.of(Nonce.fresh(), SegmentName.Side.CONNECTING);
    return new Hello(0, name, byteCount, UTF_8.encode("payload"));
  }

  @Test
  void silentSides_endAtTheDeadline() throws Exception {
    Duration soon = Duration.ofMillis(50);
    TransportException connecting =
        Shm.fails(Kind.UNREACHABLE, () -> connect(offer(64, "x"), soon));
    assertTrue(Shm.text(connecting).contains("rdma-sim:a did not answer within 50 ms"));
    try (Shm.Pair another = Shm.Pair.open(base)) {
      TransportException accepting =
          Shm.fails(
              Kind.TIMED_OUT,
              () ->
                  Handshake.accept(
                      folder, another.other(), _ -> offer(64, "y"), Deadline.after(soon)));
      assertTrue(Shm.text(accepting).contains("within 50 ms"), Shm.text(accepting));
      assertFalse(another.other().isOpen());
    }
  }

  @Test
  void missingGo_endsAtTheDeadline_andRemovesBothSegments() throws Exception {
    SegmentName name = SegmentName.of(Nonce.fresh(), SegmentName.Side.CONNECTING);
    try (Segment own = Segment.create(folder, name, 64)) {
      Hello hello = new Hello(0, name, 64, ByteBuffer.allocate(0));
      pair.one().send(hello.frame(Frame.Type.HELLO), Deadline.after(Shm.LONG));
      Shm.fails(Kind.TIMED_OUT, () -> accept(_ -> offer(64, "y"), Duration.ofMillis(100)));
      assertEquals(64, own.byteCount());
      assertEquals(List.of(), folder.fileNames());
    }
  }

  @Test
  void interrupt_endsIt() throws Exception {
    FutureTask<Handshake.Established> connecting =
        new FutureTask<>(() -> connect(offer(64, "x"), Shm.LONG));
    Thread thread = Thread.ofPlatform().start(connecting);
    pair.other().receive(Deadline.after(Shm.LONG));
    thread.interrupt();
    assertThrows(ClosedByInterruptException.class, () -> result(connecting));
    assertFalse(pair.one().isOpen());
  }

  @Test
  void closeOfTheSocket_endsIt() throws Exception {
    FutureTask<Handshake.Established> connecting = start(() -> connect(offer(64, "x"), Shm.LONG));
    pair.other().receive(Deadline.after(Shm.LONG));
    pair.one().close();
    assertThrows(ClosedChannelException.class, () -> result(connecting));
  }

  @Test
  void rejectIsRead_beforeTheEndIsSeen() throws Exception {
    FutureTask<Handshake.Established> connecting = start(() -> connect(offer(64, "x"), Shm.LONG));
    pair.other().receive(Deadline.after(Shm.LONG));
    pair.other().send(new Frame(Frame.Type.REJECT, UTF_8.encode("busy")), Deadline.after(Shm.LONG));
    pair.other().close();
    TransportException failure = Shm.fails(Kind.UNREACHABLE, () -> result(connecting));
    assertTrue(Shm.text(failure).contains("gave up: busy"), Shm.text(failure));
  }

  @Test
  void framesThatAreTooLong_areRefusedBeforeTheyAreRead() {
    ByteBuffer head = ByteBuffer.allocate(Frame.HEAD_BYTE_COUNT);
    assertThrows(ProtocolViolation.class, () -> Frame.bodyByteCount(head.putInt(0, 4097)));
    assertThrows(ProtocolViolation.class, () -> Frame.bodyByteCount(head.putInt(0, -1)));
    assertThrows(
        ProtocolViolation.class, () -> Frame.of(head.put(4, (byte) 5), ByteBuffer.allocate(0)));
  }

  @Test
  void helloWithAnyBytesChanged_isReadOrAFailureOfTheTransport() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    byte[] good = hello(64).frame(Frame.Type.HELLO).body().array();
    for (int i = 0; i < 100_000; i++) {
      byte[] bad = good.clone();
      int changeCount = 1 + random.nextInt(3);
      for (int j = 0; j < changeCount; j++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      ByteBuffer body =
          ByteBuffer.wrap(bad, 0, random.nextInt(4) == 0 ? random.nextInt(bad.length) : bad.length);
      try {
        Hello read = Hello.in(new Frame(Frame.Type.HELLO, body.slice()));
        assertFalse(read.segment().toString().contains("/"));
      } catch (TransportException expected) {
        assertEquals(Kind.IO, expected.kind());
      } catch (RuntimeException other) {
        throw new AssertionError("repeat with -DargLine=-Dseed=" + seed, other);
      }
    }
  }
}
