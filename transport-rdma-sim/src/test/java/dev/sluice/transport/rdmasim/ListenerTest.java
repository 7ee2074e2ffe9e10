package dev.sluice.transport.rdmasim;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups 1, 13 and 15 of the channel contract. */
@Timeout(40)
class ListenerTest {
  @TempDir(factory = InMemory.class)
  private Path base;

  private TransportListener listen() throws IOException {
    return Channels.listen(Channels.at(base) + Channels.WINDOW);
  }

  private TransportChannel connect(String options) throws IOException {
    return Channels.connect(Channels.at(base) + Channels.WINDOW + options);
  }

  @Test
  void accept_givesOneChannelAfterAnother() throws Exception {
    try (TransportListener listener = listen()) {
      assertTrue(listener.awaitsPeer());
      for (int i = 0; i < 3; i++) {
        try (Channels.Pair pair = Channels.pair(listener)) {
          Channels.writeFully(pair.connected(), Channels.one(i));
          assertEquals(i, Channels.readOne(pair.accepted()));
        }
      }
    }
  }

  /** CH-13.1 to 13.5, 1.5, 15.7. */
  @Test
  void channels_tellWhatTheyAre() throws Exception {
    try (TransportListener listener = listen();
        Channels.Pair pair = Channels.pair(listener)) {
      Set<ChannelFeature> expected = EnumSet.allOf(ChannelFeature.class);
      expected.remove(ChannelFeature.SEEKABLE);
      assertEquals(expected, pair.connected().features());
      assertEquals(expected, pair.accepted().features());
      assertEquals(expected, new RdmaSimTransport().schemes().getFirst().features());
      assertEquals(Channels.at(base) + Channels.WINDOW, listener.address().toString());
      assertEquals(Channels.at(base) + Channels.WINDOW, listener.toString());
      assertEquals(Optional.of(listener.address()), pair.connected().info().peerAddress());
      assertEquals(Optional.of(listener.address()), pair.accepted().info().localAddress());
      String user = Files.getOwner(base).getName();
      assertEquals(Optional.of(user), pair.connected().info().peerUser());
      assertEquals("rdma-sim:a", pair.accepted().toString());
      assertEquals(Optional.empty(), pair.accepted().nioChannel());
      assertEquals(Optional.empty(), pair.accepted().remains());
    }
  }

  /** CH-1.6: who does not call it gets the set-up with the first transfer. */
  @Test
  void firstTransfer_establishes() throws Exception {
    try (TransportListener listener = listen()) {
      Caller.Call<TransportChannel> connecting = Caller.VIRTUAL.start(() -> connect(""));
      TransportChannel accepted = listener.accept().orElseThrow();
      Channels.writeFully(accepted, Channels.one(7));
      TransportChannel connected = connecting.result();
      assertEquals(7, Channels.readOne(connected));
      connected.abort();
      accepted.abort();
    }
  }

  /** CH-1.6, 1.7, 15.8: a client that says nothing holds up its own set-up only. */
  @Test
  void establish_afterTheClientLeft_isAResetAndAborts() throws Exception {
    try (TransportListener listener = listen()) {
      Caller.Call<TransportChannel> connecting =
          Caller.PLATFORM.start(() -> connect(",connect-timeout=10m")).untilBlocked();
      TransportChannel accepted = listener.accept().orElseThrow();
      connecting.thread().interrupt();
      assertInstanceOf(ClosedByInterruptException.class, connecting.failureWithinOneSecond());
      Channels.failure(Kind.RESET, accepted::establish);
      assertFalse(accepted.isOpen());
      assertThrows(ClosedChannelException.class, accepted::establish);
    }
    assertEquals(List.of(), Channels.files(base));
  }

  /** CH-15.5. */
  @Test
  void connect_toOneWhoNeverAnswers_isUnreachableInTime() throws Exception {
    try (TransportListener _ = listen()) {
      TransportException failure =
          Channels.failure(Kind.UNREACHABLE, () -> connect(",connect-timeout=200ms"));
      assertTrue(Channels.text(failure).contains("within 200 ms"), Channels.text(failure));
      assertTrue(Channels.text(failure).contains("connect-timeout="), Channels.text(failure));
    }
    assertEquals(List.of(), Channels.files(base));
  }

