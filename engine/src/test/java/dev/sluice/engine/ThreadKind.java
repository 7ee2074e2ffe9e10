package dev.sluice.engine;

/** The two kinds of threads that call half-channels. */
enum ThreadKind {
  PLATFORM,
  VIRTUAL;

  Thread start(Runnable body) {
    return this == VIRTUAL
        ? Thread.ofVirtual().start(body)
        : Thread.ofPlatform().daemon().start(body);
  }
}
