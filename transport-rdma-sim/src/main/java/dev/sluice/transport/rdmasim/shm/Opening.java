package dev.sluice.transport.rdmasim.shm;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What has been opened on the way to something, closed in reverse order unless that is reached. */
final class Opening implements Closeable {
  private final Deque<Closeable> opened = new ArrayDeque<>();

  <T extends Closeable> T add(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Leaves everything open: it has found its owner. */
  void complete() {
    opened.clear();
  }

  @Override
  public void close() throws IOException {
    if (!opened.isEmpty()) {
      // The last one, then the others, whatever is thrown.
      try (Opening _ = this;
          Closeable _ = opened.pop()) {
        return;
      }
    }
  }
}
