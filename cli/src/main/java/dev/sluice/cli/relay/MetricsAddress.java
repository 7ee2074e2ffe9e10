package dev.sluice.cli.relay;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.cli.console.CommandException;
import dev.sluice.cli.console.Failure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What users write for where metrics are served: {@code HOST:PORT}, this host only. */
final class MetricsAddress {
  private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[.*]|[^:]*):(\\d{1,5})");
  private static final int MAX_PORT = 65_535;

  private MetricsAddress() {}

  /**
   * Reads one.
   *
   * @throws CommandException if it is none, or not of the loopback interface: metrics are neither
   *     encrypted nor does anybody have to show who they are
   */
  static InetSocketAddress parse(String text) throws CommandException {
    Matcher parts = HOST_AND_PORT.matcher(text);
    if (!parts.matches() || Integer.parseInt(parts.group(2)) > MAX_PORT) {
      throw usage("--metrics '" + text + "' is no HOST:PORT");
    }
    InetAddress host = host(text, parts.group(1));
    if (!host.isLoopbackAddress()) {
      throw new CommandException(
          Failure.of(
              new TransportException(
                  Kind.POLICY,
                  "--metrics " + text + ": metrics are served on the loopback interface only",
                  "use 127.0.0.1:PORT, and a proxy that asks who comes",
                  null)));
    }
    return new InetSocketAddress(host, Integer.parseInt(parts.group(2)));
  }

  private static InetAddress host(String text, String name) throws CommandException {
    try {
      return name.isEmpty() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(name);
    } catch (UnknownHostException _) {
      throw usage("--metrics '" + text + "': there is no such host");
    }
  }

  private static CommandException usage(String message) {
    return new CommandException(
        Failure.usage(message, "write a host and a port, such as 127.0.0.1:9464"));
  }
}
