package dev.sluice.transport.file;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.spi.AbstractTransportChannel;
import dev.sluice.api.spi.Scheme;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** {@code null:}: counts and drops what is written; there is nothing to read. */
final class NullChannel extends AbstractTransportChannel {
  static final Scheme SCHEME =
      Scheme.named("null")
          .doc(
              "Nothing. Outgoing, bytes are counted, dropped, and the count is logged at level"
                  + " DEBUG; incoming is at its end at once.")
          .dropsBytes()
          .build();

  private final Logger logger;
  private final AtomicLong droppedByteCount = new AtomicLong();

  private NullChannel(TransportAddress address, Direction direction, Logger logger) {
    super(
        ChannelInfo.named(SCHEME.name() + ":").between(Optional.empty(), Optional.of(address)),
        direction,
        Set.of());
    this.logger = logger;
  }

  /** Opens the incoming side. */
  static NullChannel reading(TransportAddress address, Logger logger) {
    return new NullChannel(address, Direction.READ, logger);
  }

  /** Opens the outgoing side. */
  static NullChannel writing(TransportAddress address, Logger logger) {
    return new NullChannel(address, Direction.WRITE, logger);
  }

  /** Returns how many bytes were written and dropped; any thread. */
  long droppedByteCount() {
    return droppedByteCount.get();
  }

  @Override
  protected long readInto(ByteBuffer[] targets, int offset, int length) {
    return -1;
  }

  @Override
  protected long writeFrom(ByteBuffer[] sources, int offset, int length) {
    long byteCount = 0;
    for (int i = offset; i < offset + length; i++) {
      byteCount += sources[i].remaining();
      sources[i].position(sources[i].limit());
    }
    droppedByteCount.addAndGet(byteCount);
    return byteCount;
  }

  @Override
  protected void release(boolean completed) {
    logger.log(Level.DEBUG, "null: dropped {0,number,#} bytes", droppedByteCount.get());
  }
}
