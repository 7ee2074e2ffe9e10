package dev.sluice.transport.socket;

import com.google.common.net.InetAddresses;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.socket.system.Descriptors;
import dev.sluice.transport.socket.timing.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the addresses of a host, in the order of the system's resolver.
 *
 * <p>The resolver neither ends on an interrupt nor has a time-out, so it runs in a daemon thread of
 * its own. One that is given up on lives until the resolver gives up, and holds nothing else.
 */
final class NameLookup {
  /** What the resolver opens at a time, and one that somebody else takes meanwhile. */
  private static final int DESCRIPTOR_COUNT = 2;

  private NameLookup() {}

  /**
   * Returns the addresses of a host, at least one.
   *
   * @param host a name or a literal; literals are not looked up
   * @param deadline when to give up
   * @throws TransportException of kind UNREACHABLE if there are none in time, LIMIT if there are no
   *     descriptors to look a name up with
   * @throws ClosedByInterruptException if the thread is interrupted
   */
  static List<InetAddress> addressesOf(String host, Deadline deadline) throws IOException {
    if (!InetAddresses.isInetAddress(host)) {
      // Without one the resolver says that it knows no such host, and the JDK believes it for 10 s.
      Descriptors.require(DESCRIPTOR_COUNT, "looking up the host name '" + host + "'");
    }
    return addressesOf(host, deadline, () -> List.of(InetAddress.getAllByName(host)));
  }

  static List<InetAddress> addressesOf(
      String host, Deadline deadline, Callable<List<InetAddress>> resolver) throws IOException {
    FutureTask<List<InetAddress>> lookup = new FutureTask<>(resolver);
    Thread.ofPlatform().daemon().name("sluice-lookup-" + host).start(lookup);
    try {
      return lookup.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      ClosedByInterruptException ended = new ClosedByInterruptException();
      ended.initCause(interrupted);
      throw ended;
    } catch (TimeoutException late) {
      throw unresolved(host, "the resolver did not answer in time", late);
    } catch (ExecutionException failed) {
      throw unresolved(host, "the resolver does not know it", failed.getCause());
    }
  }

  private static TransportException unresolved(String host, String why, @Nullable Throwable cause) {
    return new TransportException(
        Kind.UNREACHABLE,
        "the host name '" + host + "' has no address: " + why,
        "check the spelling, /etc/hosts and the DNS, or write the address in numbers",
        cause);
  }
}
