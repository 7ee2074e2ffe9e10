package dev.sluice.transport.socket;

import com.google.common.base.CharMatcher;
import com.google.common.net.InetAddresses;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.net.InetSocketAddress;

/**
 * The target of a {@code tcp} address.
 *
 * @param host a name or an address, IPv6 without its brackets; empty: none was given
 * @param port 0 to 65535
 */
record HostPort(String host, int port) {
  private static final CharMatcher DIGITS = CharMatcher.inRange('0', '9');
  private static final CharMatcher NEVER_IN_HOST =
      CharMatcher.anyOf("/\\@[]?#\"'").or(CharMatcher.whitespace());

  /**
   * Reads the target of an address.
   *
   * @throws TransportException of kind ADDRESS, with the right spelling in its hint
   */
  static HostPort in(TransportAddress address) throws TransportException {
    String target = address.target();
    if (target.startsWith("//")) {
      throw malformed(
          address,
          "no // follows the scheme",
          "write " + address.withTarget(target.replaceAll("^/+|/+$", "")));
    }
    return target.startsWith("[") ? bracketed(address, target) : plain(address, target);
  }

  private static HostPort bracketed(TransportAddress address, String target)
      throws TransportException {
    int end = target.indexOf(']');
    if (end < 0) {
      throw malformed(address, "the closing bracket is missing", "write tcp:[ADDRESS]:PORT");
    }
    String host = target.substring(1, end);
    if (!isIpv6(host)) {
      throw malformed(
          address,
          "'" + host + "' is not an IPv6 address",
          "only IPv6 addresses go into brackets, as in tcp:[::1]:4444");
    }
    if (!target.startsWith(":", end + 1)) {
      throw noPort(address, "[" + host + "]");
    }
    return new HostPort(host, port(address, "[" + host + "]", target.substring(end + 2)));
  }

  private static HostPort plain(TransportAddress address, String target) throws TransportException {
    int colon = target.lastIndexOf(':');
    if (colon < 0) {
      if (!target.isEmpty() && DIGITS.matchesAllOf(target)) {
        throw malformed(
            address, "it is only a port or only a host", "write tcp::" + target + " for a port");
      }
      throw noPort(address, target.isEmpty() ? "HOST" : target);
    }
    String host = target.substring(0, colon);
    String port = target.substring(colon + 1);
    if (host.contains(":")) {
      throw unbracketed(address, target, host, port);
    }
    if (NEVER_IN_HOST.matchesAnyOf(host)) {
      throw malformed(
          address, "'" + host + "' is not a host", "write tcp:HOST:PORT and nothing else");
    }
    return new HostPort(host, port(address, host, port));
  }

  private static TransportException unbracketed(
      TransportAddress address, String target, String host, String port) {
    String hint = "write tcp:HOST:PORT, an IPv6 address in brackets, as in tcp:[::1]:4444";
    if (isIpv6(host)) {
      hint = "write tcp:[" + host + "]:" + (port.isEmpty() ? "PORT" : port);
    } else if (isIpv6(target)) {
      hint = "write tcp:[" + target + "]:PORT";
    }
    return malformed(address, "an IPv6 address needs brackets", hint);
  }

  private static int port(TransportAddress address, String host, String text)
      throws TransportException {
    if (text.isEmpty()) {
      throw noPort(address, host);
    }
    if (!DIGITS.matchesAllOf(text)) {
      throw malformed(
          address,
          "'" + text + "' is not a port number",
          "write the number instead of a name, such as tcp:" + host + ":4444");
    }
    // Six digits and more cannot be a port, and might not be an int.
    int port = text.length() > 5 ? Integer.MAX_VALUE : Integer.parseInt(text);
    if (port > 65_535) {
      throw malformed(
          address,
          "port " + text + " is out of range",
          "ports are 0..65535, such as tcp:" + host + ":4444");
    }
    return port;
  }

  /** With or without a scope, as in {@code fe80::1%eth0}. */
  private static boolean isIpv6(String host) {
    int scope = host.indexOf('%');
    String literal = scope < 0 ? host : host.substring(0, scope);
    return literal.contains(":") && InetAddresses.isInetAddress(literal);
  }

  private static TransportException noPort(TransportAddress address, String host) {
    return malformed(
        address, "the port is missing", "write tcp:" + host + ":PORT, such as tcp:myhost:4444");
  }

  private static TransportException malformed(TransportAddress address, String why, String hint) {
    return new TransportException(
        Kind.ADDRESS, "'" + address + "' is not a tcp address: " + why, hint, null);
  }

  /** Returns the numeric form of an address of the JDK. */
  static HostPort of(InetSocketAddress socketAddress) {
    return new HostPort(
        InetAddresses.toAddrString(socketAddress.getAddress()), socketAddress.getPort());
  }

  /** Returns this as an address without options. */
  TransportAddress asAddress() {
    return TransportAddress.of("tcp", toString());
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
