package dev.sluice.engine;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A channel that moves nothing and keeps a log of how it was ended: {@code shutdown WRITE}, {@code
 * close}, {@code abort}. A test overrides what it needs.
 */
class FakeChannel implements TransportChannel {
  private final Set<ChannelFeature> features;
  private final List<String> endings = new CopyOnWriteArrayList<>();

  FakeChannel(ChannelFeature... features) {
    this.features = Set.of(features);
  }

  /** Returns how it was ended so far, in order. */
  final List<String> endings() {
    return List.copyOf(endings);
  }

  @Override
  public ChannelInfo info() {
    return ChannelInfo.named("fake");
  }

  @Override
  public final Set<ChannelFeature> features() {
    return features;
  }

  @Override
  public final int read(ByteBuffer target) throws IOException {
    return (int) read(new ByteBuffer[] {target}, 0, 1);
  }

  @Override
  public final long read(ByteBuffer[] targets) throws IOException {
    return read(targets, 0, targets.length);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    throw new NonReadableChannelException();
  }

  @Override
  public final int write(ByteBuffer source) throws IOException {
    return (int) write(new ByteBuffer[] {source}, 0, 1);
  }

  @Override
  public final long write(ByteBuffer[] sources) throws IOException {
    return write(sources, 0, sources.length);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    throw new NonWritableChannelException();
  }

  @Override
  public void shutdown(Direction direction) throws IOException {
    if (!features.contains(ChannelFeature.SHUTDOWN)) {
      TransportChannel.super.shutdown(direction);
    }
    endings.add("shutdown " + direction);
  }

  @Override
  public final boolean isOpen() {
    return !endings.contains("close") && !endings.contains("abort");
  }

  @Override
  public void close() throws IOException {
    if (isOpen()) {
      endings.add("close");
    }
  }

  @Override
  public void abort() {
    if (!endings.contains("abort")) {
      endings.add("abort");
    }
  }
}
