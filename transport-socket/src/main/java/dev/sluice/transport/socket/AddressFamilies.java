package dev.sluice.transport.socket;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.socket.system.Descriptors;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;

/** The families of the Internet protocol that an address may use: at least one. */
record AddressFamilies(boolean ipv4, boolean ipv6) {
  /** Reads the options {@code ipv4} and {@code ipv6}, which mean what they mean in QEMU. */
  static AddressFamilies in(TransportAddress address) throws TransportException {
    boolean onlyIpv6 = onlyByName(address, SocketOptions.IPV6.key(), SocketOptions.IPV4.key());
    boolean onlyIpv4 = onlyByName(address, SocketOptions.IPV4.key(), SocketOptions.IPV6.key());
    boolean ipv4 = SocketOptions.IPV4.in(address) && !onlyIpv6;
    boolean ipv6 = SocketOptions.IPV6.in(address) && !onlyIpv4;
    if (!ipv4 && !ipv6) {
      throw new TransportException(
          Kind.ADDRESS,
          "'" + address + "' turns off both IPv4 and IPv6",
          "leave out ipv4=off or ipv6=off",
          null);
    }
    return new AddressFamilies(ipv4, ipv6);
  }

  private static boolean onlyByName(TransportAddress address, String named, String other) {
    return address.option(named).filter("on"::equals).isPresent()
        && address.option(other).isEmpty();
  }

  boolean allow(InetAddress address) {
    return address instanceof Inet6Address ? ipv6 : ipv4;
  }

  static ProtocolFamily of(InetAddress address) {
    return address instanceof Inet6Address
        ? StandardProtocolFamily.INET6
        : StandardProtocolFamily.INET;
  }

  /**
   * Returns the address that stands for every one of this machine: of IPv6 where there is IPv6,
   * since its sockets take IPv4 connections too.
   */
  InetAddress anyAddress(TransportAddress address) throws TransportException {
    if (ipv6) {
      try {
        ServerSocketChannel.open(StandardProtocolFamily.INET6).close();
        return InetAddress.ofLiteral("::");
      } catch (UnsupportedOperationException noIpv6) {
        if (!ipv4) {
          throw noIpv6(address, noIpv6);
        }
      } catch (IOException exhausted) {
        throw Descriptors.none("listening at " + address, exhausted);
      }
    }
    return InetAddress.ofLiteral("0.0.0.0");
  }

  static TransportException noIpv6(TransportAddress address, RuntimeException cause) {
    return SocketFailures.unreachable(
        "'" + address + "' needs IPv6, which this machine does not have",
        "write an IPv4 address",
        cause);
  }

  TransportException noneOf(HostPort target) {
    return SocketFailures.unreachable(
        "the host '" + target.host() + "' has no " + this + " address",
        "leave out ipv4= and ipv6=, or choose the other family",
        null);
  }

  /** For messages. */
  @Override
  public String toString() {
    return ipv4 && ipv6 ? "IP" : ipv4 ? "IPv4" : "IPv6";
  }
}
