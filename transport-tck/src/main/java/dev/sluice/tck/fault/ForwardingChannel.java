package dev.sluice.tck.fault;

import static java.util.Objects.requireNonNull;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Forwards every method to another channel; override those that shall do something else.
 *
 * <p>A subclass that looks at or changes the bytes must override {@link #nioChannel} to give empty,
 * else a kernel copy goes round it; and all six forms of reading and writing, since none of them
 * calls another here.
 *
 * <h2>Ownership and threading</h2>
 *
 * Those of the other channel, which is ended through this one.
 */
public class ForwardingChannel implements TransportChannel {
  private final TransportChannel delegate;

  /**
   * Creates a channel.
   *
   * @param delegate the channel to forward to
   */
  protected ForwardingChannel(TransportChannel delegate) {
    this.delegate = requireNonNull(delegate, "delegate");
  }

  /** Returns the channel that is forwarded to. */
  protected final TransportChannel delegate() {
    return delegate;
  }

  @Override
  public ChannelInfo info() {
    return delegate.info();
  }

  @Override
  public Set<ChannelFeature> features() {
    return delegate.features();
  }

  @Override
  public void establish() throws IOException {
    delegate.establish();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return delegate.read(target);
  }

  @Override
  public long read(ByteBuffer[] targets) throws IOException {
    return delegate.read(targets);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    return delegate.read(targets, offset, length);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return delegate.write(source);
  }

  @Override
  public long write(ByteBuffer[] sources) throws IOException {
    return delegate.write(sources);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    return delegate.write(sources, offset, length);
  }

  @Override
  public void shutdown(Direction direction) throws IOException {
    delegate.shutdown(direction);
  }

  @Override
  public long position() throws IOException {
    return delegate.position();
  }

  @Override
  public void position(long position) throws IOException {
    delegate.position(position);
  }

  @Override
  public long size() throws IOException {
    return delegate.size();
  }

  @Override
  public int readAt(ByteBuffer target, long position) throws IOException {
    return delegate.readAt(target, position);
  }

  @Override
  public int writeAt(ByteBuffer source, long position) throws IOException {
    return delegate.writeAt(source, position);
  }

  @Override
  public boolean isBlocking() {
    return delegate.isBlocking();
  }

  @Override
  public void configureBlocking(boolean blocking) throws IOException {
    delegate.configureBlocking(blocking);
  }

  @Override
  public boolean awaitReadable(Duration atMost) throws IOException {
    return delegate.awaitReadable(atMost);
  }

  @Override
  public boolean awaitWritable(Duration atMost) throws IOException {
    return delegate.awaitWritable(atMost);
  }

  @Override
  public RegisteredMemory allocate(long byteCount) throws IOException {
    return delegate.allocate(byteCount);
  }

  @Override
  public RemoteMemory remote(ByteBuffer key) throws IOException {
    return delegate.remote(key);
  }

  @Override
  public Optional<Channel> nioChannel() {
    return delegate.nioChannel();
  }

  @Override
  public boolean isOpen() {
    return delegate.isOpen();
  }

  @Override
  public void close() throws IOException {
    delegate.close();
  }

  @Override
  public void abort() {
    delegate.abort();
  }

  @Override
  public Optional<String> remains() {
    return delegate.remains();
  }

  @Override
  public String toString() {
    return delegate.toString();
  }
}
