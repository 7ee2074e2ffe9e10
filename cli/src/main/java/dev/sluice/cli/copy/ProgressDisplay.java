package dev.sluice.cli.copy;

import dev.sluice.engine.transfer.CopyProgress;
import java.time.Duration;

/** Shows people how far a copy is; used by one thread at a time. */
interface ProgressDisplay extends AutoCloseable {
  /** Returns how often {@link #show} is of use. */
  Duration period();

  /** Shows how far it is. */
  void show(CopyProgress progress);

  /** Leaves standard error at the start of a line. */
  @Override
  void close();
}
