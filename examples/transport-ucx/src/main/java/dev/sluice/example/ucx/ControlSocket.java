package dev.sluice.example.ucx;

import dev.sluice.example.ucx.ControlMessage.Type;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The TCP connection beside UCX: it brings the two together, carries {@link ControlMessage}s, and
 * its end tells at once that the peer's process is gone, over any fabric.
 *
 * <p>One thread sends and one receives.
 */
final class ControlSocket {
  private final SocketChannel socket;
  private final InputStream input;

  ControlSocket(SocketChannel socket) throws IOException {
    this.socket = socket;
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    input = socket.socket().getInputStream();
  }

  /** Sends this side's hello and returns the peer's. Neither waits for the other. */
  Hello exchange(Hello own, Duration timeout) throws IOException {
    write(own.encoded());
    long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
    ByteBuffer head = ByteBuffer.wrap(read(Hello.HEAD_BYTE_COUNT, deadline));
    return Hello.decoded(head, read(Hello.addressByteCount(head), deadline));
  }

  private byte[] read(int byteCount, long deadline) throws IOException {
    byte[] bytes = new byte[byteCount];
    int there = 0;
    while (there < byteCount) {
      long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) {
        throw new SocketTimeoutException("no answer in time");
      }
      socket.socket().setSoTimeout((int) Math.min(leftMillis, Integer.MAX_VALUE));
      int count = input.read(bytes, there, byteCount - there);
      if (count < 0) {
        throw new EOFException("the peer ended the connection before its hello");
      }
      there += count;
    }
    return bytes;
  }

  void send(ControlMessage message) throws IOException {
    write(
        ByteBuffer.allocate(ControlMessage.BYTE_COUNT)
            .put((byte) message.type().ordinal())
            .putLong(message.value())
            .flip());
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  /**
   * Returns the next message; empty at the end.
   *
   * @throws SocketTimeoutException if none began within the time
   */
  Optional<ControlMessage> receive(int timeoutMillis) throws IOException {
    socket.socket().setSoTimeout(timeoutMillis);
    int type = input.read();
    if (type < 0) {
      return Optional.empty();
    }
    if (type >= Type.values().length) {
      throw new ProtocolException("the peer sent a message of unknown type " + type);
    }
    try {
      long value = new DataInputStream(input).readLong();
      return Optional.of(new ControlMessage(Type.values()[type], value));
    } catch (SocketTimeoutException halfAMessage) {
      throw new ProtocolException("the peer stopped in the middle of a message");
    }
  }

  /** Ends the output; what was sent arrives. */
  void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  void close() throws IOException {
    socket.close();
  }

  /** Ends the connection in a way that the peer cannot take for a good end. */
  void reset() {
    try {
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException alreadyEnded) {
      // Then there is nothing to tell.
    }
    try {
      socket.close();
    } catch (IOException alreadyBroken) {
      // The descriptor is free all the same.
    }
  }
}
