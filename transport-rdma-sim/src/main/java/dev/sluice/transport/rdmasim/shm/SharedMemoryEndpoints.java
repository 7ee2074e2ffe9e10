package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.transport.rdmasim.stream.StreamOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Connects and listens at {@code rdma-sim} addresses. */
public final class SharedMemoryEndpoints {
  private SharedMemoryEndpoints() {}

  /**
   * Connects, and waits until the other side has accepted.
   *
   * @param address of scheme {@code rdma-sim}, its options checked
   * @param context time-outs
   * @return a channel that is ready
   * @throws TransportException as {@link dev.sluice.api.spi.TransportProvider#connect} says
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
   */
  public static TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    EndpointName name = EndpointName.parse(address.target());
    StreamOptions options = SharedMemoryOptions.stream(address);
    Deadline deadline = Deadline.after(SharedMemoryOptions.connectTimeout(address, context));
    Duration linger = SharedMemoryOptions.linger(address, context);
    MeetingFolder folder = MeetingFolder.open(SharedMemoryOptions.DIR.in(address));
    ControlSocket control = MeetingConnector.connect(folder, name, deadline);
    SharedConnection connection =
        SharedConnection.connect(folder, name, control, options, deadline);
    boolean complete = false;
    try {
      SharedChannel channel =
          new SharedChannel(
              info(address, folder).between(Optional.empty(), Optional.of(address)),
              control,
              _ -> connection,
              linger,
              new Pacer(SharedMemoryOptions.bytesPerSecond(address)));
      channel.establish();
      complete = true;
      return channel;
    } finally {
      if (!complete) {
        connection.fabric().leave(Departure.ABORTED);
      }
    }
  }

  /**
   * Listens.
   *
   * @param address of scheme {@code rdma-sim}, its options checked
   * @param context time-outs
   * @throws TransportException as {@link dev.sluice.api.spi.TransportProvider#listen} says
   */
  public static TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    EndpointName name = EndpointName.parse(address.target());
    StreamOptions options = SharedMemoryOptions.stream(address);
    Duration linger = SharedMemoryOptions.linger(address, context);
    Duration handshake = context.handshakeTimeout();
    double bytesPerSecond = SharedMemoryOptions.bytesPerSecond(address);
    MeetingFolder folder = MeetingFolder.open(SharedMemoryOptions.DIR.in(address));
    MeetingListener listener =
        MeetingListener.open(folder, name, SharedMemoryOptions.BACKLOG.in(address));
    ChannelInfo info = info(address, folder).between(Optional.of(address), Optional.empty());
    return new SharedMemoryListener(
        listener,
        address,
        control ->
            new SharedChannel(
                info,
                control,
                socket ->
                    SharedConnection.accept(
                        folder, name, socket, options, Deadline.after(handshake)),
                linger,
                new Pacer(bytesPerSecond)));
  }

  private static ChannelInfo info(TransportAddress address, MeetingFolder folder)
      throws TransportException {
    return ChannelInfo.named(address.scheme() + ":" + address.target())
        .withPeerUser(folder.userName());
  }
}
