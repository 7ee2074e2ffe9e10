package dev.sluice.tck.contract;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** A listener that accepts nobody, and with which as many wait already as can. */
final class SilentEndpoint {
  /** More than any transport keeps waiting by default. */
  private static final int MOST_WAITING = 400;

  /** How connecting fails there: while it connects, or while it shakes hands. */
  static final Set<Kind> NO_ANSWER = EnumSet.of(Kind.UNREACHABLE, Kind.TIMED_OUT);

  private final RuleGroup group;
  private final Path folder;
  private final TransportAddress address;

  private SilentEndpoint(RuleGroup group, Path folder, TransportAddress address) {
    this.group = group;
    this.folder = folder;
    this.address = address;
  }

  /** Makes one; aborts the test where connecting never waits. */
  static SilentEndpoint in(RuleGroup group) throws Exception {
    Path folder = group.folder();
    TransportListener listener =
        group.hold(group.fixture().listen(folder, group.fixture().context()));
    SilentEndpoint endpoint = new SilentEndpoint(group, folder, listener.address());
    for (int i = 0; i < MOST_WAITING; i++) {
      if (!endpoint.takesOneMore()) {
        return endpoint;
      }
    }
    Assumptions.abort(
        "nobody waits in connect: "
            + MOST_WAITING
            + " connections were there before one was accepted");
    return endpoint;
  }

  private boolean takesOneMore() throws Exception {
    try {
      group.start(() -> connect(group.run().second())).result();
      return true;
    } catch (TransportException full) {
      if (!NO_ANSWER.contains(full.kind())) {
        throw full;
      }
      return false;
    }
  }

  /** Connects, with so much time. */
  TransportChannel connect(Duration timeout) throws IOException {
    TransportContext context =
        group.fixture().context().withConnectTimeout(timeout).withHandshakeTimeout(timeout);
    return group.track(group.fixture().connect(address, folder, context));
  }
}
