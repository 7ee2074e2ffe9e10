package dev.sluice.tck.broken;

import java.util.concurrent.CountDownLatch;

/** One side of a connection, for defects in which both sides have a part. */
final class End {
  /** Counted down when this side begins to end. */
  final CountDownLatch ending = new CountDownLatch(1);

  /** Set where the peer must not get what it has not read yet. */
  volatile boolean tailLost;

  private End peer;

  private End() {
    peer = this;
  }

  /** Returns one of two that know one another. */
  static End connected() {
    End one = new End();
    End other = new End();
    one.peer = other;
    other.peer = one;
    return one;
  }

  End peer() {
    return peer;
  }
}
