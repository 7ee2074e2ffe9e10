package dev.sluice.tck.fault;

import dev.sluice.api.Direction;
import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Brings all that a caller can do to a channel to two methods: one for transfers, one for calls.
 */
abstract class InterceptingChannel extends ForwardingChannel {
  /** What a call does at the channel behind. */
  @FunctionalInterface
  interface Body<T> {
    T run() throws IOException;
  }

  @FunctionalInterface
  private interface Procedure {
    void run() throws IOException;
  }

  InterceptingChannel(TransportChannel delegate) {
    super(delegate);
  }

  /** The body moves bytes between the channel and what has room in the buffers when it runs. */
  abstract long transfer(
      Operation operation,
      String details,
      ByteBuffer[] buffers,
      int offset,
      int length,
      Body<Long> body)
      throws IOException;

  abstract <T> T call(Operation operation, String details, long byteCount, Body<T> body)
      throws IOException;

  private void call(Operation operation, String details, Procedure body) throws IOException {
    call(
        operation,
        details,
        0,
        () -> {
          body.run();
          return 0L;
        });
  }

  @Override
  public final void establish() throws IOException {
    call(Operation.ESTABLISH, "", () -> delegate().establish());
  }

  @Override
  public final int read(ByteBuffer target) throws IOException {
    return one(Operation.READ, "", target, () -> delegate().read(target));
  }

  @Override
  public final long read(ByteBuffer[] targets) throws IOException {
    return read(targets, 0, targets.length);
  }

  @Override
  public final long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, targets.length);
    return transfer(
        Operation.READ,
        "buffers=" + length,
        targets,
        offset,
        length,
        () -> delegate().read(targets, offset, length));
  }

  @Override
  public final int write(ByteBuffer source) throws IOException {
    return one(Operation.WRITE, "", source, () -> delegate().write(source));
  }

  @Override
  public final long write(ByteBuffer[] sources) throws IOException {
    return write(sources, 0, sources.length);
  }

  @Override
  public final long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    return transfer(
        Operation.WRITE,
        "buffers=" + length,
        sources,
        offset,
        length,
        () -> delegate().write(sources, offset, length));
  }

  @Override
  public final int readAt(ByteBuffer target, long position) throws IOException {
    return one(Operation.READ_AT, at(position), target, () -> delegate().readAt(target, position));
  }

  @Override
  public final int writeAt(ByteBuffer source, long position) throws IOException {
    return one(
        Operation.WRITE_AT, at(position), source, () -> delegate().writeAt(source, position));
  }

  private int one(Operation operation, String details, ByteBuffer buffer, Body<Integer> body)
      throws IOException {
    ByteBuffer[] buffers = {buffer};
    return (int) transfer(operation, details, buffers, 0, 1, () -> (long) body.run());
  }

  @Override
  public final void shutdown(Direction direction) throws IOException {
    call(Operation.SHUTDOWN, direction.name(), () -> delegate().shutdown(direction));
  }

  @Override
  public final long position() throws IOException {
    return call(Operation.POSITION, "", 0, () -> delegate().position());
  }

  @Override
  public final void position(long position) throws IOException {
    call(Operation.SEEK, at(position), () -> delegate().position(position));
  }

  @Override
  public final long size() throws IOException {
    return call(Operation.SIZE, "", 0, () -> delegate().size());
  }

  @Override
  public final void configureBlocking(boolean blocking) throws IOException {
    String details = blocking ? "blocking" : "non-blocking";
    call(Operation.CONFIGURE_BLOCKING, details, () -> delegate().configureBlocking(blocking));
  }

  @Override
  public final boolean awaitReadable(Duration atMost) throws IOException {
    return call(
        Operation.AWAIT_READABLE, atMost.toString(), 0, () -> delegate().awaitReadable(atMost));
  }

  @Override
  public final boolean awaitWritable(Duration atMost) throws IOException {
    return call(
        Operation.AWAIT_WRITABLE, atMost.toString(), 0, () -> delegate().awaitWritable(atMost));
  }

  @Override
  public final RegisteredMemory allocate(long byteCount) throws IOException {
    return call(Operation.ALLOCATE, "", byteCount, () -> delegate().allocate(byteCount));
  }

  @Override
  public final RemoteMemory remote(ByteBuffer key) throws IOException {
    return new InterceptedMemory(call(Operation.REMOTE, "", 0, () -> delegate().remote(key)));
  }

  @Override
  public void close() throws IOException {
    call(Operation.CLOSE, "", () -> delegate().close());
  }

  /** A kernel copy would go round the interception. */
  @Override
  public final Optional<Channel> nioChannel() {
    return Optional.empty();
  }

  private static String at(long position) {
    return "position=" + position;
  }

  private final class InterceptedMemory implements RemoteMemory {
    private final RemoteMemory memory;

    InterceptedMemory(RemoteMemory memory) {
      this.memory = memory;
    }

    @Override
    public long byteCount() {
      return memory.byteCount();
    }

    @Override
    public void write(long offset, MemorySegment source, long from, long byteCount)
        throws IOException {
      call(
          Operation.REMOTE_WRITE,
          "offset=" + offset,
          byteCount,
          () -> {
            memory.write(offset, source, from, byteCount);
            return byteCount;
          });
    }
  }
}
