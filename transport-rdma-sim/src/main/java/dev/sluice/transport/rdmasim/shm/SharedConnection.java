package dev.sluice.transport.rdmasim.shm;

import dev.sluice.transport.rdmasim.shm.Handshake.Offer;
import dev.sluice.transport.rdmasim.shm.Handshake.Preparation;
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
    Side side = new Side(folder, name.toString(), options, control);
    Handshake.connect(folder, name, control, side.offer(), deadline);
    return side.connection();
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
    Side side = new Side(folder, name.toString(), options, control);
    Handshake.accept(folder, control, _ -> side.offer(), deadline);
    return side.connection();
  }

  /** One side while it is set up. If that fails, all that it uses is closed by the handshake. */
  private static final class Side implements Preparation {
    private final MeetingFolder folder;
    private final String name;
    private final StreamOptions options;
    private final SharedLayout layout;
    private final ControlSocket control;
    private final ByteBuffer greeting = ByteBuffer.allocate(StreamEnds.GREETING_BYTE_COUNT);
    private @Nullable SharedConnection made;

    Side(MeetingFolder folder, String name, StreamOptions options, ControlSocket control) {
      this.folder = folder;
      this.name = name;
      this.options = options;
      this.control = control;
      layout = SharedLayout.ofChannel(StreamEnds.arenaByteCount(options));
    }

    Offer offer() {
      return new Offer(layout.byteCount(), 0, greeting, this);
    }

    @Override
    public void prepare(Segment own) throws IOException {
      SharedFabric fabric = new SharedFabric(name, folder, own, layout);
      StreamEnds ends = new StreamEnds(fabric, options);
      ends.greet(greeting);
      made = new SharedConnection(fabric, ends);
    }

    @Override
    public void join(Segment peers, Hello hello) throws IOException {
      connection().fabric.attach(peers, control);
      connection().ends.connect(hello.payload());
    }

    SharedConnection connection() {
      return Objects.requireNonNull(made);
    }
  }
}
