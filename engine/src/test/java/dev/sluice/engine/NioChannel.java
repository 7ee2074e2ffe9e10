package dev.sluice.engine;

import dev.sluice.api.ChannelFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import java.util.Set;

/** A transport's channel over a JDK channel, which counts the transfers that go through it. */
final class NioChannel extends FakeChannel {
  private final Channel nio;
  private final boolean shown;
  private int transfers;

  private NioChannel(Channel nio, boolean shown, Set<ChannelFeature> features) {
    super(features.toArray(ChannelFeature[]::new));
    this.nio = nio;
    this.shown = shown;
  }

  static NioChannel over(Channel nio) {
    return new NioChannel(nio, true, nio instanceof FileChannel ? seekable() : Set.of());
  }

  /** Its {@code nioChannel} is empty, as with TLS. */
  static NioChannel hiding(Channel nio) {
    return new NioChannel(nio, false, nio instanceof FileChannel ? seekable() : Set.of());
  }

  private static Set<ChannelFeature> seekable() {
    return Set.of(ChannelFeature.SEEKABLE);
  }

  /** Returns how many transfers went through here, and not by the kernel. */
  int transfers() {
    return transfers;
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    transfers++;
    for (int i = offset; i < offset + length; i++) {
      if (targets[i].hasRemaining()) {
        return ((ReadableByteChannel) nio).read(targets[i]);
      }
    }
    return 0;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    transfers++;
    return ((GatheringByteChannel) nio).write(sources, offset, length);
  }

  @Override
  public long position() throws IOException {
    return nio instanceof FileChannel file ? file.position() : super.position();
  }

  @Override
  public void position(long position) throws IOException {
    ((FileChannel) nio).position(position);
  }

  @Override
  public long size() throws IOException {
    return ((FileChannel) nio).size();
  }

  @Override
  public void abort() {
    super.abort();
    try {
      nio.close();
    } catch (IOException never) {
      throw new AssertionError(never);
    }
  }

  @Override
  public Optional<Channel> nioChannel() {
    return shown ? Optional.of(nio) : Optional.empty();
  }
}
