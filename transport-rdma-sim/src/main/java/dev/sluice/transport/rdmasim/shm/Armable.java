package dev.sluice.transport.rdmasim.shm;

/** Where a thread notes that it waits, so that the peer rings its bell. */
interface Armable {
  /** The thread is about to wait. */
  void arm();

  /** It waits no more. */
  void disarm();
}
