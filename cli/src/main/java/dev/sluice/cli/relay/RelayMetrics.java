package dev.sluice.cli.relay;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.api.TransportException;
import dev.sluice.cli.console.Failure;
import dev.sluice.engine.transfer.RelayProgress;
import dev.sluice.engine.transfer.RelayedConnection;
import dev.sluice.engine.transfer.TransferException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Serves what a relay has done as Prometheus text, under {@code /metrics}. The only class that
 * needs Micrometer: loaded where metrics are asked for, and nowhere else.
 */
final class RelayMetrics implements RelayReport, AutoCloseable {
  private static final String PATH = "/metrics";

  /** Connections of scrapers that may wait to be accepted. */
  private static final int BACKLOG = 16;

  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Binds; serves from {@link #beginning} on.
   *
   * @throws IOException if the address is taken
   */
  RelayMetrics(InetSocketAddress address) throws IOException {
    server = HttpServer.create(address, BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
  }

  /** Returns where it serves. */
  String url() {
    InetSocketAddress bound = server.getAddress();
    String host = bound.getAddress().getHostAddress();
    return "http://"
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + bound.getPort()
        + PATH;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(PATH)) {
        exchange.sendResponseHeaders(NOT_FOUND, -1);
      } else if (!exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(METHOD_NOT_ALLOWED, -1);
      } else {
        byte[] text = meters.scrape().getBytes(StandardCharsets.UTF_8);
        exchange
            .getResponseHeaders()
            .set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        exchange.sendResponseHeaders(OK, text.length);
        exchange.getResponseBody().write(text);
      }
    }
  }

  @Override
  public void beginning(Supplier<RelayProgress> progress) {
    // From the start on, else whoever asks for an increase would miss the first one.
    for (TransportException.Kind kind : TransportException.Kind.values()) {
      errors(Failure.of(new TransportException(kind, "none")).kind());
    }
    Totals totals = new Totals(meters, progress);
    totals.gauge("connections.active", "Open connections", RelayProgress::activeConnections);
    totals.counter("connections", "Accepted connections", RelayProgress::connectionCount);
    totals.counter(
        "connections.failed", "Connections that failed", RelayProgress::failedConnectionCount);
    totals.counter(
        "bytes",
        "Bytes that were passed on; forward is from incoming to outgoing",
        RelayProgress::forwardByteCount,
        "direction",
        "forward");
    totals.counter(
        "bytes",
        "Bytes that were passed on; forward is from incoming to outgoing",
        RelayProgress::backwardByteCount,
        "direction",
        "backward");
    totals.counter(
        "stalled.seconds",
        "Time that writes were kept waiting by their receivers",
        sum -> seconds(sum.stalled()));
    totals.counter(
        "handshakes",
        "Hand-shakes with those who came",
        RelayProgress::establishedCount,
        "outcome",
        "ok");
    totals.counter(
        "handshakes",
        "Hand-shakes with those who came",
        RelayProgress::failedHandshakeCount,
        "outcome",
        "failed");
    server.start();
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  @Override
  public void closed(RelayedConnection connection, Optional<Failure> failure) {
    failure.ifPresent(one -> count(one.kind()));
  }

  @Override
  public void acceptFailed(TransferException failure) {
    count(Failure.of(failure).kind());
  }

  private void count(String kind) {
    errors(kind).increment();
  }

  private Counter errors(String kind) {
    return meters.counter("sluice.relay.errors", "kind", kind);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    meters.close();
  }

  /** Meters that look at the progress of a relay when they are scraped. */
  private record Totals(MeterRegistry meters, Supplier<RelayProgress> progress) {
    private static final String PREFIX = "sluice.relay.";

    void gauge(String name, String description, ToDoubleFunction<RelayProgress> value) {
      Gauge.builder(PREFIX + name, progress, from -> value.applyAsDouble(from.get()))
          .description(description)
          .strongReference(true)
          .register(meters);
    }

    void counter(
        String name, String description, ToDoubleFunction<RelayProgress> value, String... tags) {
      FunctionCounter.builder(PREFIX + name, progress, from -> value.applyAsDouble(from.get()))
          .description(description)
          .tags(tags)
          .register(meters);
    }
  }
}
