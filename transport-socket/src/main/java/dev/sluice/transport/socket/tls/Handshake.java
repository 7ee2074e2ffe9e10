package dev.sluice.transport.socket.tls;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.socket.system.Descriptors;
import dev.sluice.transport.socket.timing.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * The TLS hand-shake of one connection, within a time. The channel is in non-blocking mode
 * meanwhile, which is what gives every wait an end.
 */
final class Handshake {
  /**
   * How long a peer that was refused may take to read why. Were the connection closed at once, what
   * it is still sending would reset it, and the alert would be lost.
   */
  private static final Duration FAREWELL = Duration.ofSeconds(1);

  /**
   * What a record can start with: its type, of RFC 8446. Application data is encrypted handshake.
   */
  private static final Set<Integer> RECORDS_OF_A_HANDSHAKE = Set.of(20, 21, 22, 23);

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final TlsSession session;
  private final SSLEngine engine;
  private final TransportChannel channel;
  private final Duration atMost;
  private final Deadline deadline;

  /** Ciphertext that has come, ready to be taken. */
  private final ByteBuffer received;

  private final ByteBuffer toSend;
  private final ByteBuffer plain;

  private Handshake(TlsSession session, TransportChannel channel, Duration atMost) {
    this.session = session;
    this.engine = session.engine();
    this.channel = channel;
    this.atMost = atMost;
    this.deadline = Deadline.after(atMost);
    int packetByteCount = engine.getSession().getPacketBufferSize();
    this.received = ByteBuffer.allocate(packetByteCount).limit(0);
    this.toSend = ByteBuffer.allocate(packetByteCount);
    this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
  }

  /**
   * Runs it.
   *
   * @param channel in blocking mode, before and after
   * @return ciphertext that has come already and belongs to what follows, ready to be taken
   * @throws TransportException of kind IDENTITY if the sides do not agree; the peer was told
   */
  static ByteBuffer run(TlsSession session, TransportChannel channel, Duration atMost)
      throws IOException {
    Handshake handshake = new Handshake(session, channel, atMost);
    channel.configureBlocking(false);
    try {
      handshake.agree();
    } catch (SSLException refused) {
      TransportException told = session.refused(refused);
      handshake.bidFarewell();
      throw told;
    }
    channel.configureBlocking(true);
    return handshake.received;
  }

  private void agree() throws IOException {
    engine.beginHandshake();
    HandshakeStatus status = engine.getHandshakeStatus();
    while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
      status =
          switch (status) {
            case NEED_WRAP -> send();
            case NEED_TASK -> runTasks();
            default -> receive();
          };
    }
  }

  private HandshakeStatus runTasks() {
    for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
      task.run();
    }
    return engine.getHandshakeStatus();
  }

  private HandshakeStatus send() throws IOException {
    SSLEngineResult result = engine.wrap(NOTHING, toSend.clear());
    toSend.flip();
    while (toSend.hasRemaining()) {
      if (channel.write(toSend) == 0
          && !Descriptors.awaitOrPause(channel::awaitWritable, deadline)) {
        throw late();
      }
    }
    if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
      throw ended();
    }
    return result.getHandshakeStatus();
  }

  private HandshakeStatus receive() throws IOException {
    while (true) {
      SSLEngineResult result = engine.unwrap(received, plain.clear());
      switch (result.getStatus()) {
        case BUFFER_UNDERFLOW -> fill();
        case CLOSED -> throw ended();
        default -> {
          return result.getHandshakeStatus();
        }
      }
    }
  }

  private void fill() throws IOException {
    if (Records.isTooLong(received)) {
      throw new TransportException(
          Kind.IDENTITY,
          session.peer() + " sent " + Records.describe(received),
          "it does not speak TLS 1.3 as it should, or is no friend",
          null);
    }
    received.compact();
    try {
      int byteCount;
      while ((byteCount = channel.read(received)) == 0) {
        if (!Descriptors.awaitOrPause(channel::awaitReadable, deadline)) {
          throw late();
        }
      }
      if (byteCount < 0) {
        throw ended();
      }
    } finally {
      received.flip();
    }
    if (!RECORDS_OF_A_HANDSHAKE.contains((int) received.get(0))) {
      throw new TransportException(
          Kind.IDENTITY,
          session.peer() + " does not speak TLS",
          "use tls=on on both sides, or on none",
          null);
    }
  }

  private TransportException ended() {
    return new TransportException(
        Kind.IDENTITY,
        session.peer() + " ended the connection in the middle of the TLS hand-shake",
        "does it speak TLS? See its own messages",
        null);
  }

  private TransportException late() {
    return new TransportException(
        Kind.TIMED_OUT,
        session.peer() + " did not finish the TLS hand-shake within " + Deadline.text(atMost),
        "a peer that is silent may not speak TLS",
        null);
  }

  /** Sends the alert, if there is one, and gives the peer time to read it. */
  private void bidFarewell() {
    Deadline farewell = Deadline.after(FAREWELL);
    try {
      while (!engine.isOutboundDone() && engine.wrap(NOTHING, toSend.clear()).bytesProduced() > 0) {
        toSend.flip();
        while (toSend.hasRemaining()
            && (channel.write(toSend) > 0
                || Descriptors.awaitOrPause(channel::awaitWritable, farewell))) {
          // Until it is sent, or too late.
        }
      }
      channel.shutdown(Direction.WRITE);
      while (!farewell.passed()
          && channel.read(received.clear()) >= 0
          && Descriptors.awaitOrPause(channel::awaitReadable, farewell)) {
        // Until the peer has gone, or too late.
      }
    } catch (IOException gone) {
      // Nobody is there to be told.
    }
  }
}