  /** CH-15.4. */
  @ParameterizedTest
  @EnumSource
  void connect_endsOnInterrupt_andLeavesNothing(Caller caller) throws Exception {
    try (TransportListener listener = listen()) {
      List<String> before = Channels.files(base);
      Caller.Call<TransportChannel> connecting =
          caller.start(() -> connect(",connect-timeout=10m")).untilBlocked();
      connecting.thread().interrupt();
      assertInstanceOf(ClosedByInterruptException.class, connecting.failureWithinOneSecond());
      assertEquals(before, Channels.files(base));
      listener.accept().orElseThrow().abort();
    }
  }

  @ParameterizedTest
  @EnumSource
  void interruptedThread_cannotConnect(Caller caller) throws Exception {
    try (TransportListener _ = listen()) {
      Caller.Call<TransportChannel> connecting =
          caller.start(
              () -> {
                Thread.currentThread().interrupt();
                return connect("");
              });
      assertInstanceOf(ClosedByInterruptException.class, connecting.failureWithinOneSecond());
    }
    assertEquals(List.of(), Channels.files(base));
  }

  /** CH-15.9: closing before the set-up tells the client at once. */
  @Test
  void closeBeforeEstablish_isUnreachableForTheClient() throws Exception {
    try (TransportListener listener = listen()) {
      Caller.Call<TransportChannel> connecting =
          Caller.PLATFORM.start(() -> connect(",connect-timeout=10m")).untilBlocked();
      listener.accept().orElseThrow().close();
      Channels.failure(Kind.UNREACHABLE, connecting::resultWithinOneSecond);
    }
    assertEquals(List.of(), Channels.files(base));
  }

  /** CH-8.3: the accepting side waits for a client that has stopped within its set-up. */
  @ParameterizedTest
  @EnumSource
  void establish_endsOnAbortCloseAndInterrupt(Caller caller) throws Exception {
    try (TransportListener listener = listen()) {
      for (int i = 0; i < 3; i++) {
        try (SilentClient _ = SilentClient.connect(base)) {
          TransportChannel accepted = listener.accept().orElseThrow();
          Caller.Call<Boolean> establishing =
              caller
                  .start(
                      () -> {
                        accepted.establish();
                        return true;
                      })
                  .untilBlocked();
          if (i == 0) {
            accepted.abort();
          } else if (i == 1) {
            accepted.close();
          } else {
            establishing.thread().interrupt();
          }
          Throwable failure = establishing.failureWithinOneSecond();
          assertInstanceOf(AsynchronousCloseException.class, failure);
          assertEquals(i == 2, failure instanceof ClosedByInterruptException);
          assertFalse(accepted.isOpen());
        }
      }
    }
    assertEquals(List.of(), Channels.files(base));
  }

  /** CH-6.1: it does not wait for the client either, and is in force once that goes on. */
  @Test
  void shutdown_duringTheSetUp_returnsAtOnce() throws Exception {
    try (TransportListener listener = listen();
        SilentClient _ = SilentClient.connect(base)) {
      TransportChannel accepted = listener.accept().orElseThrow();
      Caller.Call<Integer> reader =
          Caller.PLATFORM.start(() -> Channels.readOne(accepted)).untilBlocked();
      Caller.Call<Boolean> stopper =
          Caller.PLATFORM.start(
              () -> {
                accepted.shutdown(Direction.BOTH);
                return true;
              });
      assertTrue(stopper.resultWithinOneSecond());
      accepted.abort();
      assertInstanceOf(ClosedChannelException.class, reader.failureWithinOneSecond());
    }
  }

  /** CH-6.2, 6.4: what was stopped before the set-up is stopped after it. */
  @Test
  void shutdown_beforeTheSetUp_isInForceAfterIt() throws Exception {
    try (TransportListener listener = listen()) {
      Caller.Call<TransportChannel> connecting = Caller.VIRTUAL.start(() -> connect(""));
      TransportChannel accepted = listener.accept().orElseThrow();
      accepted.shutdown(Direction.WRITE);
      accepted.establish();
      TransportChannel connected = connecting.result();
      assertEquals(-1, Channels.readOne(connected));
      Channels.writeFully(connected, Channels.one(7));
      assertEquals(7, Channels.readOne(accepted));
      connected.abort();
      accepted.abort();
    }
  }

