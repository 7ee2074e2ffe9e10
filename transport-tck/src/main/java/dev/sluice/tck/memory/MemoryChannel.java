package dev.sluice.tck.memory;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.spi.AbstractTransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;

/** One end of a connection in memory. In one direction only, the other ring carries nothing. */
final class MemoryChannel extends AbstractTransportChannel {
  private final Ring incoming;
  private final Ring outgoing;

  MemoryChannel(
      ChannelInfo info,
      Direction direction,
      Set<ChannelFeature> features,
      Ring incoming,
      Ring outgoing) {
    super(info, direction, features);
    this.incoming = incoming;
    this.outgoing = outgoing;
  }

  @Override
  protected long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
    return incoming.read(targets, offset, length, isBlocking());
  }

  @Override
  protected long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
    return outgoing.write(sources, offset, length, isBlocking());
  }

  @Override
  protected void release(boolean completed) throws IOException {
    if (completed) {
      incoming.refuse();
      outgoing.requireDeliverable();
    } else {
      incoming.abandon();
    }
    if (completed || !features().contains(ChannelFeature.RESET)) {
      outgoing.end();
    } else {
      outgoing.reset();
    }
  }

  @Override
  protected void stop(Direction stopped) {
    if (stopped.reads()) {
      incoming.refuse();
    }
    if (stopped.writes()) {
      outgoing.end();
    }
  }

  @Override
  protected void setBlocking(boolean block) {}

  @Override
  protected boolean waitUntilReadable(Duration atMost) throws IOException {
    return incoming.awaitReadable(atMost);
  }

  @Override
  protected boolean waitUntilWritable(Duration atMost) throws IOException {
    return outgoing.awaitWritable(atMost);
  }
}
