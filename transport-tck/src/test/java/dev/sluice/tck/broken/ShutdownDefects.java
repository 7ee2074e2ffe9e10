package dev.sluice.tck.broken;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.tck.fault.ForwardingChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Directions that are stopped in a wrong way. */
final class ShutdownDefects {
  private ShutdownDefects() {}

  static TransportChannel closingBothDirections(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      @Override
      public void shutdown(Direction direction) throws IOException {
        super.shutdown(Direction.BOTH);
      }
    };
  }

  static TransportChannel wakingNobody(TransportChannel sound, End end) {
    return new ForwardingChannel(sound) {
      @Override
      public void shutdown(Direction direction) {}
    };
  }

  /** What the peer has not read when the output ends never comes. */
  static TransportChannel losingTheTail(TransportChannel sound, End end) {
    return new Funnel(sound) {
      @Override
      public void shutdown(Direction direction) throws IOException {
        if (direction.writes()) {
          end.tailLost = true;
        }
        super.shutdown(direction);
      }

      @Override
      long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
        ByteBuffer lost = ByteBuffer.allocate(1000);
        while (end.peer().tailLost && delegate().read(lost.clear()) > 0) {
          lost.clear();
        }
        return super.readInto(targets, offset, length);
      }
    };
  }
}
