package dev.sluice.tck.contract;

/** The kinds of threads that call a channel; every rule about threads holds for both. */
public enum ThreadKind {
  /** A thread of the operating system. */
  PLATFORM {
    @Override
    Thread unstarted(Runnable body) {
      return Thread.ofPlatform().daemon().name("tck-task").unstarted(body);
    }
  },

  /** A virtual thread. */
  VIRTUAL {
    @Override
    Thread unstarted(Runnable body) {
      return Thread.ofVirtual().name("tck-task").unstarted(body);
    }
  };

  abstract Thread unstarted(Runnable body);
}
