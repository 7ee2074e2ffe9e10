package dev.sluice.example.ucx;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds the addresses of a host. The resolver neither ends on an interrupt nor has a time-out, so
 * it runs in a thread of its own, which is left behind if it does not answer.
 */
final class NameLookup {
  private NameLookup() {}

  static List<InetAddress> addressesOf(String host, Duration timeout) throws IOException {
    FutureTask<List<InetAddress>> lookup =
        new FutureTask<>(() -> List.of(InetAddress.getAllByName(host)));
    Thread.ofPlatform().daemon().name("ucx-lookup").start(lookup);
    try {
      return lookup.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    } catch (ExecutionException | TimeoutException failed) {
      throw new TransportException(
          Kind.UNREACHABLE,
          "the host name '" + host + "' has no address: " + Failures.detail(failed),
          "check the spelling, /etc/hosts and the DNS, or write the address in numbers",
          failed);
    }
  }
}
