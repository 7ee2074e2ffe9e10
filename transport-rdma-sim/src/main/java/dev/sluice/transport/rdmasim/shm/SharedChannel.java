package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.RemoteMemory;
import dev.sluice.api.spi.AbstractTransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A channel over shared memory: a stream in each direction, and memory that the peer writes in
 * place.
 *
 * <p>What this adds to its {@link Incoming} and {@link Outgoing} stream is the set-up, which the
 * accepting side does in {@link #establish}, and the end.
 */
final class SharedChannel extends AbstractTransportChannel {
  static final Set<ChannelFeature> FEATURES =
      EnumSet.of(
          ChannelFeature.SHUTDOWN,
          ChannelFeature.RESET,
          ChannelFeature.NON_BLOCKING,
          ChannelFeature.REMOTE_MEMORY);

  /** Sets a connection up; ends when the control socket is closed. */
  @FunctionalInterface
  interface SetUp {
    SharedConnection run(ControlSocket control) throws IOException;
  }

  /** What there is once the connection is set up. */
  private record Streams(
      SharedConnection connection, Incoming incoming, Outgoing outgoing, Pages pages) {}

  private final ControlSocket control;
  private final SetUp setUp;
  private final Duration linger;
  private final Pacer pacer;
  private final ReentrantLock setUpLock = new ReentrantLock();
  private final MappedUse mapped = new MappedUse(this::isOpen);
  private volatile @Nullable Streams streams;

  /** Set before the streams are asked for, as the next two; the set-up looks after it is done. */
  private volatile boolean released;

  private volatile boolean readStopped;
  private volatile boolean writeStopped;
  private volatile boolean delivered;

  SharedChannel(
      ChannelInfo info, ControlSocket control, SetUp setUp, Duration linger, Pacer pacer) {
    super(info, Direction.BOTH, FEATURES);
    this.control = control;
    this.setUp = setUp;
    this.linger = linger;
    this.pacer = pacer;
  }

  @Override
  public void establish() throws IOException {
    boolean established = false;
    try {
      Streams _ = mapped.run(this::streams);
      established = true;
    } finally {
      if (!established) {
        abort();
      }
    }
  }

  /**
   * Does the set-up, if nobody has: a caller that does not establish gets it with the first call.
   */
  private Streams streams() throws IOException {
    Streams known = streams;
    if (known != null) {
      return known;
    }
    setUpLock.lock();
    try {
      if (streams == null) {
        if (!isOpen()) {
          throw new ClosedChannelException();
        }
        SharedConnection connection = setUp.run(control);
        PeerEnd peerEnd = new PeerEnd(info().name(), connection.fabric());
        Streams made =
            new Streams(
                connection,
                new Incoming(connection, peerEnd),
                new Outgoing(connection, peerEnd, pacer),
                new Pages(connection, peerEnd, mapped));
        streams = made;
        if (released) {
          // Whoever ended the channel found the control socket alone.
          connection.fabric().leave(Departure.ABORTED);
          throw new AsynchronousCloseException();
        }
        stopOn(made);
      }
      return Objects.requireNonNull(streams);
    } finally {
      setUpLock.unlock();
    }
  }

  @Override
  protected long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
    return mapped.run(() -> streams().incoming.read(targets, offset, length, isBlocking()));
  }

  @Override
  protected long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
    return mapped.run(() -> streams().outgoing.write(sources, offset, length, isBlocking()));
  }

  /** Does not wait for the set-up: what is stopped before is stopped at its end. */
  @Override
  protected void stop(Direction stopped) throws IOException {
    if (stopped.reads()) {
      readStopped = true;
    }
    if (stopped.writes()) {
      writeStopped = true;
    }
    Streams open = streams;
    if (open != null) {
      Streams _ =
          mapped.run(
              () -> {
                stopOn(open);
                return open;
              });
    }
  }

  /** May be done twice at once. */
  private void stopOn(Streams open) throws IOException {
    try {
      if (readStopped) {
        open.incoming.stop();
      }
    } finally {
      if (writeStopped) {
        open.outgoing.stop();
      }
    }
  }

  @Override
  protected void setBlocking(boolean block) {
    // Transfers ask for the mode.
  }

  @Override
  protected boolean waitUntilReadable(Duration atMost) throws IOException {
    return mapped.run(() -> streams().incoming.await(atMost));
  }

  @Override
  protected boolean waitUntilWritable(Duration atMost) throws IOException {
    return mapped.run(() -> streams().outgoing.await(atMost));
  }

  @Override
  public RegisteredMemory allocate(long byteCount) throws IOException {
    requireOpen();
    return mapped.run(this::streams).pages.allocate(byteCount);
  }

  @Override
  public RemoteMemory remote(ByteBuffer key) throws IOException {
    requireOpen();
    return mapped.run(this::streams).pages.remote(key);
  }

  private void requireOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  @Override
  protected void release(boolean completed) throws IOException {
    if (completed) {
      deliver();
    } else {
      abandon();
    }
  }

  private void deliver() throws IOException {
    released = true;
    Streams open = streams;
    if (open == null) {
      // Nothing was accepted. A set-up that is in progress fails, and its abort comes too late.
      delivered = true;
      control.close();
      return;
    }
    Streams _ =
        mapped.run(
            () -> {
              open.outgoing.deliver(open.incoming, Deadline.after(linger));
              delivered = true;
              open.incoming.leave();
              open.connection.fabric().leave(Departure.CLOSED);
              return open;
            });
  }

  private void abandon() throws IOException {
    released = true;
    Streams open = streams;
    if (open == null) {
      control.close();
    } else {
      open.connection.fabric().leave(Departure.ABORTED);
    }
  }

  @Override
  protected boolean isDelivered() {
    return delivered;
  }
}
