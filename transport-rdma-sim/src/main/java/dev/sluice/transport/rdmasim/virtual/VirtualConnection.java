package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.connection.Connection;
import dev.sluice.transport.rdmasim.connection.ConnectionEvent;
import dev.sluice.transport.rdmasim.connection.ConnectionEvent.Kind;
import dev.sluice.transport.rdmasim.connection.ConnectionParameters;
import dev.sluice.transport.rdmasim.connection.PrivateData;
import dev.sluice.transport.rdmasim.simulation.FaultAction;
import dev.sluice.transport.rdmasim.simulation.FaultPoint;
import dev.sluice.transport.rdmasim.simulation.FaultRule;
import dev.sluice.transport.rdmasim.simulation.PacketKind;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One end of a connection, and what it is waiting for. */
final class VirtualConnection implements Connection {
  private enum State {
    /** The request, or the reply, waits for its answer. */
    CONNECTING,
    ESTABLISHED,
    DISCONNECTING,
    OVER
  }

  private final VirtualConnector connector;
  private final Way way;
  private final long number;
  private final QueuePair queuePair;
  private final ConnectionParameters parameters;
  private final int packetNumber;
  private final boolean active;
  private final ArrayDeque<ConnectionEvent> events = new ArrayDeque<>();
  private State state = State.CONNECTING;
  private @Nullable Repetition repetition;

  /** What this side may send, once the peer's limits are known. */
  private QueuePairAttributes readyToSend = QueuePairAttributes.none();

  private VirtualConnection(
      VirtualConnector connector,
      Way way,
      long number,
      QueuePair queuePair,
      ConnectionParameters parameters,
      boolean active) {
    this.connector = connector;
    this.way = way;
    this.number = number;
    this.queuePair = queuePair;
    this.parameters = parameters;
    this.active = active;
    packetNumber = connector.nextPacketNumber();
  }

  /** Asks. */
  static VirtualConnection request(
      VirtualConnector connector, QueuePair queuePair, int service, ConnectionParameters wanted)
      throws IOException {
    VirtualHost host = connector.host();
    VirtualConnection connection =
        new VirtualConnection(
            connector, host.wayOf(queuePair), host.fabric().nextLife(), queuePair, wanted, true);
    connection.toInit();
    connector.add(connection.number, connection);
    connection.reach(FaultPoint.CONNECT);
    connection.repeat(
        new ConnectionMessage.Request(
            connection.number, service, queuePair.number(), connection.packetNumber, wanted));
    return connection;
  }

  /** Says yes. */
  static VirtualConnection reply(
      VirtualConnector connector,
      Way way,
      ConnectionMessage.Request request,
      QueuePair queuePair,
      ConnectionParameters wanted)
      throws IOException {
    VirtualConnection connection =
        new VirtualConnection(connector, way, request.number(), queuePair, wanted, false);
    connector.host().route(queuePair, way.peer());
    connection.toInit();
    ConnectionParameters offered = request.parameters();
    connection.toReadyToReceive(
        request.queuePair(), request.packetNumber(), offered, offered.retryCount());
    connection.reach(FaultPoint.ACCEPT);
    connection.repeat(
        new ConnectionMessage.Reply(
            request.number(), queuePair.number(), connection.packetNumber, wanted));
    return connection;
  }

  private void repeat(ConnectionMessage message) {
    repetition = new Repetition(connector, way, message, this::unanswered).start();
  }

  private void stopRepeating() {
    if (repetition != null) {
      repetition.stop();
      repetition = null;
    }
  }

  private void toInit() throws IOException {
    queuePair.modify(QueuePairAttributes.to(QueuePairState.INIT).with(parameters.access()));
  }

  private void toReadyToReceive(
      int peerNumber, int peerPacketNumber, ConnectionParameters offered, int retryCount)
      throws IOException {
    queuePair.modify(
        QueuePairAttributes.to(QueuePairState.RTR)
            .with(Attribute.PATH_MTU, 0)
            .with(Attribute.PEER_NUMBER, peerNumber)
            .with(Attribute.RECEIVE_PACKET_NUMBER, peerPacketNumber)
            .with(Attribute.MAX_PEER_READ_ATOMIC, parameters.responderResources())
            .with(Attribute.MIN_RNR_TIMER, parameters.minRnrTimerCode()));
    readyToSend =
        QueuePairAttributes.to(QueuePairState.RTS)
            .with(Attribute.TIMEOUT, parameters.timeoutCode())
            .with(Attribute.RETRY_COUNT, retryCount)
            .with(Attribute.RNR_RETRY, offered.rnrRetryCount())
            .with(Attribute.SEND_PACKET_NUMBER, packetNumber)
            .with(
                Attribute.MAX_READ_ATOMIC,
                Math.min(parameters.initiatorDepth(), offered.responderResources()));
  }

