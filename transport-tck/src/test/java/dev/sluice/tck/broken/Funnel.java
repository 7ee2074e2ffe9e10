package dev.sluice.tck.broken;

import dev.sluice.api.TransportChannel;
import dev.sluice.tck.fault.ForwardingChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Brings the six forms of reading and writing to two. */
class Funnel extends ForwardingChannel {
  Funnel(TransportChannel sound) {
    super(sound);
  }

  long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
    return delegate().read(targets, offset, length);
  }

  long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
    return delegate().write(sources, offset, length);
  }

  @Override
  public final int read(ByteBuffer target) throws IOException {
    return (int) readInto(new ByteBuffer[] {target}, 0, 1);
  }

  @Override
  public final long read(ByteBuffer[] targets) throws IOException {
    return readInto(targets, 0, targets.length);
  }

  @Override
  public final long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    return readInto(targets, offset, length);
  }

  @Override
  public final int write(ByteBuffer source) throws IOException {
    return (int) writeFrom(new ByteBuffer[] {source}, 0, 1);
  }

  @Override
  public final long write(ByteBuffer[] sources) throws IOException {
    return writeFrom(sources, 0, sources.length);
  }

  @Override
  public final long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    return writeFrom(sources, offset, length);
  }
}
