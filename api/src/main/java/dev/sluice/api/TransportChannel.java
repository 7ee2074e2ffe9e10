package dev.sluice.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * An open byte channel of some transport. It <em>is</em> an NIO channel, so all that works on NIO
 * channels works on it; {@code docs/spec/channel-contract.md} numbers its rules.
 *
 * <p>{@code connect} gives a channel that writes, {@code accept} one that reads; the other
 * direction needs {@link ChannelFeature#DUPLEX}.
 *
 * <h2>Ownership</h2>
 *
 * Whoever opened or accepted the channel ends it, with {@link #close} or {@link #abort}. Buffers
 * belong to the caller again when a transfer returns.
 *
 * <h2>Threading</h2>
 *
 * One thread reads and one writes at a time; a second waits. {@link #shutdown}, {@link #abort} and
 * {@link #close} may be called by any thread, virtual ones too, and threads blocked in this channel
 * wake within 1 s. An interrupt of a thread inside a transfer aborts the channel, and the thread
 * gets {@link java.nio.channels.ClosedByInterruptException}, as with {@link
 * java.nio.channels.SocketChannel}.
 *
 * <h2>Errors</h2>
 *
 * Failures are {@link TransportException} with a kind; a plain {@link IOException} counts as {@link
 * TransportException.Kind#IO}. After a failed transfer only ending the channel is of use.
 */
public interface TransportChannel extends GatheringByteChannel, ScatteringByteChannel {
  /** Returns who is at the two ends. May tell more after {@link #establish}. */
  ChannelInfo info();

  /** Returns what this channel can do: the same set for as long as it is open, unmodifiable. */
  Set<ChannelFeature> features();

  /**
   * Finishes the set-up of an accepted channel, such as a TLS hand-shake; does nothing where there
   * is nothing to finish, or it is finished. To be called once, before the first transfer, in the
   * connection's own thread. On a channel that {@code connect} gave there is nothing left to do.
   *
   * @throws IOException if the hand-shake fails; the channel is aborted
   */
  default void establish() throws IOException {}

  /**
   * Reads at least one byte, blocking until there is one.
   *
   * @return the number of bytes read; -1 at the end of the stream, and again on every later call; 0
   *     if {@code target} has no room (the channel is not touched) or in non-blocking mode
   * @throws java.nio.channels.NonReadableChannelException if this channel only writes
   * @throws java.nio.channels.ClosedChannelException if it is closed, or is closed meanwhile
   */
  @Override
  int read(ByteBuffer target) throws IOException;

  /**
   * Writes at least one byte, blocking until the channel accepts one.
   *
   * @return the number of bytes written; 0 if {@code source} is empty (the channel is not touched)
   *     or in non-blocking mode
   * @throws java.nio.channels.NonWritableChannelException if this channel only reads
   * @throws java.nio.channels.ClosedChannelException if it is closed or shut down for writing, or
   *     becomes so meanwhile
   */
  @Override
  int write(ByteBuffer source) throws IOException;

  /**
   * Stops one or both directions, at once, without closing: reads give -1 from now on, writes throw
   * {@link java.nio.channels.ClosedChannelException}, blocked threads wake. The peer reads the end
   * of the stream after all bytes written before. Stopping a stopped or absent direction does
   * nothing. Needs {@link ChannelFeature#SHUTDOWN}.
   *
   * @param direction what to stop
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException if the transport fails; the direction counts as stopped all the same
   */
  default void shutdown(Direction direction) throws IOException {
    throw new FeatureUnsupportedException(ChannelFeature.SHUTDOWN, info().name());
  }

  /**
   * Returns the position of the next transfer, in bytes from the start of the medium: a file opened
   * with an {@code offset} starts at that position, because QEMU's mapped-ram streams name
   * positions in the file. Needs {@link ChannelFeature#SEEKABLE}.
   *
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException if the transport fails
   */
  default long position() throws IOException {
    throw new FeatureUnsupportedException(ChannelFeature.SEEKABLE, info().name());
  }

  /**
   * Moves the position of the next transfer. Needs {@link ChannelFeature#SEEKABLE}.
   *
   * @param position bytes from the start; may be past the end: reads give -1 there, writes leave a
   *     gap of zeros
   * @throws IllegalArgumentException if it is negative
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException if the transport fails
   */
  default void position(long position) throws IOException {
    throw new FeatureUnsupportedException(ChannelFeature.SEEKABLE, info().name());
  }

  /**
   * Returns the present length in bytes. Needs {@link ChannelFeature#SEEKABLE}.
   *
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException if the transport fails
   */
  default long size() throws IOException {
    throw new FeatureUnsupportedException(ChannelFeature.SEEKABLE, info().name());
  }

  /**
   * Reads at a position and leaves {@link #position()} alone; like {@link #read(ByteBuffer)}
   * otherwise, short transfers included. Needs {@link ChannelFeature#SEEKABLE}.
   *
   * @param target receives the bytes
   * @param position bytes from the start
   * @return bytes read, -1 if the position is at or past the end, 0 if {@code target} has no room
   * @throws IllegalArgumentException if the position is negative
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException if the transport fails
   */
  default int readAt(ByteBuffer target, long position) throws IOException {
    throw new FeatureUnsupportedException(ChannelFeature.SEEKABLE, info().name());
  }

  /**
   * Writes at a position and leaves {@link #position()} alone; like {@link #write(ByteBuffer)}
   * otherwise, short transfers included. Needs {@link ChannelFeature#SEEKABLE}.
   *
   * @param source gives the bytes
   * @param position bytes from the start
   * @return bytes written
   * @throws IllegalArgumentException if the position is negative
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException if the transport fails
   */
  default int writeAt(ByteBuffer source, long position) throws IOException {
    throw new FeatureUnsupportedException(ChannelFeature.SEEKABLE, info().name());
  }

  /** Returns whether transfers block: true until {@link #configureBlocking} said otherwise. */
  default boolean isBlocking() {
    return true;
  }

  /**
   * Chooses whether transfers of both directions block. Needs {@link ChannelFeature#NON_BLOCKING}.
   *
   * @param blocking false: transfers that cannot move a byte return 0
   * @throws IllegalStateException if a thread is inside a transfer
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException if the transport fails
   */
  default void configureBlocking(boolean blocking) throws IOException {
    throw new FeatureUnsupportedException(ChannelFeature.NON_BLOCKING, info().name());
  }

  /**
   * Waits until a read would not return 0; in non-blocking mode only, because in the other a read
   * waits by itself. Needs {@link ChannelFeature#NON_BLOCKING}.
   *
   * @param atMost how long to wait; zero: only look
   * @return false if the time passed
   * @throws IllegalStateException in blocking mode
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException if the transport fails or the channel is closed meanwhile
   */
  default boolean awaitReadable(Duration atMost) throws IOException {
    throw new FeatureUnsupportedException(ChannelFeature.NON_BLOCKING, info().name());
  }

  /**
   * Waits until a write would not return 0; in non-blocking mode only, because in the other a write
   * waits by itself. Needs {@link ChannelFeature#NON_BLOCKING}.
   *
   * @param atMost how long to wait; zero: only look
   * @return false if the time passed
   * @throws IllegalStateException in blocking mode
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException if the transport fails or the channel is closed meanwhile
   */
  default boolean awaitWritable(Duration atMost) throws IOException {
    throw new FeatureUnsupportedException(ChannelFeature.NON_BLOCKING, info().name());
  }

  /**
   * Allocates memory that the peer may write in place. Needs {@link ChannelFeature#REMOTE_MEMORY}.
   *
   * @param byteCount its size, at least 1
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException if the transport cannot provide it
   */
  default RegisteredMemory allocate(long byteCount) throws IOException {
    throw new FeatureUnsupportedException(ChannelFeature.REMOTE_MEMORY, info().name());
  }

  /**
   * Returns the peer's memory that belongs to a key. Needs {@link ChannelFeature#REMOTE_MEMORY}.
   *
   * @param key what the peer's {@link RegisteredMemory#key} gave, brought over by the caller; its
   *     position is left alone
   * @throws FeatureUnsupportedException without the feature
   * @throws IOException if the key is not one of the peer's
   */
  default RemoteMemory remote(ByteBuffer key) throws IOException {
    throw new FeatureUnsupportedException(ChannelFeature.REMOTE_MEMORY, info().name());
  }

  /**
   * Returns the JDK channel that carries exactly these bytes, for kernel copies only; empty where
   * there is none, as with TLS. Never closed or configured by the borrower. While the borrower uses
   * it, it is inside a transfer that this channel cannot see: it must not let anyone {@link #close}
   * this one meanwhile, only {@link #abort} it.
   */
  default Optional<Channel> nioChannel() {
    return Optional.empty();
  }

  /** Returns whether neither {@link #close} nor {@link #abort} was called. */
  @Override
  boolean isOpen();

  /**
   * Ends the stream as complete: what {@code write} accepted reaches a living peer, even if the
   * peer's own bytes were never read (a file is synced and renamed, a socket ends its output and
   * waits for the peer's end). Called while a transfer is in progress it is {@link #abort}. Calling
   * it again does nothing.
   *
   * @throws java.nio.channels.AsynchronousCloseException if it was an abort because a transfer was
   *     in progress, and bytes had been written: they may be lost
   * @throws IOException if the bytes could not be delivered; the channel is aborted
   */
  @Override
  void close() throws IOException;

  /**
   * Abandons the stream: what can be undone is (a temporary file is removed), what the peer can be
   * told it is told (a reset, see {@link ChannelFeature#RESET}). Any thread, at once, never throws,
   * may be called again and after {@link #close}; a {@code close} that is still delivering is cut
   * off.
   */
  void abort();

  /**
   * Returns what an {@link #abort} leaves behind on this side, in words for a user who has to clean
   * up, such as {@code /var/vm.mig is incomplete: 4096 bytes}; empty: nothing. Exact once the
   * channel was aborted.
   */
  default Optional<String> remains() {
    return Optional.empty();
  }
}
