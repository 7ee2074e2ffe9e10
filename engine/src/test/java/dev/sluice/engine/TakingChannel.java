package dev.sluice.engine;

import dev.sluice.api.ChannelFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A channel that takes all it is given and tells in which pieces it came. Without {@link #keeping}
 * it only counts, and looks at no byte.
 */
class TakingChannel extends FakeChannel {
  /** A buffer of a call. */
  record Piece(long address, int byteCount, boolean direct) {}

  private final List<List<Piece>> calls = new ArrayList<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean keeping;
  private long mostPerCall = Long.MAX_VALUE;
  private long room = Long.MAX_VALUE;
  private long byteCount;

  TakingChannel(ChannelFeature... features) {
    super(features);
  }

  /** Makes it keep the bytes. */
  TakingChannel keeping() {
    keeping = true;
    return this;
  }

  /** Makes each call take so many bytes at most. */
  TakingChannel atMostPerCall(long most) {
    mostPerCall = most;
    return this;
  }

  /** Makes calls fail once so many bytes were taken. */
  TakingChannel failingAfter(long most) {
    room = most;
    return this;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    for (int i = offset; i < offset + length; i++) {
      ByteBuffer source = sources[i];
      long address = source.isDirect() ? MemorySegment.ofBuffer(source).address() : 0;
      pieces.add(new Piece(address, source.remaining(), source.isDirect()));
    }
    calls.add(pieces);
    if (room == 0) {
      throw new IOException("full after " + byteCount + " bytes");
    }
    long most = Math.min(room, mostPerCall);
    long moved = 0;
    for (int i = offset; i < offset + length && moved < most; i++) {
      moved += take(sources[i], (int) Math.min(sources[i].remaining(), most - moved));
    }
    byteCount += moved;
    room -= moved;
    return moved;
  }

  private int take(ByteBuffer source, int count) {
    if (keeping) {
      byte[] taken = new byte[count];
      source.get(taken);
      bytes.writeBytes(taken);
    } else {
      source.position(source.position() + count);
    }
    return count;
  }

  long byteCount() {
    return byteCount;
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  /** Returns the pieces of each call. */
  List<List<Piece>> calls() {
    return calls;
  }

  /** Returns the sizes of the pieces of each call. */
  List<List<Integer>> sizes() {
    return calls.stream().map(call -> call.stream().map(Piece::byteCount).toList()).toList();
  }
}
