package dev.sluice.transport.file;

import static java.nio.file.StandardOpenOption.READ;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Opens a FIFO or a device for reading when it is asked for the one channel. */
final class SpecialFileListener implements TransportListener {
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  private final FileTarget target;
  private final long offset;

  /** Set by the accept that gets the channel. Guarded by this, as is {@link #closed}. */
  private @Nullable SpecialFileOpening opening;

  private boolean closed;

  /**
   * Opens nothing yet.
   *
   * @param offset more than 0 only where there are positions
   */
  SpecialFileListener(FileTarget target, long offset) {
    this.target = target;
    this.offset = offset;
  }

  @Override
  public TransportAddress address() {
    return target.address();
  }

  @Override
  public Optional<TransportChannel> accept() throws IOException {
    SpecialFileOpening mine;
    synchronized (this) {
      if (closed || opening != null) {
        return Optional.empty();
      }
      mine = SpecialFileOpening.start(target, READ);
      opening = mine;
    }
    try {
      FileChannel file = mine.await(FOREVER);
      if (offset > 0) {
        target.startAt(file, offset);
      }
      return Optional.of(SequentialFileChannel.over(target, Direction.READ, file, false));
    } catch (ClosedByInterruptException interrupted) {
      close();
      throw interrupted;
    } catch (AsynchronousCloseException closedMeanwhile) {
      return Optional.empty();
    } catch (TimeoutException never) {
      throw new AssertionError(never);
    }
  }

  @Override
  public void close() {
    SpecialFileOpening pending;
    synchronized (this) {
      closed = true;
      pending = opening;
    }
    if (pending != null) {
      pending.giveUp();
    }
  }
}
