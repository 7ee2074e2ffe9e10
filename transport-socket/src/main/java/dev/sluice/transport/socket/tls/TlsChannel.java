package dev.sluice.transport.socket.tls;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.AbstractTransportChannel;
import dev.sluice.transport.socket.timing.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * TLS over a channel, which it owns.
 *
 * <p>The channel beneath needs SHUTDOWN, DUPLEX and NON_BLOCKING. This one is always blocking: the
 * thread that sends shares the channel beneath, whose mode is one for both directions.
 *
 * <p>An end is one that TLS told; an end of the connection without that is a truncation, so an
 * abandoned stream never looks complete, over unix sockets neither. Not so where the address gave
 * that up.
 */
final class TlsChannel extends AbstractTransportChannel {
  /** Makes the session at the last moment, from the certificates that are there then. */
  @FunctionalInterface
  interface SessionSource {
    TlsSession open() throws IOException;
  }

  /** What there is once the hand-shake is done. */
  private record Streams(TlsInput input, TlsOutput output) {}

  private final TransportChannel channel;
  private final SessionSource sessions;
  private final TlsTimes times;
  private final boolean closeNotify;

  private volatile ChannelInfo info;
  private volatile @Nullable Streams streams;

  /**
   * Set before {@link #readerInside} is looked at, while a reader sets that one before it looks
   * here: one of the two sees the other.
   */
  private volatile boolean inputStopped;

  private volatile boolean readerInside;

  /** The channel beneath was told to give nothing more. */
  private volatile boolean inputRefused;

  /**
   * Creates a channel whose hand-shake is still to come.
   *
   * @param channel the connection, in blocking mode, nothing sent yet
   * @param closeNotify whether TLS tells the end
   */
  TlsChannel(
      TransportChannel channel, SessionSource sessions, TlsTimes times, boolean closeNotify) {
    super(channel.info(), Direction.BOTH, features(channel, closeNotify));
    this.channel = channel;
    this.sessions = sessions;
    this.times = times;
    this.closeNotify = closeNotify;
    this.info = channel.info();
  }

  private static Set<ChannelFeature> features(TransportChannel channel, boolean closeNotify) {
    Set<ChannelFeature> features = EnumSet.of(ChannelFeature.SHUTDOWN);
    if (closeNotify || channel.features().contains(ChannelFeature.RESET)) {
      features.add(ChannelFeature.RESET);
    }
    return features;
  }

  @Override
  public ChannelInfo info() {
    return info;
  }

  @Override
  public void establish() throws IOException {
    if (streams != null) {
      return;
    }
    try {
      TlsSession session = sessions.open();
      ByteBuffer received = Handshake.run(session, channel, times.handshake());
      TlsOutput output = new TlsOutput(session, channel, closeNotify);
      TlsInput input =
          new TlsInput(session, channel, received, output, closeNotify, () -> inputStopped);
      info = protectedBy(session.security());
      streams = new Streams(input, output);
      Thread.ofVirtual().name("sluice-tls-" + info.name()).start(output);
      if (!isOpen()) {
        // Abandoned meanwhile, when there was no output to be told.
        output.abandon();
        throw new ClosedChannelException();
      }
    } catch (IOException | RuntimeException | Error failed) {
      abort();
      throw failed;
    }
  }

  private ChannelInfo protectedBy(String security) {
    ChannelInfo plain = channel.info();
    return new ChannelInfo(
        plain.name(),
        plain.localAddress(),
        plain.peerAddress(),
        Optional.of(security),
        plain.peerUser());
  }

  private Streams established() {
    Streams now = streams;
    if (now == null) {
      throw new IllegalStateException(
          "channel " + info().name() + " has to be established before the first transfer");
    }
    return now;
  }

  @Override
  protected long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
    Streams now = established();
    readerInside = true;
    try {
      return inputStopped ? -1 : now.input().read(targets, offset, length);
    } finally {
      readerInside = false;
    }
  }

  @Override
  protected long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
    Streams now = established();
    try {
      return now.output().write(sources, offset, length);
    } catch (TransportException broken) {
      throw reasonOf(broken, now.input());
    }
  }

  /** A certificate that the peer refused shows as a connection that broke. */
  private static TransportException reasonOf(TransportException broken, TlsInput input) {
    Optional<TransportException> reason =
        broken.kind() == Kind.RESET ? input.lookForReason() : Optional.empty();
    reason.ifPresent(why -> why.addSuppressed(broken));
    return reason.isPresent() ? reason.get() : broken;
  }

  @Override
  protected void stop(Direction stopped) throws IOException {
    Streams now = established();
    if (stopped.reads()) {
      stopInput();
    }
    if (stopped.writes()) {
      now.output().end();
    }
  }

  private void stopInput() throws IOException {
    inputStopped = true;
    if (readerInside) {
      inputRefused = true;
      channel.shutdown(Direction.READ);
    }
  }

  @Override
  protected void release(boolean completed) throws IOException {
    Streams now = streams;
    if (!completed || now == null) {
      channel.abort();
      if (now != null) {
        now.output().abandon();
      }
      return;
    }
    deliver(now);
    channel.close();
  }

  /**
   * Ends the output, and discards input meanwhile: a peer that is blocked in sending reads nothing,
   * and one that ends without having read everything says so.
   */
  private void deliver(Streams now) throws IOException {
    Deadline deadline = Deadline.after(times.linger());
    FutureTask<Boolean> discarding =
        new FutureTask<>(
            () -> {
              now.input().discardToTheEnd();
              return true;
            });
    if (!inputRefused) {
      Thread.ofVirtual().name("sluice-tls-end-" + info.name()).start(discarding);
    }
    try {
      now.output().end();
      if (!now.output().awaitSent(deadline.remainingNanos())) {
        throw notEnded();
      }
      if (!inputRefused) {
        var _ = discarding.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (TransportException broken) {
      throw reasonOf(broken, now.input());
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IOException failure ? failure : new IOException(failed);
    } catch (TimeoutException late) {
      throw notEnded();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      ClosedByInterruptException closed = new ClosedByInterruptException();
      closed.initCause(interrupted);
      throw closed;
    }
  }

  private TransportException notEnded() {
    return new TransportException(
        Kind.TIMED_OUT,
        info.name()
            + " did not end its side within "
            + Deadline.text(times.linger())
            + " after the end of the output: whether it read everything is unknown",
        "if the peer is slow, wait longer with linger=",
        null);
  }
}
