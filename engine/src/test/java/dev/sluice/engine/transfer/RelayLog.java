package dev.sluice.engine.transfer;

import static org.awaitility.Awaitility.await;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.TransportAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a relay told, line by line, and how its connections ended. */
final class RelayLog implements RelayListener {
  private final List<String> lines = new ArrayList<>();
  private final List<RelayedConnection> closed = new ArrayList<>();

  private synchronized void add(String line) {
    lines.add(line);
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  synchronized List<RelayedConnection> ended() {
    return List.copyOf(closed);
  }

  /** Returns the connections that have ended, once there are so many. */
  List<RelayedConnection> awaitEnded(int count) {
    await()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(() -> ended().size() >= count);
    return ended();
  }

  void awaitLine(String line) {
    await()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(() -> lines().contains(line));
  }

  @Override
  public void listening(TransportAddress address) {
    add("listening " + address);
  }

  @Override
  public void acceptFailed(TransferException failure) {
    add("accept failed " + failure.kind());
  }

  @Override
  public void connected(long connection, Leg leg, ChannelInfo info) {
    add("connected " + connection + " " + leg);
  }

  @Override
  public void halfClosed(long connection, Leg from, long byteCount) {
    add("half-closed " + connection + " " + from + " " + byteCount);
  }

  @Override
  public synchronized void closed(RelayedConnection connection) {
    closed.add(connection);
    add(
        "closed "
            + connection.connection()
            + connection.failure().map(failure -> " " + failure.kind()).orElse(""));
  }

  @Override
  public void stopped() {
    add("stopped");
  }
}
