package dev.sluice.transport.socket;

import dev.sluice.api.ByteCounts;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.TransportContext;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/** The options of both schemes, and their effect on a socket. */
final class SocketOptions {
  static final Option<Duration> CONNECT_TIMEOUT =
      Option.duration(
              "connect-timeout",
              "10s",
              "How long connecting may take, the look-up of the name included.")
          .whenConnecting();

  static final Option<Duration> LINGER =
      Option.duration(
          "linger",
          "30s",
          "How long the orderly end waits for the peer to read everything and to end its side;"
              + " then it fails.");

  /** What Linux allows by default: whoever finds the queue full is dropped, not told to wait. */
  private static final int MOST_OF_LINUX = 4096;

  static final Option<Integer> BACKLOG =
      Option.number(
              "backlog",
              1,
              65_535,
              MOST_OF_LINUX,
              "How many connections the kernel keeps waiting to be accepted; it may allow fewer"
                  + " (net.core.somaxconn).")
          .whenListening();

  static final Option<Boolean> IPV4 =
      Option.flag(
          "ipv4", true, "off: never use IPv4; on, without ipv6=on: use nothing else, as in QEMU.");

  static final Option<Boolean> IPV6 =
      Option.flag(
          "ipv6",
          true,
          "off: never use IPv6; on, without ipv4=on: use nothing else, as in QEMU. A listener on"
              + " all addresses then still takes IPv4 connections, because the JDK cannot refuse"
              + " them, and resets them at once.");

  static final Option<Boolean> NODELAY =
      Option.flag("nodelay", true, "Send small writes at once instead of collecting them.");

  static final Option<Boolean> KEEP_ALIVE =
      Option.flag(
          "keep-alive",
          true,
          "Ask an idle peer for a sign of life: after 60 s, then every 15 s; after 4 without an"
              + " answer the connection fails.");

  static final Option<Integer> KEEP_ALIVE_IDLE =
      Option.number(
          "keep-alive-idle", 1, 32_767, 60, "Seconds of silence before the first is asked for.");

  static final Option<Integer> KEEP_ALIVE_INTERVAL =
      Option.number("keep-alive-interval", 1, 32_767, 15, "Seconds between one and the next.");

  static final Option<Integer> KEEP_ALIVE_COUNT =
      Option.number(
          "keep-alive-count",
          1,
          127,
          4,
          "How many may stay without an answer, one after the other.");

  static final Option<Boolean> PLAINTEXT =
      Option.flag(
          "plaintext",
          false,
          "on: allow a connection with another host without tls=on. Everybody between can then read"
              + " and change what passes, such as all memory of a guest.");

  static final Option<Integer> SEND_BUFFER = buffer("send-buffer", "net.core.wmem_max");

  static final Option<Integer> RECEIVE_BUFFER = buffer("receive-buffer", "net.core.rmem_max");

  static final Option<Set<PosixFilePermission>> MODE =
      Option.octalMode("mode", "0600", "Who may connect: the permissions of the socket file.")
          .whenListening();

  private SocketOptions() {}

  private static Option<Integer> buffer(String key, String kernelLimit) {
    return Option.of(
        key,
        "bytes",
        "0",
        SocketOptions::parseBuffer,
        "Size of the kernel's buffer, up to " + kernelLimit + "; 0 leaves it to the kernel.");
  }

  private static Integer parseBuffer(String text) {
    long byteCount = ByteCounts.parse(text);
    if (byteCount > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("'" + text + "' is not less than 2GiB");
    }
    return (int) byteCount;
  }

  static Duration linger(TransportAddress address, TransportContext context)
      throws TransportException {
    return LINGER.given(address).orElse(context.linger());
  }

  static Duration connectTimeout(TransportAddress address, TransportContext context)
      throws TransportException {
    return CONNECT_TIMEOUT.given(address).orElse(context.connectTimeout());
  }

  /**
   * Sets the sizes of the kernel's buffers. Before connecting or listening, because TCP agrees on
   * the scale of its window then.
   */
  static void applyReceiveBuffer(NetworkChannel socket, TransportAddress address)
      throws IOException {
    int receiveByteCount = RECEIVE_BUFFER.in(address);
    if (receiveByteCount > 0) {
      socket.setOption(StandardSocketOptions.SO_RCVBUF, receiveByteCount);
    }
  }

  static void applySendBuffer(SocketChannel socket, TransportAddress address) throws IOException {
    int sendByteCount = SEND_BUFFER.in(address);
    if (sendByteCount > 0) {
      socket.setOption(StandardSocketOptions.SO_SNDBUF, sendByteCount);
    }
  }

  static void applyTcp(SocketChannel socket, TransportAddress address) throws IOException {
    applySendBuffer(socket, address);
    socket.setOption(StandardSocketOptions.TCP_NODELAY, NODELAY.in(address));
    if (KEEP_ALIVE.in(address)) {
      socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_IDLE.in(address));
      socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_INTERVAL.in(address));
      socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_COUNT.in(address));
      socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }
  }
}
