package dev.sluice.example.ucx;

import dev.sluice.api.RegisteredMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openucx.jucx.ucp.UcpMemory;

/**
 * Memory that UCX allocated, where it can be mapped by the peer.
 *
 * <p>The user's view of it ends with {@link #close}; the memory itself lives until the peer has
 * said that it writes there no more, or until UCX is gone: where there is no RDMA hardware, UCX
 * carries a put as a message and stores it at its address, whatever is there by then.
 */
final class OwnMemory implements RegisteredMemory {
  private final long number;
  private final UcpMemory memory;
  private final Connection connection;
  private final ByteBuffer key;
  private final Arena view = Arena.ofShared();
  private final MemorySegment segment;
  private final AtomicBoolean closed = new AtomicBoolean();

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

  /** Makes the segment inaccessible; returns whether it was accessible. */
  boolean hide() {
    boolean first = closed.compareAndSet(false, true);
    if (first) {
      view.close();
    }
    return first;
  }

  @Override
  public void close() {
    if (hide()) {
      connection.withdraw(this);
    }
  }
}
