package dev.sluice.it.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.engine.ChannelInput;
import dev.sluice.engine.ChannelOutput;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Half-channels over real connections, with a return path. */
class HalfChannelPairsIT {
  /** Much more than the buffers or windows of both sides hold. */
  private static final int LARGE = 8 << 20;

  private static final String TCP4 = "tcp:127.0.0.1:0";
  private static final String TCP6 = "tcp:[::1]:0";
  private static final String UNIX = "unix:FOLDER/pair.sock";
  private static final String RDMA_SIM = "rdma-sim:pair,dir=FOLDER";

  private final TransportRegistry registry =
      TransportRegistry.load(HalfChannelPairsIT.class.getClassLoader());

  @TempDir Path folder;

  /** Both ends of one connection. */
  private record Pair(TransportChannel connected, TransportChannel accepted) {}

  @AfterEach
  void close() {
    registry.close();
  }

  private Pair open(String where) throws Exception {
    if (where.equals(TCP6)) {
      Peer.requireIpv6("HalfChannelPairsIT, one test with tcp over IPv6");
    }
    try (TransportListener listener = registry.listen(where.replace("FOLDER", folder.toString()))) {
      // With a handshake, neither side is ready before the other one takes part in it.
      Task<TransportChannel> accepting =
          Task.start(
              () -> {
                TransportChannel accepted = listener.accept().orElseThrow();
                accepted.establish();
                return accepted;
              });
      TransportChannel connected = registry.connect(listener.address().toString());
      return new Pair(connected, accepting.result());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP4, TCP6, UNIX, RDMA_SIM})
  void requestAndAnswer_overOneConnection(String where) throws Exception {
    Pair pair = open(where);
    Task<Long> server =
        Task.start(
            () -> {
              try (ChannelInput in = ChannelInput.over(pair.accepted);
                  ChannelOutput out = in.returnPath()) {
                long request = in.readLong();
                out.writeLong(request + 1);
                out.finish();
                assertTrue(in.atEnd());
                return request;
              }
            });

    try (ChannelOutput out = ChannelOutput.over(pair.connected);
        ChannelInput in = out.returnPath()) {
      out.writeLong(41);
      out.flush();
      assertEquals(42, in.readLong());
      out.finish();
      assertTrue(in.atEnd());
    }
    assertEquals(41, server.result());
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP4, TCP6, UNIX, RDMA_SIM})
  void connectedSideFinishesFirst_theOtherDirectionGoesOn(String where) throws Exception {
    Pair pair = open(where);
    byte[] answer = Bytes.random(LARGE);
    Task<byte[]> server =
        Task.start(
            () -> {
              try (ChannelInput in = ChannelInput.over(pair.accepted);
                  ChannelOutput out = in.returnPath()) {
                byte[] request = in.asInputStream().readAllBytes();
                out.write(answer);
                out.finish();
                return request;
              }
            });

    try (ChannelOutput out = ChannelOutput.over(pair.connected);
        ChannelInput in = out.returnPath()) {
      out.write(new byte[] {1, 2, 3});
      out.finish();
      assertArrayEquals(answer, in.asInputStream().readAllBytes());
    }
    assertArrayEquals(new byte[] {1, 2, 3}, server.result());
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP4, TCP6, UNIX, RDMA_SIM})
  void acceptedSideFinishesFirst_theOtherDirectionGoesOn(String where) throws Exception {
    Pair pair = open(where);
    byte[] stream = Bytes.random(LARGE);
    Task<byte[]> server =
        Task.start(
            () -> {
              try (ChannelInput in = ChannelInput.over(pair.accepted);
                  ChannelOutput out = in.returnPath()) {
                out.writeInt(7);
                out.finish();
                return in.asInputStream().readAllBytes();
              }
            });

    try (ChannelOutput out = ChannelOutput.over(pair.connected);
        ChannelInput in = out.returnPath()) {
      assertEquals(7, in.readInt());
      assertTrue(in.atEnd());
      out.write(stream);
      out.finish();
    }
    assertArrayEquals(stream, server.result());
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP4, TCP6, UNIX, RDMA_SIM})
  void bothDirectionsAtOnce_loseNothing(String where) throws Exception {
    Pair pair = open(where);
    byte[] there = Bytes.random(LARGE);
    byte[] back = Bytes.random(LARGE + 1);

    try (ChannelOutput out = ChannelOutput.over(pair.connected);
        ChannelInput in = out.returnPath();
        ChannelInput farIn = ChannelInput.over(pair.accepted);
        ChannelOutput farOut = farIn.returnPath()) {
      Task<Boolean> sending = sending(out, there);
      Task<Boolean> answering = sending(farOut, back);
      Task<byte[]> received = Task.start(() -> farIn.asInputStream().readAllBytes());
      assertArrayEquals(back, in.asInputStream().readAllBytes());
      assertArrayEquals(there, received.result());
      assertTrue(sending.result());
      assertTrue(answering.result());
    }
    assertFalse(pair.connected.isOpen());
    assertFalse(pair.accepted.isOpen());
  }

  private static Task<Boolean> sending(ChannelOutput out, byte[] bytes) {
    return Task.start(
        () -> {
          out.write(bytes);
          out.finish();
          return true;
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP4, TCP6, UNIX, RDMA_SIM})
  void unreadBytesOfThePeer_costNothing(String where) throws Exception {
    Pair pair = open(where);
    byte[] stream = Bytes.random(LARGE);
    Task<byte[]> server =
        Task.start(
            () -> {
              try (ChannelInput in = ChannelInput.over(pair.accepted);
                  ChannelOutput out = in.returnPath()) {
                out.writeInt(0xcafe);
                out.flush();
                byte[] received = in.asInputStream().readAllBytes();
                out.finish();
                return received;
              }
            });

    // Nobody reads the four bytes; a plain close would make a reset of them, and lose the stream.
    try (ChannelOutput out = ChannelOutput.over(pair.connected)) {
      out.write(stream);
      out.finish();
    }

    assertArrayEquals(stream, server.result());
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP4, TCP6, RDMA_SIM})
  void failureInATryBlock_isNoEndOfStreamForThePeer(String where) throws Exception {
    Pair pair = open(where);
    Task<String> server =
        Task.start(
            () -> {
              try (ChannelInput in = ChannelInput.over(pair.accepted)) {
                in.asInputStream().readAllBytes();
                return "the end";
              } catch (IOException failure) {
                return "a failure";
              }
            });

    assertThrows(
        IllegalStateException.class,
        () -> {
          try (ChannelOutput out = ChannelOutput.over(pair.connected)) {
            out.write(new byte[100_000]);
            throw new IllegalStateException("half-way");
          }
        });

    assertEquals("a failure", server.result());
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX})
  void socketFile_isGoneWithItsListener(String where) throws Exception {
    Pair pair = open(where);
    pair.connected.abort();
    pair.accepted.abort();

    assertFalse(Files.exists(folder.resolve("pair.sock")));
  }
}
