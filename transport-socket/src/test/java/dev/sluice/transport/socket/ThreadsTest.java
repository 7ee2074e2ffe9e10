package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Transfers, half-closes, and who wakes whom. */
@Timeout(20)
class ThreadsTest {
  static Stream<Arguments> everywhereByEveryone() throws IOException {
    return Sockets.everywhere()
        .flatMap(
            listenAt -> Stream.of(Caller.values()).map(caller -> Arguments.of(listenAt, caller)));
  }

  @ParameterizedTest
  @MethodSource("everywhereByEveryone")
  void bytes_arriveInBothDirectionsAtOnce(String listenAt, Caller caller) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      int byteCount = 3 << 20;
      Caller.Call<Boolean> there =
          caller.start(() -> send(pair.connected(), Sockets.bytes(byteCount)));
      Caller.Call<Boolean> back =
          caller.start(() -> send(pair.accepted(), Sockets.bytes(byteCount)));
      Caller.Call<ByteBuffer> received = caller.start(() -> receive(pair.accepted(), byteCount));
      assertEquals(Sockets.bytes(byteCount), receive(pair.connected(), byteCount));
      assertEquals(Sockets.bytes(byteCount), received.result());
      assertTrue(there.result());
      assertTrue(back.result());
    }
  }

  private static boolean send(GatheringByteChannel channel, ByteBuffer bytes) throws IOException {
    ByteBuffer[] parts = {bytes.slice(0, 100), bytes.slice(100, bytes.remaining() - 100)};
    while (parts[1].hasRemaining()) {
      channel.write(parts);
    }
    return true;
  }

  private static ByteBuffer receive(ScatteringByteChannel channel, int byteCount)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(byteCount);
    ByteBuffer[] parts = {bytes.slice(0, 100), bytes.slice(100, byteCount - 100)};
    while (parts[1].hasRemaining()) {
      channel.read(parts);
    }
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("everywhereByEveryone")
  void shutdownOfReading_wakesTheReader(String listenAt, Caller caller) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      Caller.Call<Integer> reader = Sockets.blockedReader(caller, pair.connected());
      pair.connected().shutdown(Direction.READ);
      assertEquals(-1, reader.resultWithinOneSecond());
      assertEquals(-1, Sockets.readOne(pair.connected()));
      Sockets.writeFully(pair.connected(), Sockets.one(7));
      assertEquals(7, Sockets.readOne(pair.accepted()));
    }
  }

  @ParameterizedTest
  @MethodSource("everywhereByEveryone")
  void shutdownOfWriting_wakesTheWriter(String listenAt, Caller caller) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      Caller.Call<Long> writer = Sockets.blockedWriter(caller, pair.connected());
      pair.connected().shutdown(Direction.WRITE);
      assertInstanceOf(ClosedChannelException.class, writer.failureWithinOneSecond());
      assertThrows(ClosedChannelException.class, () -> pair.connected().write(Sockets.one(1)));
      Sockets.writeFully(pair.accepted(), Sockets.one(7));
      assertEquals(7, Sockets.readOne(pair.connected()));
    }
  }

  @ParameterizedTest
  @MethodSource("everywhereByEveryone")
  void shutdownOfBoth_wakesReaderAndWriter(String listenAt, Caller caller) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      Caller.Call<Integer> reader = Sockets.blockedReader(caller, pair.connected());
      Caller.Call<Long> writer = Sockets.blockedWriter(caller, pair.connected());
      pair.connected().shutdown(Direction.BOTH);
      assertEquals(-1, reader.resultWithinOneSecond());
      assertInstanceOf(ClosedChannelException.class, writer.failureWithinOneSecond());
    }
  }

  @ParameterizedTest
  @MethodSource("everywhereByEveryone")
  void abort_wakesReaderAndWriter(String listenAt, Caller caller) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      Caller.Call<Integer> reader = Sockets.blockedReader(caller, pair.connected());
      Caller.Call<Long> writer = Sockets.blockedWriter(caller, pair.connected());
      pair.connected().abort();
      assertInstanceOf(ClosedChannelException.class, reader.failureWithinOneSecond());
      assertInstanceOf(ClosedChannelException.class, writer.failureWithinOneSecond());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void shutdownOfReading_givesTheEndAlthoughBytesArrive(String listenAt) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      Sockets.writeFully(pair.accepted(), Sockets.bytes(10));
      pair.connected().shutdown(Direction.READ);
      assertEquals(-1, Sockets.readOne(pair.connected()));
      Sockets.writeFully(pair.accepted(), Sockets.bytes(10));
      assertEquals(-1, Sockets.readOne(pair.connected()));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void halfCloses_inEitherOrder_deliverBothDirections(String listenAt) throws Exception {
    for (boolean connectedFirst : new boolean[] {true, false}) {
      try (Sockets.Pair pair = Sockets.pair(listenAt)) {
        var first = connectedFirst ? pair.connected() : pair.accepted();
        var second = connectedFirst ? pair.accepted() : pair.connected();
        Sockets.writeFully(first, Sockets.bytes(1_000));
        first.shutdown(Direction.WRITE);
        assertEquals(1_000, Sockets.drain(second));
        assertEquals(-1, Sockets.readOne(second));
        Sockets.writeFully(second, Sockets.bytes(2_000));
        second.shutdown(Direction.WRITE);
        assertEquals(2_000, Sockets.drain(first));
        first.close();
        second.close();
      }
    }
  }

  /** The kernel still holds most of the bytes when close is called. */
  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void halfClose_thenClose_deliversWhatTheKernelHolds(String listenAt) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      int accepted = Sockets.fill(pair.connected());
      pair.connected().shutdown(Direction.WRITE);
      Caller.Call<Boolean> closer =
          Caller.PLATFORM
              .start(
                  () -> {
                    pair.connected().close();
                    return true;
                  })
              .untilBlocked();
      assertEquals(accepted, Sockets.drain(pair.accepted()));
      pair.accepted().close();
      assertTrue(closer.result());
    }
  }

  @Test
  void peersReset_whileReading_isReset() throws Exception {
    for (Caller caller : Caller.values()) {
      try (Sockets.Plain plain = Sockets.connectedToPlain("")) {
        Caller.Call<Integer> reader = Sockets.blockedReader(caller, plain.channel());
        plain.resetByPeer();
        TransportException failure = Sockets.failure(Kind.RESET, reader::result);
        assertEquals(
            plain.channel() + " reset the connection while reading (connection reset)",
            failure.getMessage());
        assertTrue(failure.hint().isPresent());
      }
    }
  }

  @Test
  void peersReset_whileWriting_isReset() throws Exception {
    for (Caller caller : Caller.values()) {
      try (Sockets.Plain plain = Sockets.connectedToPlain("")) {
        Caller.Call<Long> writer = Sockets.blockedWriter(caller, plain.channel());
        plain.resetByPeer();
        TransportException failure = Sockets.failure(Kind.RESET, writer::result);
        assertTrue(
            Sockets.text(failure)
                .startsWith(plain.channel() + " reset the connection while writing"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void writingToAPeerThatIsGone_isReset(String listenAt) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      pair.accepted().abort();
      TransportException failure =
          Sockets.failure(
              Kind.RESET,
              () -> {
                while (true) {
                  pair.connected().write(Sockets.one(1));
                }
              });
      assertTrue(Sockets.text(failure).contains(pair.connected().toString()));
    }
  }

  /** The kernel tells only one of the two, and tells the other "end of stream". */
  @ParameterizedTest
  @EnumSource
  void peersReset_isNeverTheEndOfTheStream(Caller caller) throws Exception {
    for (int i = 0; i < 50; i++) {
      try (Sockets.Plain plain = Sockets.connectedToPlain("")) {
        Sockets.fill(plain.channel());
        Caller.Call<Integer> reader =
            caller.start(() -> Sockets.readOne(plain.channel())).untilWaiting();
        Caller.Call<Long> writer = Sockets.endlessWriter(caller, plain.channel()).untilWaiting();
        plain.resetByPeer();
        Sockets.failure(Kind.RESET, reader::result);
        Sockets.failure(Kind.RESET, writer::result);
        Sockets.failure(Kind.RESET, () -> Sockets.readOne(plain.channel()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void peersEnd_isTheEndAlthoughAWriterIsBlocked(Caller caller) throws Exception {
    try (Sockets.Plain plain = Sockets.connectedToPlain("")) {
      Caller.Call<Long> writer = Sockets.blockedWriter(caller, plain.channel());
      Caller.Call<Integer> reader = Sockets.blockedReader(caller, plain.channel());
      plain.peer().shutdownOutput();
      assertEquals(-1, reader.resultWithinOneSecond());
      assertTrue(writer.thread().isAlive());
    }
  }

  /** Any interleaving of reads, writes and shutdowns gives bytes, the end or a closed channel. */
  @ParameterizedTest
  @MethodSource("everywhereByEveryone")
  void shutdownOfReading_neverMissesAReaderThatIsAboutToRead(String listenAt, Caller caller)
      throws Exception {
    long seed = Long.getLong("seed", new Random().nextLong());
    Random random = new Random(seed);
    try {
      for (int i = 0; i < 100; i++) {
        try (Sockets.Pair pair = Sockets.pair(listenAt)) {
          Caller.Call<Integer> reader = caller.start(() -> Sockets.readOne(pair.connected()));
          spin(random.nextInt(20_000));
          pair.connected().shutdown(Direction.READ);
          assertEquals(-1, reader.resultWithinOneSecond());
        }
      }
    } catch (Exception | AssertionError failure) {
      throw new AssertionError("repeat with -DargLine=-Dseed=" + seed, failure);
    }
  }

  private static void spin(int rounds) {
    for (int i = 0; i < rounds; i++) {
      Thread.onSpinWait();
    }
  }

  @Test
  void nioChannel_carriesTheSameBytes() throws Exception {
    try (Sockets.Pair pair = Sockets.pair("tcp:127.0.0.1:0")) {
      var bare = (SocketChannel) pair.connected().nioChannel().orElseThrow();
      bare.write(Sockets.bytes(3));
      byte[] received = new byte[3];
      ByteBuffer target = ByteBuffer.wrap(received);
      while (target.hasRemaining()) {
        pair.accepted().read(target);
      }
      byte[] sent = new byte[3];
      Sockets.bytes(3).get(sent);
      assertArrayEquals(sent, received);
    }
  }
}