  /** The peer said yes. */
  void replied(ConnectionMessage.Reply reply) {
    if (state == State.ESTABLISHED) {
      // It has not got what was said to that.
      connector.send(way, new ConnectionMessage.ReadyToUse(number));
    }
    if (state != State.CONNECTING || !active) {
      return;
    }
    stopRepeating();
    try {
      toReadyToReceive(
          reply.queuePair(), reply.packetNumber(), reply.parameters(), parameters.retryCount());
      queuePair.modify(readyToSend);
    } catch (IOException refused) {
      connector.send(
          way, new ConnectionMessage.Reject(number, PrivateData.NONE, String.valueOf(refused)));
      end(new ConnectionEvent(Kind.REJECTED, PrivateData.NONE, String.valueOf(refused)));
      return;
    }
    connector.send(way, new ConnectionMessage.ReadyToUse(number));
    established(reply.parameters().privateData());
  }

  /** The peer may send, and does so perhaps. */
  void readyToUse() {
    if (state != State.CONNECTING || active) {
      return;
    }
    stopRepeating();
    try {
      queuePair.modify(readyToSend);
    } catch (IOException refused) {
      disconnect();
      return;
    }
    established(PrivateData.NONE);
  }

  private void established(PrivateData data) {
    state = State.ESTABLISHED;
    for (FaultRule rule : reach(FaultPoint.ESTABLISHED)) {
      if (rule.action() == FaultAction.STALE_PACKET) {
        connector.host().sendStale(queuePair);
      }
    }
    events.add(new ConnectionEvent(Kind.ESTABLISHED, data, ""));
  }

  /** The peer said no. */
  void rejected(ConnectionMessage.Reject reject) {
    if (state == State.CONNECTING) {
      end(new ConnectionEvent(Kind.REJECTED, reject.privateData(), reject.reason()));
    }
  }

  private void unanswered() {
    if (state == State.DISCONNECTING) {
      end(new ConnectionEvent(Kind.DISCONNECTED, PrivateData.NONE, "the peer did not answer"));
      return;
    }
    queuePair.enterError();
    end(
        new ConnectionEvent(
            Kind.UNREACHABLE,
            PrivateData.NONE,
            "host "
                + way.peer().name()
                + " did not answer "
                + (active ? "the request" : "the acceptance")));
  }

  /** The peer ends it. */
  void disconnectRequested() {
    if (state != State.OVER) {
      queuePair.enterError();
      end(new ConnectionEvent(Kind.DISCONNECTED, PrivateData.NONE, "by the peer"));
    }
  }

  /** The peer knows that it is over. */
  void disconnected() {
    if (state == State.DISCONNECTING) {
      end(new ConnectionEvent(Kind.DISCONNECTED, PrivateData.NONE, ""));
    }
  }

  private void end(ConnectionEvent event) {
    stopRepeating();
    state = State.OVER;
    events.add(event);
    connector.over(number);
  }

  private List<FaultRule> reach(FaultPoint point) {
    return connector.reach(point, PacketKind.CM, queuePair);
  }

  @Override
  public void disconnect() {
    if (state == State.OVER || state == State.DISCONNECTING) {
      return;
    }
    stopRepeating();
    state = State.DISCONNECTING;
    queuePair.enterError();
    reach(FaultPoint.DISCONNECT);
    repeat(new ConnectionMessage.DisconnectRequest(number));
  }

  @Override
  public QueuePair queuePair() {
    return queuePair;
  }

  @Override
  public Optional<ConnectionEvent> pollEvent() {
    return Optional.ofNullable(events.poll());
  }

  @Override
  public Optional<ConnectionEvent> awaitEvent(Duration atMost) throws IOException {
    connector.host().await(List.of(queuePair), () -> !events.isEmpty(), atMost);
    return pollEvent();
  }

  @Override
  public String toString() {
    return "connection " + number + " of " + queuePair + " (" + state + ")";
  }
}
