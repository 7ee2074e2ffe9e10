package dev.sluice.engine.transfer;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a copy has open, or a relay apart from its connections. One thread opens and uses it; any
 * thread may abandon it, at any moment, also while something is being opened.
 */
final class OpenEnds implements AutoCloseable {
  /** Opens something, which may take a while, and ends within 1 s of its thread's interrupt. */
  @FunctionalInterface
  interface Opener<T> {
    T open() throws IOException;
  }

  private @Nullable TransportListener server;
  private @Nullable TransportChannel source;
  private @Nullable TransportChannel target;
  private @Nullable TransportException reason;
  private @Nullable Thread opening;
  private boolean complete;
  private boolean abandonedOpen;

  /** Takes a listener over. */
  void keepServer(Opener<TransportListener> opener) throws IOException {
    TransportListener opened = open(opener);
    synchronized (this) {
      server = opened;
      throwIfAbandoned();
    }
  }

  /** Takes the outgoing channel over. */
  void keepTarget(Opener<TransportChannel> opener) throws IOException {
    TransportChannel opened = open(opener);
    synchronized (this) {
      target = opened;
      throwIfAbandoned();
    }
  }

  /** Takes the incoming channel over. */
  synchronized void keepSource(TransportChannel opened) throws IOException {
    source = opened;
    throwIfAbandoned();
  }

  private <T> T open(Opener<T> opener) throws IOException {
    synchronized (this) {
      throwIfAbandoned();
      opening = Thread.currentThread();
    }
    try {
      return opener.open();
    } finally {
      synchronized (this) {
        opening = null;
        if (reason != null) {
          // The interrupt was ours, and has done its work.
          Thread.interrupted();
        }
      }
    }
  }

  synchronized TransportListener server() {
    return Objects.requireNonNull(server);
  }

  synchronized TransportChannel source() {
    return Objects.requireNonNull(source);
  }

  synchronized TransportChannel target() {
    return Objects.requireNonNull(target);
  }

  /** Throws the reason, if it was abandoned. */
  synchronized void throwIfAbandoned() throws TransportException {
    if (reason != null) {
      throw reason;
    }
  }

  /** Ends the listener alone, if it is open already: what was accepted goes on. */
  void closeServer() {
    @Nullable TransportListener open;
    synchronized (this) {
      open = server;
    }
    closeQuietly(open);
  }

  /** Ends all that is open; the first reason counts, and none once the copy is complete. */
  synchronized void abandon(TransportException why) {
    if (reason == null && !complete) {
      reason = why;
      // A side that is being closed tells itself, by what close() does, whether we came too late.
      abandonedOpen = target == null || target.isOpen();
      abort();
      if (opening != null) {
        opening.interrupt();
      }
    }
  }

  /**
   * Notes that closing the outgoing side has returned: everything is delivered, unless the side was
   * abandoned before the closing began, when closing does nothing.
   */
  synchronized void complete() throws TransportException {
    if (abandonedOpen) {
      throwIfAbandoned();
    }
    complete = true;
  }

  /** Aborts all, or, after {@link #complete}, ends the incoming side. */
  @Override
  public void close() {
    if (complete) {
      closeQuietly(server);
      closeQuietly(source);
    } else {
      synchronized (this) {
        abort();
      }
    }
  }

  /** The source first: the JDK closes the target of a kernel copy only after its source. */
  private void abort() {
    if (source != null) {
      source.abort();
    }
    if (target != null) {
      target.abort();
    }
    closeQuietly(server);
  }

  private static void closeQuietly(@Nullable AutoCloseable end) {
    if (end != null) {
      try {
        end.close();
      } catch (Exception afterTheFact) {
        System.getLogger("dev.sluice.engine")
            .log(System.Logger.Level.DEBUG, "closing " + end, afterTheFact);
      }
    }
  }

  /** Returns what to tell of a failure, after {@link #close}. */
  @SuppressWarnings("ReferenceEquality") // an exception cannot be attached to itself
  synchronized TransferException failed(Leg leg, long byteCount, Exception failure) {
    Throwable cause = failure;
    if (reason != null) {
      cause = reason;
      if (failure != reason) {
        reason.addSuppressed(failure);
      }
    } else if (failure instanceof ClosedByInterruptException) {
      cause = new TransportException(Kind.CANCELLED, "interrupted", failure);
    }
    Optional<String> remains = target == null ? Optional.empty() : target.remains();
    return new TransferException(leg, byteCount, remains, cause);
  }
}
