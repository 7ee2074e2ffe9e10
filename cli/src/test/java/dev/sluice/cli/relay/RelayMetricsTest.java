package dev.sluice.cli.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.cli.console.Failure;
import dev.sluice.engine.transfer.RelayProgress;
import dev.sluice.engine.transfer.RelayedConnection;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RelayMetricsTest {
  private final RelayMetrics metrics =
      new RelayMetrics(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

  RelayMetricsTest() throws IOException {}

  @AfterEach
  void close() {
    metrics.close();
  }

  private static HttpURLConnection get(String url) throws IOException {
    return (HttpURLConnection) URI.create(url).toURL().openConnection();
  }

  private String body() throws IOException {
    try (InputStream in = get(metrics.url()).getInputStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static RelayProgress progress() {
    return new RelayProgress(
        2, 7, 1, 1000, 30, Duration.ofMillis(1500), 6, 1, Duration.ofSeconds(9));
  }

  private static void assertHas(String text, String line) {
    assertTrue(text.lines().anyMatch(line::equals), () -> line + " is missing in\n" + text);
  }

  @Test
  void everyFigureOfTheProgress_isServed() throws Exception {
    metrics.beginning(RelayMetricsTest::progress);

    HttpURLConnection response = get(metrics.url());

    assertEquals(200, response.getResponseCode());
    assertEquals("text/plain; version=0.0.4; charset=utf-8", response.getContentType());
    String text = body();
    for (String line :
        List.of(
            "sluice_relay_connections_active 2.0",
            "sluice_relay_connections_total 7.0",
            "sluice_relay_connections_failed_total 1.0",
            "sluice_relay_bytes_total{direction=\"forward\"} 1000.0",
            "sluice_relay_bytes_total{direction=\"backward\"} 30.0",
            "sluice_relay_stalled_seconds_total 1.5",
            "sluice_relay_handshakes_total{outcome=\"ok\"} 6.0",
            "sluice_relay_handshakes_total{outcome=\"failed\"} 1.0")) {
      assertHas(text, line);
    }
  }

  @Test
  void failures_areCountedByTheirKind() throws Exception {
    metrics.beginning(RelayMetricsTest::progress);
    assertHas(body(), "sluice_relay_errors_total{kind=\"reset\"} 0.0");
    RelayedConnection connection =
        new RelayedConnection(1, 0, 0, Duration.ZERO, Duration.ZERO, false, Optional.empty());
    metrics.closed(connection, Optional.of(Failure.usage("wrong", "right")));
    metrics.closed(connection, Optional.of(Failure.usage("wrong", "right")));
    metrics.closed(connection, Optional.empty());

    assertHas(body(), "sluice_relay_errors_total{kind=\"usage\"} 2.0");
  }

  @Test
  void otherPaths_areNotFound() throws Exception {
    metrics.beginning(RelayMetricsTest::progress);

    assertEquals(404, get(metrics.url() + "/more").getResponseCode());
    assertEquals(404, get(metrics.url().replace("metrics", "")).getResponseCode());
  }

  @Test
  void takenPort_isAnErrorAtOnce() {
    int port = URI.create(metrics.url()).getPort();

    assertThrows(
        BindException.class,
        () -> new RelayMetrics(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
  }
}
