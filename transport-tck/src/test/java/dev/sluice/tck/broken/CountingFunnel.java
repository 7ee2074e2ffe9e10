package dev.sluice.tck.broken;

import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** Knows how many threads are inside. */
class CountingFunnel extends Funnel {
  private final AtomicInteger inside = new AtomicInteger();

  CountingFunnel(TransportChannel sound) {
    super(sound);
  }

  final boolean isInside() {
    return inside.get() > 0;
  }

  void begin() throws IOException {
    inside.incrementAndGet();
  }

  @Override
  final long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
    begin();
    try {
      return super.readInto(targets, offset, length);
    } finally {
      inside.decrementAndGet();
    }
  }

  @Override
  final long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
    begin();
    try {
      return super.writeFrom(sources, offset, length);
    } finally {
      inside.decrementAndGet();
    }
  }
}
