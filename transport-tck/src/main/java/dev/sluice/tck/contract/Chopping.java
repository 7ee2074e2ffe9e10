package dev.sluice.tck.contract;

import dev.sluice.api.TransportChannel;
import dev.sluice.tck.conformance.Run;
import dev.sluice.tck.fault.FaultPolicy;
import dev.sluice.tck.fault.FaultyChannel;
import dev.sluice.tck.fault.OneByteChannel;

/** How a stream is cut into transfers. */
public enum Chopping {
  /** As large as the buffers. */
  WHOLE(16 << 20) {
    @Override
    TransportChannel of(TransportChannel channel, Run run) {
      return channel;
    }
  },

  /** One byte at a time. */
  ONE_BYTE(20_000) {
    @Override
    TransportChannel of(TransportChannel channel, Run run) {
      return new OneByteChannel(channel);
    }
  },

  /** Random sizes, many of them small. */
  RANDOM(2 << 20) {
    @Override
    TransportChannel of(TransportChannel channel, Run run) {
      return new FaultyChannel(channel, FaultPolicy.randomSizes(run.seed()));
    }
  };

  private final long byteCount;

  Chopping(long byteCount) {
    this.byteCount = byteCount;
  }

  /** Returns how many bytes are passed so, in a time that can be waited for. */
  long byteCount() {
    return byteCount;
  }

  abstract TransportChannel of(TransportChannel channel, Run run);
}
