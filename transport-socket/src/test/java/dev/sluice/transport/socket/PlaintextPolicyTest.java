package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class PlaintextPolicyTest {
  // 192.0.2.0/24 and 2001:db8::/32 are for documentation: no machine has them.
  private static final List<InetSocketAddress> OTHERS =
      List.of(
          new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 4444),
          new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 4444));

  private static PlaintextPolicy policy(String options) throws TransportException {
    return PlaintextPolicy.in(Sockets.address("tcp::4444" + options));
  }

  @Test
  void anotherHost_isRefused_byName() throws Exception {
    for (InetSocketAddress other : OTHERS) {
      TransportException refused = Sockets.failure(Kind.POLICY, () -> policy("").require(other));
      assertTrue(
          Sockets.text(refused).contains(HostPort.of(other).toString()), Sockets.text(refused));
      String hint = refused.hint().orElseThrow();
      assertTrue(hint.contains("tls=on") && hint.contains("plaintext=on"), hint);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {",plaintext=on", ",plaintext", ",tls=on"})
  void anotherHost_isAllowed_whereTheAddressSaysHow(String options) throws Exception {
    for (InetSocketAddress other : OTHERS) {
      policy(options).require(other);
    }
  }

  /** Also by those of its addresses that others know. */
  @Test
  void thisMachine_isAllowed() throws Exception {
    int count = 0;
    for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress own : each.inetAddresses().toList()) {
        policy("").require(new InetSocketAddress(own, 4444));
        count++;
      }
    }
    assertTrue(count > 0, "this machine has no address");
  }

  @Test
  void connect_refusesBeforeAnythingIsSent() {
    long start = System.nanoTime();
    TransportException refused =
        Sockets.failure(
            Kind.POLICY, () -> Sockets.connect("tcp:192.0.2.7:4444,connect-timeout=20s"));
    assertTrue(Sockets.text(refused).contains("tcp:192.0.2.7:4444"), Sockets.text(refused));
    assertFalse(System.nanoTime() - start > 10_000_000_000L, "it tried to connect");
  }

  @Test
  void connectInPlainText_isTried_whereTheAddressSaysSo() {
    Sockets.failure(
        Kind.UNREACHABLE,
        () -> Sockets.connect("tcp:192.0.2.7:4444,plaintext=on,connect-timeout=100ms"));
  }

  @Test
  void tlsAndPlainText_areOneTooMany() {
    Sockets.failure(Kind.ADDRESS, () -> policy(",tls=on,plaintext=on"));
  }
}
