package dev.sluice.transport.socket;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.transport.socket.system.Descriptors;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * A listening socket.
 *
 * <h2>Ownership</h2>
 *
 * Owns the socket and its socket file. The file goes first: as long as the socket answers, nobody
 * takes the file for a stale one and puts another in its place.
 */
final class SocketListener implements TransportListener {
  /** Makes a channel of an accepted socket. */
  @FunctionalInterface
  interface Adoption {
    /**
     * Returns a channel that owns the socket; empty if this peer is not wanted.
     *
     * @throws IOException if it cannot be set up; the socket stays the caller's, as when empty
     */
    Optional<TransportChannel> adopt(SocketChannel accepted) throws IOException;
  }

  private final ServerSocketChannel server;
  private final TransportAddress address;
  private final Adoption adoption;
  private final Closeable socketFile;

  SocketListener(
      ServerSocketChannel server,
      TransportAddress address,
      Adoption adoption,
      Closeable socketFile) {
    this.server = server;
    this.address = address;
    this.adoption = adoption;
    this.socketFile = socketFile;
  }

  @Override
  public TransportAddress address() {
    return address;
  }

  @Override
  public Optional<TransportChannel> accept() throws IOException {
    while (true) {
      Optional<SocketChannel> accepted = acceptSocket();
      if (accepted.isEmpty()) {
        return Optional.empty();
      }
      Optional<TransportChannel> channel = adopt(accepted.get());
      if (channel.isPresent()) {
        return channel;
      }
    }
  }

  private Optional<SocketChannel> acceptSocket() throws IOException {
    try {
      return Optional.of(server.accept());
    } catch (ClosedByInterruptException interrupted) {
      try {
        close();
      } catch (IOException notRemoved) {
        interrupted.addSuppressed(notRemoved);
      }
      throw interrupted;
    } catch (ClosedChannelException closed) {
      return Optional.empty();
    } catch (IOException exhausted) {
      // What is left of accept's errors: no descriptors, no memory. The connection stays queued.
      throw Descriptors.none("a connection that comes to " + address, exhausted);
    }
  }

  private Optional<TransportChannel> adopt(SocketChannel accepted) throws IOException {
    Optional<TransportChannel> channel = Optional.empty();
    try {
      channel = adoption.adopt(accepted);
    } finally {
      if (channel.isEmpty()) {
        accepted.close();
      }
    }
    return channel;
  }

  @Override
  public void close() throws IOException {
    try {
      socketFile.close();
    } finally {
      server.close();
    }
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
