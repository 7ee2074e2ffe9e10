package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The peer's segments as this side has mapped them: the one of the set-up from the start, those of
 * single regions when they are first used. A segment loses its name as soon as it is mapped.
 *
 * <h2>Ownership</h2>
 *
 * Owns the mappings.
 *
 * <h2>Threading</h2>
 *
 * Any thread.
 */
final class PeerMemory implements Closeable {
  private final MeetingFolder folder;
  private final Segment first;

  // Guarded by this.
  private final Map<Integer, Segment> mapped = new HashMap<>();
  private boolean closed;

  PeerMemory(MeetingFolder folder, Segment first) {
    this.folder = folder;
    this.first = first;
  }

  Segment first() {
    return first;
  }

  /**
   * Returns a segment of the peer.
   *
   * @param number the first has 0
   * @param byteCount how large it is, where it is mapped now
   * @throws TransportException if it cannot be mapped, or is not what the peer says
   */
  MemorySegment segment(int number, long byteCount) throws IOException {
    return number == 0 ? first.memory() : another(number, byteCount);
  }

  private synchronized MemorySegment another(int number, long byteCount) throws IOException {
    Segment known = mapped.get(number);
    if (known == null) {
      if (closed) {
        throw new ClosedChannelException();
      }
      known = Segment.open(folder, first.name().numbered(number), byteCount);
      mapped.put(number, known);
      known.unlink();
    }
    return known.memory();
  }

  /**
   * Forgets those that the peer does not use any more, so that their memory can be freed.
   *
   * @param inUse looked at when nothing is being mapped: what is mapped by then is among them
   */
  synchronized void retain(Supplier<Set<Integer>> inUse) throws IOException {
    Set<Integer> used = inUse.get();
    for (Map.Entry<Integer, Segment> one : Map.copyOf(mapped).entrySet()) {
      if (!used.contains(one.getKey())) {
        mapped.remove(one.getKey());
        one.getValue().close();
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    try (Opening all = new Opening()) {
      all.add(first);
      mapped.values().forEach(all::add);
      mapped.clear();
    }
  }
}
