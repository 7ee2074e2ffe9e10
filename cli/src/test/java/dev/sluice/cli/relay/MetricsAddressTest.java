package dev.sluice.cli.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.cli.console.CommandException;
import dev.sluice.cli.console.ExitCode;
import dev.sluice.cli.console.Failure;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
final class MetricsAddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:9464, 9464",
    "[::1]:9464, 9464",
    "localhost:0, 0",
    ":9464, 9464",
    "127.1.2.3:1, 1"
  })
  void addressOfThisHost_isTaken(String text, int port) throws Exception {
    InetSocketAddress address = MetricsAddress.parse(text);

    assertTrue(address.getAddress().isLoopbackAddress());
    assertEquals(port, address.getPort());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:9464", "192.0.2.1:9464", "[::]:9464"})
  void addressThatOthersReach_isRefusedByPolicy(String text) {
    assertEquals(ExitCode.POLICY, failure(text).code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:9464"})
  void whatIsNoAddress_isAUsageError(String text) {
    assertEquals(ExitCode.USAGE, failure(text).code());
  }

  @Test
  void refusal_saysWhatToUse() {
    assertTrue(failure("0.0.0.0:1").hint().orElse("").contains("127.0.0.1"));
  }

  private static Failure failure(String text) {
    return assertThrows(CommandException.class, () -> MetricsAddress.parse(text)).failure();
  }
}
