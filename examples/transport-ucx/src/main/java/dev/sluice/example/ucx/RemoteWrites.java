package dev.sluice.example.ucx;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.example.ucx.ControlMessage.Type;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.openucx.jucx.ucp.UcpRemoteKey;

/**
 * Writes into the peer's memory, by UCX put.
 *
 * <p>A put is complete when its source is free; that the peer sees it needs a flush. One flush for
 * many puts is enough, before the next bytes of the stream: bytes wait for it, writers do not.
 *
 * <p>Of the progress thread alone but for {@link #begun}.
 */
final class RemoteWrites {
  private final String name;
  private final Set<Long> withdrawn = new HashSet<>();
  private final Queue<Long> toConfirm = new ArrayDeque<>();
  private volatile long begun;
  private long visible;
  private boolean flushing;

  RemoteWrites(String name) {
    this.name = name;
  }

  /** Returns how many were begun. */
  long begun() {
    return begun;
  }

  /** Begins one; the result completes when its source is free. */
  CompletableFuture<Void> begin(
      UcxEnd ucx, long memory, UcpRemoteKey key, long source, long byteCount, long target)
      throws IOException {
    if (withdrawn.contains(memory)) {
      throw new TransportException(
          Kind.IO,
          name + ": the peer has withdrawn its memory number " + memory,
          "ask the peer for memory that is still there",
          null);
    }
    // Only this thread writes it.
    begun = begun + 1;
    return ucx.put(source, byteCount, target, key);
  }

  /** Returns whether the peer sees the first so many. */
  boolean areVisible(long count) {
    return visible >= count;
  }

  /** Begins to make all of them visible, unless that is under way. */
  void flush(UcxEnd ucx) {
    if (flushing || visible == begun) {
      return;
    }
    flushing = true;
    long until = begun;
    ucx.flush(
        () -> {
          flushing = false;
          visible = until;
        });
  }

  /** The peer wants no more writes to a memory. */
  void withdraw(long memory) {
    withdrawn.add(memory);
    toConfirm.add(memory);
  }

  /** Returns the confirmation of a withdrawal, when nothing is under way any more. */
  @Nullable ControlMessage announcement(UcxEnd ucx) {
    if (toConfirm.isEmpty()) {
      return null;
    }
    if (!areVisible(begun)) {
      flush(ucx);
      return null;
    }
    return new ControlMessage(Type.WITHDRAWN, toConfirm.remove());
  }
}
