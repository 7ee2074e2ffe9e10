package dev.sluice.tck.fault;

import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportChannel;

/** What a call asks of a channel. */
public enum Operation {
  /** {@link TransportChannel#establish}. */
  ESTABLISH,
  /** {@link TransportChannel#read(java.nio.ByteBuffer)} and its scattering forms. */
  READ,
  /** {@link TransportChannel#write(java.nio.ByteBuffer)} and its gathering forms. */
  WRITE,
  /** {@link TransportChannel#readAt}. */
  READ_AT,
  /** {@link TransportChannel#writeAt}. */
  WRITE_AT,
  /** {@link TransportChannel#position()}. */
  POSITION,
  /** {@link TransportChannel#position(long)}. */
  SEEK,
  /** {@link TransportChannel#size}. */
  SIZE,
  /** {@link TransportChannel#shutdown}. */
  SHUTDOWN,
  /** {@link TransportChannel#configureBlocking}. */
  CONFIGURE_BLOCKING,
  /** {@link TransportChannel#awaitReadable}. */
  AWAIT_READABLE,
  /** {@link TransportChannel#awaitWritable}. */
  AWAIT_WRITABLE,
  /** {@link TransportChannel#allocate}. */
  ALLOCATE,
  /** {@link TransportChannel#remote}. */
  REMOTE,
  /** {@link RemoteMemory#write} of a memory that {@link TransportChannel#remote} gave. */
  REMOTE_WRITE,
  /** {@link TransportChannel#close}. */
  CLOSE,
  /** {@link TransportChannel#abort}; it cannot fail, so no policy is asked about it. */
  ABORT;

  /** Returns whether it moves bytes through buffers, and may move fewer than it was asked for. */
  public boolean isTransfer() {
    return this == READ || this == WRITE || this == READ_AT || this == WRITE_AT;
  }
}
