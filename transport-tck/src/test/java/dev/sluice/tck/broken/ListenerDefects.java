package dev.sluice.tck.broken;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Wrong listeners. */
final class ListenerDefects {
  private ListenerDefects() {}

  /** Says that nobody has to come, and waits for somebody. */
  static TransportListener awaitingNobody(TransportListener sound) {
    return new ForwardingListener(sound) {
      @Override
      public boolean awaitsPeer() {
        return false;
      }
    };
  }

  /** Leaves a file in the folder that is the target of the address. */
  static TransportListener leavingAFile(TransportListener sound) throws IOException {
    Path folder = Path.of(sound.address().target());
    if (Files.isDirectory(folder)) {
      Files.createTempFile(folder, "left", ".sock");
    }
    return sound;
  }

  /** Every second call gets what the first one got. */
  static TransportListener givingTwice(TransportListener sound) {
    return new ForwardingListener(sound) {
      private Optional<TransportChannel> last = Optional.empty();

      @Override
      public Optional<TransportChannel> accept() throws IOException {
        synchronized (this) {
          if (last.isPresent()) {
            Optional<TransportChannel> again = last;
            last = Optional.empty();
            return again;
          }
        }
        Optional<TransportChannel> fresh = super.accept();
        synchronized (this) {
          last = fresh;
        }
        return fresh;
      }
    };
  }
}
