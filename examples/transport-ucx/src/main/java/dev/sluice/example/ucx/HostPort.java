package dev.sluice.example.ucx;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The target of an address.
 *
 * @param host a name or an address, IPv6 without its brackets; empty: none was given
 * @param port 0 to 65535
 */
record HostPort(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:\\[(?<literal>[0-9A-Fa-f:.%]+)]|(?<name>[A-Za-z0-9._-]*)):(?<port>\\d{1,5})");

  static HostPort in(TransportAddress address) throws TransportException {
    Matcher matcher = FORM.matcher(address.target());
    if (!matcher.matches()) {
      throw malformed(address, "it is not HOST:PORT");
    }
    int port = Integer.parseInt(matcher.group("port"));
    if (port > 65_535) {
      throw malformed(address, "port " + port + " is not in 0..65535");
    }
    String literal = matcher.group("literal");
    return new HostPort(literal != null ? literal : matcher.group("name"), port);
  }

  static TransportException malformed(TransportAddress address, String why) {
    return new TransportException(
        Kind.ADDRESS,
        "'" + address + "' is not a ucx address: " + why,
        "write ucx:HOST:PORT, an IPv6 address in brackets, as in ucx:[::1]:4444",
        null);
  }

  /** Returns a socket's address in the form in which it can be connected to. */
  static TransportAddress addressOf(InetSocketAddress socketAddress) {
    String host = socketAddress.getAddress().getHostAddress();
    return TransportAddress.of(
        UcxTransport.SCHEME,
        (socketAddress.getAddress() instanceof Inet6Address ? "[" + host + "]" : host)
            + ":"
            + socketAddress.getPort());
  }
}
