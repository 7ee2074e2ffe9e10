package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.stream.StreamOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The options of {@code rdma-sim} addresses. */
public final class SharedMemoryOptions {
  /** Where the two sides meet. */
  public static final Option<Path> DIR =
      Option.of(
          "dir",
          "folder",
          MeetingFolder.DEFAULT_BASE.toString(),
          SharedMemoryOptions::folder,
          "Where the private folder is in which both sides meet, and where shared memory is made;"
              + " best a tmpfs. The same on both sides.");

  /** How much may be on its way to this side. */
  public static final Option<Long> WINDOW =
      Option.byteCount(
          "window",
          "2MiB",
          "How much may be on its way to this side, 64KiB to 4GiB: that much shared memory, filled"
              + " when the connection is set up. With link= at least two bandwidth-delay"
              + " products.");

  /** Which link's rate to keep to. */
  public static final Option<Optional<LinkProfile>> LINK =
      Option.of(
          "link",
          "preset",
          "none",
          SharedMemoryOptions::link,
          "Send no faster than a link carries payload: one of the presets, as in link=roce25-rack."
              + " Its delay and its losses are not there: 'sluice simulate' has them.");

  /** How long connecting may take. */
  public static final Option<Duration> CONNECT_TIMEOUT =
      Option.duration(
              "connect-timeout",
              "10s",
              "How long connecting may take, until the other side has accepted.")
          .whenConnecting();

  /** How long the orderly end waits. */
  public static final Option<Duration> LINGER =
      Option.duration(
          "linger",
          "30s",
          "How long the orderly end waits for the peer to read everything; then it fails.");

  /** How many wait to be accepted. */
  public static final Option<Integer> BACKLOG =
      Option.number(
              "backlog",
              1,
              65_535,
              MeetingListener.BACKLOG,
              "How many connections the kernel keeps waiting to be accepted; it may allow fewer"
                  + " (net.core.somaxconn).")
          .whenListening();

  private static final String NO_LINK = "none";
  private static final long LEAST_WINDOW_BYTES = StreamOptions.LEAST_WINDOW_BYTES;
  private static final long GREATEST_WINDOW_BYTES = 4L << 30;

  /** Notices of messages that wait to be read; many short writes need many. */
  private static final int QUEUE = 4096;

  /** Half of what stays in a usual second-level cache. */
  private static final int CHUNK_BYTES = 128 << 10;

  private SharedMemoryOptions() {}

  private static Path folder(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("no folder is named");
    }
    return Path.of(text);
  }

  private static Optional<LinkProfile> link(String text) {
    return text.equals(NO_LINK) ? Optional.empty() : Optional.of(LinkProfile.preset(text));
  }

  static StreamOptions stream(TransportAddress address) throws TransportException {
    long window = WINDOW.in(address);
    Optional<LinkProfile> link = LINK.in(address);
    if (link.isPresent() && WINDOW.given(address).isEmpty()) {
      window = Math.max(window, StreamOptions.windowFor(link.get().bandwidthDelayProductBytes()));
    }
    if (window < LEAST_WINDOW_BYTES || window > GREATEST_WINDOW_BYTES) {
      throw new TransportException(
          TransportException.Kind.ADDRESS,
          "window " + window + " of '" + address + "' is not in 64KiB to 4GiB",
          "a window of a few MiB is enough within one machine",
          null);
    }
    return new StreamOptions(window, QUEUE, QUEUE, CHUNK_BYTES);
  }

  /** Returns the payload that may be sent in a second. */
  static double bytesPerSecond(TransportAddress address) throws TransportException {
    Optional<LinkProfile> link = LINK.in(address);
    return link.isEmpty() || link.get().bitsPerSecond() == 0
        ? Double.POSITIVE_INFINITY
        : link.get().bitsPerSecond() / 8.0 * link.get().payloadEfficiency();
  }

  static Duration linger(TransportAddress address, TransportContext context)
      throws TransportException {
    return LINGER.given(address).orElse(context.linger());
  }

  static Duration connectTimeout(TransportAddress address, TransportContext context)
      throws TransportException {
    return CONNECT_TIMEOUT.given(address).orElse(context.connectTimeout());
  }
}
