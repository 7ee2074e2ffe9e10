package dev.sluice.cli.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.cli.console.Failure;
import dev.sluice.engine.transfer.RelayProgress;
import dev.sluice.engine.transfer.RelayedConnection;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
  private final HttpClient client = HttpClient.newHttpClient();

  RelayMetricsTest() throws IOException {}

  @AfterEach
  void close() {
    metrics.close();
    client.close();
  }

  private HttpResponse<String> get(String url) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
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

    HttpResponse<String> response = get(metrics.url());

    assertEquals(200, response.statusCode());
    assertEquals(
        List.of("text/plain; version=0.0.4; charset=utf-8"),
        response.headers().allValues("Content-Type"));
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
      assertHas(response.body(), line);
    }
  }

  @Test
  void failures_areCountedByTheirKind() throws Exception {
    metrics.beginning(RelayMetricsTest::progress);
    RelayedConnection connection =
        new RelayedConnection(1, 0, 0, Duration.ZERO, Duration.ZERO, Optional.empty());
    metrics.closed(connection, Optional.of(Failure.usage("wrong", "right")));
    metrics.closed(connection, Optional.of(Failure.usage("wrong", "right")));
    metrics.closed(connection, Optional.empty());

    assertHas(get(metrics.url()).body(), "sluice_relay_errors_total{kind=\"usage\"} 2.0");
  }

  @Test
  void otherPaths_areNotFound() throws Exception {
    metrics.beginning(RelayMetricsTest::progress);

    assertEquals(404, get(metrics.url() + "/more").statusCode());
    assertEquals(404, get(metrics.url().replace("metrics", "")).statusCode());
  }

  @Test
  void takenPort_isAnErrorAtOnce() {
    int port = URI.create(metrics.url()).getPort();

    assertThrows(
        BindException.class,
        () -> new RelayMetrics(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
  }
}
