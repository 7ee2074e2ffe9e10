package dev.sluice.transport.rdmasim.shm;

import dev.sluice.transport.rdmasim.kit.Ability;
import dev.sluice.transport.rdmasim.kit.Rig;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.RdmaDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A rig over shared memory: both sides of a connection, in one thread of one process. */
final class SharedRig implements Rig {
  /** Longer than the retries of the scenarios' connections, 8 times 67 ms. */
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

  /** Small: every message of some size goes through in fragments. */
  private static final int RING_CAPACITY = 1 << 14;

  private final Path base;
  private final SharedFabric near;
  private final SharedFabric far;

  SharedRig(DeviceLimits limits) {
    try {
      base = Files.createTempDirectory("sluice-rig");
      MeetingFolder folder = MeetingFolder.open(base);
      Nonce nonce = Nonce.fresh();
      SharedLayout layout = new SharedLayout(limits, RING_CAPACITY, 0);
      SegmentName nearName = SegmentName.of(nonce, SegmentName.Side.CONNECTING);
      SegmentName farName = SegmentName.of(nonce, SegmentName.Side.ACCEPTING);
      Segment nears = Segment.create(folder, nearName, layout.byteCount());
      Segment fars = Segment.create(folder, farName, layout.byteCount());
      near = new SharedFabric("near", folder, nears, layout);
      far = new SharedFabric("far", folder, fars, layout);
      Shm.Pair sockets = Shm.Pair.open(base);
      near.attach(Segment.open(folder, farName, layout.byteCount()), sockets.one());
      far.attach(Segment.open(folder, nearName, layout.byteCount()), sockets.other());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public RdmaDevice near() {
    return near.device();
  }

  @Override
  public RdmaDevice far() {
    return far.device();
  }

  /** Ends once nothing is on its way, or nothing has moved for longer than any retries take. */
  @Override
  public void settle() {
    long lastMove = System.nanoTime();
    long position = position();
    do {
      progress(near);
      progress(far);
      long now = position();
      if (now != position) {
        position = now;
        lastMove = System.nanoTime();
      }
    } while (!isQuiet() && System.nanoTime() - lastMove < QUIET_NANOS);
    progress(near);
    progress(far);
  }

  private static void progress(SharedFabric side) {
    side.device().forEachQueuePair(queuePair -> queuePair.wire().progress());
  }

  private long position() {
    long[] sum = new long[1];
    for (SharedFabric side : new SharedFabric[] {near, far}) {
      side.device()
          .forEachQueuePair(queuePair -> sum[0] += ((SharedWire) queuePair.wire()).movedCount());
    }
    return sum[0];
  }

  private boolean isQuiet() {
    boolean[] quiet = {true};
    for (SharedFabric side : new SharedFabric[] {near, far}) {
      side.device()
          .forEachQueuePair(queuePair -> quiet[0] &= !((SharedWire) queuePair.wire()).isBusy());
    }
    return quiet[0];
  }

  @Override
  public void elapse(Duration time) {
    long start = System.nanoTime();
    do {
      settle();
    } while (System.nanoTime() - start < time.toNanos());
  }

  @Override
  public Set<Ability> abilities() {
    return Set.of(Ability.TIMED_RETRIES, Ability.SHARED_MEMORY);
  }

  @Override
  public void close() {
    try {
      near.leave(Departure.CLOSED);
      far.leave(Departure.CLOSED);
      try (Stream<Path> left = Files.walk(base).sorted(Comparator.reverseOrder())) {
        for (Path path : left.toList()) {
          Files.delete(path);
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
