package dev.sluice.tck.fault;

import dev.sluice.api.RemoteMemory;
import dev.sluice.api.TransportChannel;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A channel that claims what channels in memory do not have, and notes what it is asked. */
final class RemoteMemoryChannel extends ForwardingChannel {
  private final List<Long> offsets = new ArrayList<>();

  RemoteMemoryChannel(TransportChannel delegate) {
    super(delegate);
  }

  List<Long> offsets() {
    return offsets;
  }

  MemorySegment source() {
    return MemorySegment.ofArray(new byte[4]);
  }

  @Override
  public Optional<Channel> nioChannel() {
    return Optional.of(this);
  }

  @Override
  public RemoteMemory remote(ByteBuffer key) {
    return new RemoteMemory() {
      @Override
      public long byteCount() {
        return 4096;
      }

      @Override
      public void write(long offset, MemorySegment source, long from, long byteCount) {
        offsets.add(offset);
      }
    };
  }
}
