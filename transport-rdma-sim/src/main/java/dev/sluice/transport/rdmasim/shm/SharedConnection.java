package dev.sluice.transport.rdmasim.shm;

import dev.sluice.transport.rdmasim.shm.Handshake.Established;
import dev.sluice.transport.rdmasim.shm.Handshake.Offer;
import dev.sluice.transport.rdmasim.stream.StreamOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is set up: the fabric, and what the channel has on it.
 *
 * @param fabric owns all memory and the socket
 * @param ends what is used
 */
record SharedConnection(SharedFabric fabric, StreamEnds ends) {
  /**
   * Sets one up from the connecting side.
   *
   * @param control closed if that fails
   */
  static SharedConnection connect(
      MeetingFolder folder,
      EndpointName name,
      ControlSocket control,
      StreamOptions options,
      Deadline deadline)
      throws IOException {
    Side side = new Side(folder, name.toString(), options);
    return side.complete(Handshake.connect(folder, name, control, side.offer(), deadline), control);
  }

  /**
   * Sets one up from the accepting side.
   *
   * @param control closed if that fails
   */
  static SharedConnection accept(
      MeetingFolder folder,
      EndpointName name,
      ControlSocket control,
      StreamOptions options,
      Deadline deadline)
      throws IOException {
    Side side = new Side(folder, name.toString(), options);
    return side.complete(
        Handshake.accept(folder, control, hello -> side.offer(), deadline), control);
  }

  /** One side while it is set up. */
  private static final class Side {
    private final MeetingFolder folder;
    private final String name;
    private final StreamOptions options;
    private final SharedLayout layout;
    private final ByteBuffer greeting = ByteBuffer.allocate(StreamEnds.GREETING_BYTE_COUNT);
    private @Nullable SharedConnection made;

    Side(MeetingFolder folder, String name, StreamOptions options) {
      this.folder = folder;
      this.name = name;
      this.options = options;
      layout = SharedLayout.ofChannel(StreamEnds.arenaByteCount(options));
    }

    Offer offer() {
      return new Offer(layout.byteCount(), 0, greeting, this::prepare);
    }

    private void prepare(Segment own) throws IOException {
      SharedFabric fabric = new SharedFabric(name, folder, own, layout);
      StreamEnds ends = new StreamEnds(fabric, options);
      ends.greet(greeting);
      made = new SharedConnection(fabric, ends);
    }

    SharedConnection complete(Established established, ControlSocket control) throws IOException {
      SharedConnection connection = Objects.requireNonNull(made);
      boolean complete = false;
      try {
        connection.fabric.attach(established.peers(), control);
        connection.ends.connect(established.hello().payload());
        complete = true;
        return connection;
      } finally {
        if (!complete) {
          control.close();
          established.peers().close();
          connection.fabric.close();
        }
      }
    }
  }
}
