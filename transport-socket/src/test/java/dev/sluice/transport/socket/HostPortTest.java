package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    "tcp:localhost:4444, localhost, 4444",
    "tcp:10.0.0.7:65535, 10.0.0.7, 65535",
    "tcp:[::1]:4444, ::1, 4444",
    "tcp:[fe80::1%eth0]:4444, fe80::1%eth0, 4444",
    "tcp::4444, '', 4444",
    "tcp::0, '', 0",
  })
  void target_isReadAndPrintedBack(String address, String host, int port)
      throws TransportException {
    HostPort target = HostPort.in(Sockets.address(address));
    assertEquals(new HostPort(host, port), target);
    assertEquals(address, target.asAddress().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "tcp://myhost:4444, write tcp:myhost:4444",
    "tcp://myhost:4444/, write tcp:myhost:4444",
    "tcp:::1:4444, write tcp:[::1]:4444",
    "tcp:::1, write tcp:[::1]:PORT",
    "tcp:fe80::1%eth0:4444, write tcp:[fe80::1%eth0]:4444",
    "tcp:a:b:4444, tcp:[::1]:4444",
    "tcp:myhost, tcp:myhost:PORT",
    "tcp:myhost:, tcp:myhost:PORT",
    "tcp:[::1], tcp:[::1]:PORT",
    "tcp:[::1]:, tcp:[::1]:PORT",
    "tcp:[::1]4444, tcp:[::1]:PORT",
    "tcp:[::1:4444, tcp:[ADDRESS]:PORT",
    "tcp:[myhost]:4444, tcp:[::1]:4444",
    "tcp:, tcp:HOST:PORT",
    "tcp:4444, tcp::4444",
    "tcp:myhost:65536, tcp:myhost:4444",
    "tcp:myhost:99999999999, tcp:myhost:4444",
    "tcp:myhost:-1, tcp:myhost:4444",
    "tcp:myhost:+80, tcp:myhost:4444",
    "tcp:myhost:http, tcp:myhost:4444",
    "tcp:myhost:٤٤٤, tcp:myhost:4444",
    "tcp:user@myhost:4444, tcp:HOST:PORT",
    "tcp:my host:4444, tcp:HOST:PORT",
  })
  void wrongTarget_isRefusedWithTheRightSpelling(String address, String hint) {
    TransportException failure =
        Sockets.failure(Kind.ADDRESS, () -> HostPort.in(Sockets.address(address)));
    assertTrue(Sockets.text(failure).contains("'" + address + "'"), Sockets.text(failure));
    assertTrue(failure.hint().orElseThrow().contains(hint), failure.hint().orElseThrow());
  }
}
