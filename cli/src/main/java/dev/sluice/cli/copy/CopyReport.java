package dev.sluice.cli.copy;

import dev.sluice.cli.console.Failure;
import dev.sluice.engine.transfer.CopyListener;
import dev.sluice.engine.transfer.CopyProgress;
import dev.sluice.engine.transfer.CopyResult;
import java.time.Duration;
import java.util.Optional;

/** Tells somebody of a copy. {@link #completed} or {@link #failed} comes once and last. */
interface CopyReport extends CopyListener {
  /** Returns how often {@link #progress} wants to be called; empty: never. */
  Optional<Duration> progressPeriod();

  /** Tells how far the copy is; on a thread of its own, only while bytes can flow. */
  void progress(CopyProgress progress);

  /** Tells that all is done. */
  void completed(CopyResult result);

  /** Tells that it was not done. */
  void failed(Failure failure);
}
