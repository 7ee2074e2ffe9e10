package dev.sluice.example.ucx;

import dev.sluice.api.RegisteredMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.openucx.jucx.ucp.UcpMemory;

/**
 * Memory that UCX allocated, where it can be mapped by the peer.
 *
 * <p>The user's view of it ends with {@link #close}; the memory itself lives until the peer has
 * said that it writes there no more, or until UCX is gone: where there is no RDMA hardware, UCX
 * carries a put as a message and stores it at its address, whatever is there by then.
 *
 * <p>Memory that somebody still uses is never freed: whoever touches memory that is gone takes the
 * JVM along. A buffer over the segment that is inside a transfer of NIO counts as a use.
 */
final class OwnMemory implements RegisteredMemory {
  private final long number;
  private final UcpMemory memory;
  private final Connection connection;
  private final ByteBuffer key;
  private final Arena view = Arena.ofShared();
  private final MemorySegment segment;

  // UCX has made it, and frees it only after the view was closed.
  @SuppressWarnings("restricted")
  OwnMemory(long number, UcpMemory memory, long byteCount, ByteBuffer key, Connection connection) {
    this.number = number;
    this.memory = memory;
    this.key = key;
    this.connection = connection;
    segment = MemorySegment.ofAddress(memory.getAddress()).reinterpret(byteCount, view, null);
  }

  long number() {
    return number;
  }

  UcpMemory memory() {
    return memory;
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public ByteBuffer key() {
    return key.asReadOnlyBuffer();
  }

  /**
   * Makes the segment inaccessible; returns whether it was accessible. One at a time: the scope
   * says that it is closed before the last thread has left it.
   *
   * @throws IllegalStateException if it is in use; nothing has changed then
   */
  private synchronized boolean hide() {
    if (!view.scope().isAlive()) {
      return false;
    }
    view.close();
    return true;
  }

  /** Makes the segment inaccessible unless it is in use; returns whether it is inaccessible now. */
  boolean tryHide() {
    try {
      hide();
      return true;
    } catch (IllegalStateException inUse) {
      return false;
    }
  }

  /** Returns whether the owner has closed it, or the channel. */
  synchronized boolean isClosed() {
    return !view.scope().isAlive();
  }

  @Override
  public void close() {
    boolean first;
    try {
      first = hide();
    } catch (IllegalStateException inUse) {
      throw new IllegalStateException(
          "memory number "
              + number
              + " is in use, such as by a transfer of a buffer over it: close it when that has"
              + " ended",
          inUse);
    }
    if (first) {
      connection.withdraw(this);
    }
  }
}