  /** CH-15.8, 15.9. */
  @ParameterizedTest
  @EnumSource
  void close_freesABlockedAccept(Caller caller) throws Exception {
    TransportListener listener = listen();
    Caller.Call<Optional<TransportChannel>> accepting =
        caller.start(listener::accept).untilBlocked();
    listener.close();
    assertEquals(Optional.empty(), accepting.resultWithinOneSecond());
    assertEquals(Optional.empty(), listener.accept());
    listener.close();
    Channels.failure(Kind.UNREACHABLE, () -> connect(""));
    assertEquals(List.of(), Channels.files(base));
  }

  /** CH-15.10. */
  @ParameterizedTest
  @EnumSource
  void interrupt_closesTheListener(Caller caller) throws Exception {
    try (TransportListener listener = listen()) {
      Caller.Call<Optional<TransportChannel>> accepting =
          caller.start(listener::accept).untilBlocked();
      accepting.thread().interrupt();
      assertInstanceOf(ClosedByInterruptException.class, accepting.failureWithinOneSecond());
      assertEquals(Optional.empty(), listener.accept());
      assertEquals(List.of(), Channels.files(base));
    }
  }

  /** CH-15.9. */
  @Test
  void close_leavesAcceptedChannelsOpen() throws Exception {
    try (Channels.Pair pair = Channels.pair(base)) {
      assertEquals(List.of(), Channels.files(base));
      Channels.writeFully(pair.connected(), Channels.one(7));
      assertEquals(7, Channels.readOne(pair.accepted()));
    }
  }

  /** CH-1.2, and scenario S40, of which -Dsluice.connections=1000 does all. */
  @Test
  void manyConnections_leaveNothing() throws Exception {
    int count = Integer.getInteger("sluice.connections", 200);
    try (TransportListener listener = listen()) {
      List<String> files = Channels.files(base);
      for (int i = 0; i < 20; i++) {
        roundTrip(listener, i);
      }
      long descriptors = descriptorCount();
      long mappings = mappingCount();
      int threads = Thread.getAllStackTraces().size();
      for (int i = 0; i < count; i++) {
        roundTrip(listener, i);
      }
      assertEquals(files, Channels.files(base));
      assertEquals(0, mappingsOf(base));
      // The JDK's own pollers and caches may come and go; a leak would be hundreds.
      await().atMost(Duration.ofSeconds(5)).until(() -> descriptorCount() < descriptors + 20);
      assertTrue(mappingCount() < mappings + 150, "mappings: " + mappings);
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> Thread.getAllStackTraces().size() < threads + 10);
    }
    assertEquals(List.of(), Channels.files(base));
  }

  private static void roundTrip(TransportListener listener, int round) throws Exception {
    Channels.Pair pair = Channels.pair(listener);
    TransportChannel connected = pair.connected();
    TransportChannel accepted = pair.accepted();
    Channels.writeFully(connected, Channels.one(7));
    assertEquals(7, Channels.readOne(accepted));
    if (round % 8 == 0) {
      accepted.allocate(1 << 16);
      connected.remote(accepted.allocate(1 << 16).key());
    }
    if (round % 4 < 2) {
      connected.abort();
      accepted.abort();
    } else if (round % 4 == 2) {
      accepted.shutdown(Direction.WRITE);
      Caller.Call<Long> reader = Caller.VIRTUAL.start(() -> Channels.drain(accepted));
      connected.close();
      assertEquals(0, reader.result());
      accepted.close();
    } else {
      accepted.close();
      assertEquals(-1, Channels.readOne(connected));
      connected.close();
    }
  }

  private static long descriptorCount() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count();
    }
  }

  private static long mappingCount() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.count();
    }
  }

  private static long mappingsOf(Path folder) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains(folder.toString())).count();
    }
  }

  /** CH-15.4. */
  @Test
  void failedCalls_leaveNothing() throws Exception {
    try (TransportListener _ = listen()) {
      refused();
      long before = descriptorCount();
      for (int i = 0; i < 100; i++) {
        refused();
      }
      await().atMost(Duration.ofSeconds(5)).until(() -> descriptorCount() < before + 20);
      assertEquals(List.of("a.sock"), Channels.files(base));
    }
  }

  private void refused() {
    Channels.failure(Kind.UNREACHABLE, this::listen);
    Channels.failure(Kind.UNREACHABLE, () -> Channels.connect("rdma-sim:nobody,dir=" + base));
  }
}
