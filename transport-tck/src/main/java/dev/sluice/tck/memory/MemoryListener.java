package dev.sluice.tck.memory;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** A name that is being listened on, with the channels that wait to be accepted. */
final class MemoryListener implements TransportListener {
  private final TransportAddress address;
  private final Consumer<MemoryListener> onClose;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<TransportChannel> waiting = new ArrayDeque<>();
  private boolean closed;

  MemoryListener(TransportAddress address, Consumer<MemoryListener> onClose) {
    this.address = address;
    this.onClose = onClose;
  }

  TransportChannel connect(TransportAddress from, int capacity) throws TransportException {
    ChannelInfo outgoing = ChannelInfo.named(from + " (outgoing)");
    ChannelInfo incoming = ChannelInfo.named(address + " (incoming)");
    MemoryChannels.Pair pair =
        MemoryChannels.connect(
            outgoing.between(Optional.empty(), Optional.of(address)),
            incoming.between(Optional.of(address), Optional.empty()),
            Set.of(),
            capacity);
    lock.lock();
    try {
      if (closed) {
        throw new TransportException(Kind.UNREACHABLE, "the listener on " + address + " closed");
      }
      waiting.add(pair.incoming());
      changed.signal();
    } finally {
      lock.unlock();
    }
    return pair.outgoing();
  }

  @Override
  public TransportAddress address() {
    return address;
  }

  @Override
  public Optional<TransportChannel> accept() throws ClosedByInterruptException {
    lock.lock();
    try {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException();
      }
      while (waiting.isEmpty() && !closed) {
        changed.await();
      }
      return Optional.ofNullable(waiting.poll());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      close();
      throw new ClosedByInterruptException();
    } finally {
      lock.unlock();
    }
  }

  /** Channels that nobody accepted are abandoned, so whoever connected learns of it. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      while (!waiting.isEmpty()) {
        waiting.remove().abort();
      }
    } finally {
      lock.unlock();
    }
    onClose.accept(this);
  }
}
