package dev.sluice.api;

/**
 * What an open channel can do beyond moving bytes in its declared direction.
 *
 * <p>A feature belongs to the open channel, not to its scheme: {@code file:} gives a seekable
 * channel for a regular file and one that is not for a FIFO. Ask {@link
 * TransportChannel#features()} once the channel is open; never ask {@code instanceof}. A method of
 * an absent feature throws {@link FeatureUnsupportedException} and leaves the channel as it was.
 */
public enum ChannelFeature {
  /**
   * One or both directions can be stopped without closing: {@link TransportChannel#shutdown}.
   *
   * <p>Absent: the peer learns of the end of the output only when the channel is closed, and a
   * blocked call is ended by {@link TransportChannel#abort} alone.
   */
  SHUTDOWN,

  /**
   * Bytes have positions: {@link TransportChannel#position()}, {@link
   * TransportChannel#position(long)}, {@link TransportChannel#size}, {@link
   * TransportChannel#readAt}, {@link TransportChannel#writeAt}.
   *
   * <p>Absent: bytes come and go in stream order only.
   */
  SEEKABLE,

  /**
   * Both directions carry bytes, so a return path exists.
   *
   * <p>Absent: the channel has one direction, and the methods of the other throw {@link
   * java.nio.channels.NonReadableChannelException} or {@link
   * java.nio.channels.NonWritableChannelException}.
   */
  DUPLEX,

  /**
   * After {@link TransportChannel#abort} the peer's read fails; it never returns -1.
   *
   * <p>Absent: an abandoned stream may look complete to the peer; only the exit status of the
   * sending side tells.
   */
  RESET,

  /**
   * The peer's memory can be written in place: {@link TransportChannel#allocate}, {@link
   * TransportChannel#remote}.
   *
   * <p>Absent: memory travels as bytes of the stream.
   */
  REMOTE_MEMORY,

  /**
   * Transfers can be told to return at once: {@link TransportChannel#configureBlocking}, {@link
   * TransportChannel#awaitReadable}, {@link TransportChannel#awaitWritable}.
   *
   * <p>Absent: every transfer blocks; give it a virtual thread.
   */
  NON_BLOCKING
}
