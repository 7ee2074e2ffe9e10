package dev.sluice.transport.socket;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(20)
class ListenerTest {
  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void accept_givesOneChannelAfterAnother(String listenAt) throws Exception {
    try (TransportListener listener = Sockets.listen(listenAt)) {
      for (int i = 0; i < 3; i++) {
        TransportChannel connected = Sockets.connect(listener.address());
        TransportChannel accepted = listener.accept().orElseThrow();
        Sockets.writeFully(connected, Sockets.one(i));
        assertEquals(i, Sockets.readOne(accepted));
        connected.abort();
        accepted.abort();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void accept_doesNotWaitForTheClientToSay(String listenAt) throws Exception {
    try (TransportListener listener = Sockets.listen(listenAt)) {
      TransportChannel silent = Sockets.connect(listener.address());
      Caller.Call<Optional<TransportChannel>> accepting = Caller.PLATFORM.start(listener::accept);
      TransportChannel accepted = accepting.resultWithinOneSecond().orElseThrow();
      accepted.establish();
      accepted.abort();
      silent.abort();
    }
  }

  @Test
  void accept_ofAConnectionThatThePeerHasReset_givesAChannelThatTells() throws Exception {
    try (TransportListener listener = Sockets.listen("tcp:127.0.0.1:0")) {
      Sockets.connect(listener.address()).abort();
      TransportChannel accepted = listener.accept().orElseThrow();
      Sockets.failure(Kind.RESET, () -> Sockets.readOne(accepted));
      accepted.abort();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.ThreadsTest#everywhereByEveryone")
  void close_freesABlockedAccept(String listenAt, Caller caller) throws Exception {
    TransportListener listener = Sockets.listen(listenAt);
    Caller.Call<Optional<TransportChannel>> accepting =
        caller.start(listener::accept).untilBlocked();
    listener.close();
    assertEquals(Optional.empty(), accepting.resultWithinOneSecond());
    assertEquals(Optional.empty(), listener.accept());
    listener.close();
    Sockets.failure(Kind.UNREACHABLE, () -> Sockets.connect(listener.address()));
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.ThreadsTest#everywhereByEveryone")
  void interrupt_closesTheListener(String listenAt, Caller caller) throws Exception {
    try (TransportListener listener = Sockets.listen(listenAt)) {
      Caller.Call<Optional<TransportChannel>> accepting =
          caller.start(listener::accept).untilBlocked();
      accepting.thread().interrupt();
      assertInstanceOf(ClosedByInterruptException.class, accepting.failureWithinOneSecond());
      assertEquals(Optional.empty(), listener.accept());
      assertFalse(Files.exists(Path.of(listener.address().target())));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void close_leavesAcceptedChannelsOpen(String listenAt) throws Exception {
    try (Sockets.Pair pair = Sockets.pair(listenAt)) {
      Sockets.writeFully(pair.connected(), Sockets.one(7));
      assertEquals(7, Sockets.readOne(pair.accepted()));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void thousandConnections_leaveNoDescriptor(String listenAt) throws Exception {
    try (TransportListener listener = Sockets.listen(listenAt)) {
      roundTrip(listener, 0);
      long before = descriptorCount();
      for (int i = 0; i < 1_000; i++) {
        roundTrip(listener, i);
      }
      // The JDK's own pollers and caches may come and go; a leak would be a thousand.
      await().atMost(Duration.ofSeconds(5)).until(() -> descriptorCount() < before + 20);
    }
  }

  private static void roundTrip(TransportListener listener, int round) throws IOException {
    TransportChannel connected = Sockets.connect(listener.address());
    TransportChannel accepted = listener.accept().orElseThrow();
    if (round % 2 == 0) {
      connected.configureBlocking(false);
      assertTrue(connected.awaitWritable(Duration.ofSeconds(1)));
    }
    if (round % 4 < 2) {
      connected.abort();
      accepted.abort();
    } else {
      accepted.shutdown(Direction.WRITE);
      connected.close();
      accepted.close();
    }
  }

  private static long descriptorCount() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.transport.socket.Sockets#everywhere")
  void failedCalls_leaveNoDescriptor(String listenAt) throws Exception {
    try (TransportListener listener = Sockets.listen(listenAt)) {
      String taken = listener.address().toString();
      String nobody = listenAt.startsWith("unix") ? taken + "-absent" : "tcp:127.0.0.1:1";
      refused(taken, nobody);
      long before = descriptorCount();
      for (int i = 0; i < 100; i++) {
        refused(taken, nobody);
      }
      await().atMost(Duration.ofSeconds(5)).until(() -> descriptorCount() < before + 20);
    }
  }

  private static void refused(String taken, String nobody) {
    Sockets.failure(Kind.UNREACHABLE, () -> Sockets.listen(taken));
    Sockets.failure(Kind.UNREACHABLE, () -> Sockets.connect(nobody));
  }
}
