package dev.sluice.api.spi;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Base of transport channels: order among threads, interrupts, closing once, aborting.
 *
 * <p>An author writes {@link #readInto}, {@link #writeFrom} and {@link #release}; and, for the
 * features the channel declares, {@link #stop}, {@link #setBlocking}, {@link #waitUntilReadable},
 * {@link #waitUntilWritable}, or the public methods of {@link ChannelFeature#SEEKABLE} and {@link
 * ChannelFeature#REMOTE_MEMORY} on top of {@link #reading} and {@link #writing}.
 *
 * <h2>What the author can rely on</h2>
 *
 * <ul>
 *   <li>At most one thread is inside {@link #readInto} and one inside {@link #writeFrom}; the
 *       channel was open, the direction was not stopped and the buffers had room when it entered.
 *   <li>{@code release(true)} is called at most once, with no transfer in progress. {@code
 *       release(false)} is called at most once: at any moment, by any thread, with transfers or
 *       {@code release(true)} in progress, after it threw, or just after it returned; what was
 *       freed then must not be freed again.
 *   <li>What a transfer throws while the channel is being ended does not matter: the caller gets
 *       the exception that NIO prescribes.
 * </ul>
 */
public abstract class AbstractTransportChannel implements TransportChannel {
  private enum State {
    OPEN,
    CLOSING,
    CLOSED,
    ABORTED
  }

  /** A transfer of bytes. */
  @FunctionalInterface
  protected interface Transfer {
    /**
     * Moves bytes.
     *
     * @return how many; -1 at the end
     * @throws IOException if it fails
     */
    long run() throws IOException;
  }

  private final ChannelInfo info;
  private final Direction direction;
  private final Set<ChannelFeature> features;

  /**
   * Held while someone asks whether a transfer is in progress, which needs both other locks for a
   * moment: two who ask at once must not take each other for a transfer.
   */
  private final ReentrantLock idleCheck = new ReentrantLock();

  private final ReentrantLock readLock = new ReentrantLock();
  private final ReentrantLock writeLock = new ReentrantLock();
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

  /** Apart from the other two: looking is no transfer, so a close need not wait for it. */
  private final ReentrantLock lookLock = new ReentrantLock();

  private final Interrupts readInterrupts = new AbortingInterrupts();
  private final Interrupts writeInterrupts = new AbortingInterrupts();
  private final Interrupts lookInterrupts = new AbortingInterrupts();

  /** Set before {@link #stop} is called, so that a thread it wakes knows why it woke. */
  private volatile boolean readStopped;

  private volatile boolean writeStopped;
  private volatile boolean blocking = true;

  /** Whether a write was accepted: then a close that cannot deliver says so. */
  private volatile boolean accepted;

  /**
   * Creates an open channel.
   *
   * @param info see {@link #info()}
   * @param direction the directions that carry bytes
   * @param features without {@link ChannelFeature#DUPLEX}, which follows from {@code direction}
   */
  protected AbstractTransportChannel(
      ChannelInfo info, Direction direction, Set<ChannelFeature> features) {
    this.info = Objects.requireNonNull(info, "info");
    this.direction = Objects.requireNonNull(direction, "direction");
    Set<ChannelFeature> all = EnumSet.noneOf(ChannelFeature.class);
    all.addAll(features);
    if (direction == Direction.BOTH) {
      all.add(ChannelFeature.DUPLEX);
    } else if (all.contains(ChannelFeature.DUPLEX)) {
      throw new IllegalArgumentException("DUPLEX, but the direction is only " + direction);
    }
    this.features = Set.copyOf(all);
  }

  /**
   * Reads at least one byte, or none in non-blocking mode.
   *
   * @param targets buffers with room in at least one of {@code targets[offset]} to {@code
   *     targets[offset + length - 1]}
   * @return bytes read, -1 at the end of the stream, 0 in non-blocking mode only
   * @throws IOException if reading fails
   */
  protected abstract long readInto(ByteBuffer[] targets, int offset, int length) throws IOException;

  /**
   * Writes at least one byte, or none in non-blocking mode.
   *
   * @param sources buffers with bytes in at least one of {@code sources[offset]} to {@code
   *     sources[offset + length - 1]}
   * @return bytes written, 0 in non-blocking mode only
   * @throws IOException if writing fails
   */
  protected abstract long writeFrom(ByteBuffer[] sources, int offset, int length)
      throws IOException;

  /**
   * Ends the channel, frees what it holds, and wakes threads that are inside its transfers.
   *
   * <p>A call of any method of a JDK channel takes the place of this class as the one that hears of
   * an interrupt, for the rest of the call: after one, wait in a way that an interrupt ends.
   *
   * @param completed true: deliver everything that was written, then end (may block; ends within 1
   *     s of {@code release(false)} and of an interrupt). False: abandon at once; undo and reset
   *     what can be.
   * @throws IOException if the bytes could not be delivered; ignored when {@code completed} is
   *     false
   */
  protected abstract void release(boolean completed) throws IOException;

  /**
   * Returns whether {@code release(true)}, which is in progress, can no longer be undone: the peer
   * or the medium has everything. An abort comes too late then, and does nothing. Once true, stays
   * true.
   */
  protected boolean isDelivered() {
    return false;
  }

  /**
   * Stops directions at the transport and wakes threads blocked in them; for {@link
   * ChannelFeature#SHUTDOWN}. Any thread, at once.
   *
   * @param stopped the directions to stop; they are ones this channel carries
   * @throws IOException if the transport fails
   */
  protected void stop(Direction stopped) throws IOException {
    throw missing(ChannelFeature.SHUTDOWN);
  }

  /**
   * Switches the transport's mode; for {@link ChannelFeature#NON_BLOCKING}. No transfer is in
   * progress.
   *
   * @param block whether transfers block
   * @throws IOException if the transport fails
   */
  protected void setBlocking(boolean block) throws IOException {
    throw missing(ChannelFeature.NON_BLOCKING);
  }

  /**
   * Waits for something to read; for {@link ChannelFeature#NON_BLOCKING}, in that mode only. Counts
   * as a read.
   *
   * @param atMost how long
   * @return false if the time passed
   * @throws IOException if the transport fails
   */
  protected boolean waitUntilReadable(Duration atMost) throws IOException {
    throw missing(ChannelFeature.NON_BLOCKING);
  }

  /**
   * Waits for room to write; for {@link ChannelFeature#NON_BLOCKING}, in that mode only. Counts as
   * a write.
   *
   * @param atMost how long
   * @return false if the time passed
   * @throws IOException if the transport fails
   */
  protected boolean waitUntilWritable(Duration atMost) throws IOException {
    throw missing(ChannelFeature.NON_BLOCKING);
  }

  @Override
  public ChannelInfo info() {
    return info;
  }

  @Override
  public final Set<ChannelFeature> features() {
    return features;
  }

  @Override
  public final boolean isOpen() {
    return state.get() == State.OPEN;
  }

  @Override
  public final int read(ByteBuffer target) throws IOException {
    return (int) read(new ByteBuffer[] {target}, 0, 1);
  }

  @Override
  public final long read(ByteBuffer[] targets) throws IOException {
    return read(targets, 0, targets.length);
  }

  @Override
  public final long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, targets.length);
    boolean room = false;
    for (int i = offset; i < offset + length; i++) {
      if (targets[i].isReadOnly()) {
        throw new IllegalArgumentException("a buffer to read into is read-only");
      }
      room |= targets[i].hasRemaining();
    }
    if (!room) {
      requireReadable();
      return 0;
    }
    return reading(() -> readInto(targets, offset, length));
  }

  @Override
  public final int write(ByteBuffer source) throws IOException {
    return (int) write(new ByteBuffer[] {source}, 0, 1);
  }

  @Override
  public final long write(ByteBuffer[] sources) throws IOException {
    return write(sources, 0, sources.length);
  }

  @Override
  public final long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    for (int i = offset; i < offset + length; i++) {
      if (sources[i].hasRemaining()) {
        return writing(
            () -> {
              long moved = writeFrom(sources, offset, length);
              accepted |= moved > 0;
              return moved;
            });
      }
    }
    requireWritable();
    return 0;
  }

  /**
   * Runs a transfer as a read of this channel: alone among reads, ended by interrupt, close and
   * abort, -1 once reading is stopped.
   *
   * @param transfer moves the bytes
   * @return what it returned
   * @throws IOException what it threw, or the exception that NIO prescribes
   */
  protected final long reading(Transfer transfer) throws IOException {
    requireReadable();
    readLock.lock();
    try {
      long moved = readStopped && isOpen() ? -1 : run(transfer, readInterrupts);
      return moved == 0 && readStopped ? -1 : moved;
    } catch (IOException | RuntimeException failure) {
      if (readStopped && isOpen()) {
        return -1;
      }
      throw failure;
    } finally {
      readLock.unlock();
    }
  }

  /**
   * Runs a transfer as a write of this channel: alone among writes, ended by interrupt, close and
   * abort, refused once writing is stopped.
   *
   * @param transfer moves the bytes
   * @return what it returned
   * @throws IOException what it threw, or the exception that NIO prescribes
   */
  protected final long writing(Transfer transfer) throws IOException {
    requireWritable();
    writeLock.lock();
    try {
      requireWritable();
      long moved = run(transfer, writeInterrupts);
      if (moved <= 0 && writeStopped) {
        throw new AsynchronousCloseException();
      }
      return moved;
    } catch (IOException | RuntimeException failure) {
      if (writeStopped && isOpen() && !(failure instanceof ClosedChannelException)) {
        AsynchronousCloseException stopped = new AsynchronousCloseException();
        stopped.addSuppressed(failure);
        throw stopped;
      }
      throw failure;
    } finally {
      writeLock.unlock();
    }
  }

  /**
   * Runs a look at the medium that moves nothing, such as asking for its size: ended by interrupt,
   * close and abort, but no transfer, so that it does not make a close that comes meanwhile an
   * abort.
   *
   * @param look returns what it saw
   * @return what it returned
   * @throws IOException what it threw, or the exception that NIO prescribes
   */
  protected final long looking(Transfer look) throws IOException {
    requireOpen();
    lookLock.lock();
    try {
      return run(look, lookInterrupts);
    } finally {
      lookLock.unlock();
    }
  }

  /** The caller holds the lock that belongs to {@code interrupts}. */
  private long run(Transfer transfer, Interrupts interrupts) throws IOException {
    boolean completed = false;
    interrupts.enter();
    try {
      requireOpen();
      long moved = transfer.run();
      // What a wake-up returns is no result: many system calls then say 0, which means the end.
      completed = moved > 0;
      return moved;
    } finally {
      interrupts.exit(completed);
    }
  }

  private void requireOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private void requireReadable() throws ClosedChannelException {
    if (!direction.reads()) {
      throw new NonReadableChannelException();
    }
    requireOpen();
  }

  private void requireWritable() throws ClosedChannelException {
    if (!direction.writes()) {
      throw new NonWritableChannelException();
    }
    requireOpen();
    if (writeStopped) {
      throw new ClosedChannelException();
    }
  }

  /**
   * Throws unless the channel has a feature.
   *
   * @param feature the feature
   * @throws FeatureUnsupportedException if it has not
   */
  protected final void require(ChannelFeature feature) {
    if (!features.contains(feature)) {
      throw missing(feature);
    }
  }

  private FeatureUnsupportedException missing(ChannelFeature feature) {
    return new FeatureUnsupportedException(feature, info().name());
  }

  @Override
  public final void shutdown(Direction stopped) throws IOException {
    require(ChannelFeature.SHUTDOWN);
    requireOpen();
    boolean read = stopped.reads() && direction.reads() && !readStopped;
    boolean write = stopped.writes() && direction.writes() && !writeStopped;
    if (read) {
      readStopped = true;
    }
    if (write) {
      writeStopped = true;
    }
    if (read || write) {
      stop(read && write ? Direction.BOTH : read ? Direction.READ : Direction.WRITE);
    }
  }

  @Override
  public final boolean isBlocking() {
    return blocking;
  }

  @Override
  public final void configureBlocking(boolean block) throws IOException {
    require(ChannelFeature.NON_BLOCKING);
    idleCheck.lock();
    try {
      if (!lockBoth()) {
        throw new IllegalStateException(
            "channel " + info().name() + " is inside a transfer: its mode cannot change now");
      }
      try {
        requireOpen();
        setBlocking(block);
        blocking = block;
      } finally {
        unlockBoth();
      }
    } finally {
      idleCheck.unlock();
    }
  }

  @Override
  public final boolean awaitReadable(Duration atMost) throws IOException {
    require(ChannelFeature.NON_BLOCKING);
    requireReadable();
    requireNonBlocking();
    return reading(() -> waitUntilReadable(atMost) ? 1 : 0) != 0;
  }

  @Override
  public final boolean awaitWritable(Duration atMost) throws IOException {
    require(ChannelFeature.NON_BLOCKING);
    requireWritable();
    requireNonBlocking();
    return writing(() -> waitUntilWritable(atMost) ? 1 : 0) != 0;
  }

  private void requireNonBlocking() {
    if (blocking) {
      throw new IllegalStateException(
          "channel " + info().name() + " is in blocking mode: a transfer waits by itself");
    }
  }

  /**
   * Takes both locks if no thread holds either, this one included: a transfer that calls {@code
   * close} is in progress too.
   */
  private boolean lockBoth() {
    if (readLock.isHeldByCurrentThread() || writeLock.isHeldByCurrentThread()) {
      return false;
    }
    if (readLock.tryLock()) {
      if (writeLock.tryLock()) {
        return true;
      }
      readLock.unlock();
    }
    return false;
  }

  private void unlockBoth() {
    writeLock.unlock();
    readLock.unlock();
  }

  @Override
  public final void close() throws IOException {
    boolean idle;
    boolean first;
    idleCheck.lock();
    try {
      idle = isOpen() && lockBoth();
      first = idle ? state.compareAndSet(State.OPEN, State.CLOSING) : isOpen();
      if (idle) {
        // Not held while delivering: a thread that waits for its turn must learn of the end at
        // once.
        unlockBoth();
      }
    } finally {
      idleCheck.unlock();
    }
    if (first && idle) {
      deliver();
    } else if (first) {
      abort();
      if (accepted) {
        throw new AsynchronousCloseException();
      }
    }
  }

  /** Only an orderly end that nobody cut off leaves {@link State#CLOSED}. */
  private void deliver() throws IOException {
    try {
      boolean completed = false;
      writeInterrupts.enter();
      try {
        if (state.get() == State.CLOSING) {
          release(true);
        }
        completed = state.compareAndSet(State.CLOSING, State.CLOSED);
      } finally {
        writeInterrupts.exit(completed);
      }
      if (!completed) {
        // An abort has taken the state and is about to mark the rest closed.
        throw new AsynchronousCloseException();
      }
    } catch (ClosedByInterruptException late) {
      abort();
      if (state.get() != State.CLOSED) {
        throw late;
      }
      // The interrupt came after all was delivered. The thread's status still tells of it.
    } catch (IOException | RuntimeException | Error undelivered) {
      abort();
      throw undelivered;
    }
    markClosed();
  }

  private void markClosed() {
    readInterrupts.markClosed();
    writeInterrupts.markClosed();
    lookInterrupts.markClosed();
  }

  @Override
  public final void abort() {
    if (state.get() == State.CLOSING && isDelivered()) {
      return;
    }
    State before = state.getAndUpdate(now -> now == State.CLOSED ? now : State.ABORTED);
    if (before == State.CLOSED || before == State.ABORTED) {
      return;
    }
    markClosed();
    try {
      release(false);
    } catch (IOException | RuntimeException | Error alreadyAbandoned) {
      // An abort has nobody to report to, and nothing more can be given up.
    }
  }

  @Override
  public String toString() {
    return info().name();
  }

  private final class AbortingInterrupts extends Interrupts {
    @Override
    protected void implCloseChannel() {
      abort();
    }
  }
}
