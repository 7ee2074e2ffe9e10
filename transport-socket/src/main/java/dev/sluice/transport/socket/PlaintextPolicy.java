package dev.sluice.transport.socket;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.socket.tls.TlsOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/**
 * Who may be talked to in plain text: this machine itself, and others only where the address says
 * so. A migration stream holds all memory of a guest, its keys and passwords too.
 *
 * @param allowsOthers whether TLS protects the connection, or the user wants none
 */
record PlaintextPolicy(boolean allowsOthers) {
  /**
   * Reads the policy of an address.
   *
   * @throws TransportException of kind ADDRESS if it asks for TLS and for plain text
   */
  static PlaintextPolicy in(TransportAddress address) throws TransportException {
    boolean plaintext = SocketOptions.PLAINTEXT.in(address);
    boolean tls = TlsOptions.TLS.in(address);
    if (plaintext && tls) {
      throw new TransportException(
          Kind.ADDRESS,
          "'" + address + "' asks for TLS and for plain text",
          "leave out plaintext=on",
          null);
    }
    return new PlaintextPolicy(plaintext || tls);
  }

  /**
   * Makes sure that a peer may be talked to.
   *
   * @throws TransportException of kind POLICY if it may not
   */
  void require(InetSocketAddress peer) throws TransportException {
    if (!allowsOthers && !isThisMachine(peer.getAddress())) {
      throw new TransportException(
          Kind.POLICY,
          "plain text to or from another host, " + HostPort.of(peer).asAddress() + ", is refused",
          "add tls=on,tls-dir=DIR; or plaintext=on if the network between can be trusted",
          null);
    }
  }

  private static boolean isThisMachine(InetAddress address) {
    try {
      return address.isLoopbackAddress()
          || address.isAnyLocalAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException unknown) {
      return false;
    }
  }
}
