package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.api.TransportException;
import dev.sluice.transport.rdmasim.connection.Connection;
import dev.sluice.transport.rdmasim.connection.ConnectionListener;
import dev.sluice.transport.rdmasim.connection.ConnectionParameters;
import dev.sluice.transport.rdmasim.connection.Connector;
import dev.sluice.transport.rdmasim.connection.PrivateData;
import dev.sluice.transport.rdmasim.simulation.Burst;
import dev.sluice.transport.rdmasim.simulation.FaultPoint;
import dev.sluice.transport.rdmasim.simulation.FaultRule;
import dev.sluice.transport.rdmasim.simulation.LinkFlow;
import dev.sluice.transport.rdmasim.simulation.PacketKind;
import dev.sluice.transport.rdmasim.simulation.RandomStream;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The connection manager of a host: its messages are packets, which can be lost like any other. */
final class VirtualConnector implements Connector {
  /** Messages of the connection manager go from and to a queue pair of this number. */
  private static final int QUEUE_PAIR = 1;

  private static final int MESSAGE_BYTES = 256;
  private static final int PACKET_NUMBERS = 1 << 24;

  /** How many connections that are over are remembered, in case a message comes again. */
  private static final int REMEMBERED = 256;

  private final VirtualHost host;
  private final RandomStream packetNumbers;
  private final Map<Integer, VirtualListener> listeners = new HashMap<>();
  private final Map<Long, VirtualConnection> connections = new TreeMap<>();
  private final Map<Way, LinkFlow> flows = new HashMap<>();

  /** Of requests that the user has not answered yet. */
  private final Set<Long> waiting = new HashSet<>();

  /** Of connections that are over, the last ones, what was said in the end. */
  private final LinkedHashMap<Long, ConnectionMessage> known = new LinkedHashMap<>();

  private long messageCount;

  VirtualConnector(VirtualHost host) {
    this.host = host;
    packetNumbers = host.simulation().stream("connector/" + host.name());
    host.onCommunication(this::communicated);
  }

  VirtualHost host() {
    return host;
  }

  int nextPacketNumber() {
    return (int) packetNumbers.nextLong(PACKET_NUMBERS);
  }

  @Override
  public ConnectionListener listen(int service) throws TransportException {
    if (listeners.containsKey(service)) {
      throw new TransportException(
          TransportException.Kind.UNREACHABLE,
          "host " + host.name() + " listens on service " + service + " already");
    }
    VirtualListener listener = new VirtualListener(this, service);
    listeners.put(service, listener);
    return listener;
  }

  void forget(VirtualListener listener) {
    listeners.remove(listener.service(), listener);
  }

  @Override
  public Connection connect(QueuePair queuePair, int service, ConnectionParameters parameters)
      throws IOException {
    parameters.privateData().atMost(PrivateData.CONNECT_BYTES);
    return VirtualConnection.request(this, queuePair, service, parameters);
  }

  void add(long number, VirtualConnection connection) {
    waiting.remove(number);
    connections.put(number, connection);
  }

  void over(long number) {
    connections.remove(number);
    remember(new ConnectionMessage.DisconnectReply(number));
  }

  /** Tells whether nothing is left of earlier connections but the memory of their numbers. */
  boolean isIdle() {
    return connections.isEmpty() && waiting.isEmpty();
  }

  void reject(Way way, ConnectionMessage.Reject reject) {
    waiting.remove(reject.number());
    remember(reject);
    send(way, reject);
  }

  private void remember(ConnectionMessage message) {
    known.put(message.number(), message);
    if (known.size() > REMEMBERED) {
      known.remove(known.firstEntry().getKey());
    }
  }

  void send(Way way, ConnectionMessage message) {
    if (!host.isRunning()) {
      if (!host.isCrashed()) {
        host.whenThawed(() -> send(way, message));
      }
      return;
    }
    if (!way.link().isUp()) {
      return;
    }
    int cutsBefore = way.link().cutCount();
    Burst packet = new Burst(PacketKind.CM, messageCount++, 0, 1, 0, MESSAGE_BYTES, 0, 0, true);
    flows
        .computeIfAbsent(way, over -> over.out().flow(QUEUE_PAIR))
        .send(
            packet,
            (burst, from, to, nanos) -> {
              if (way.link().cutCount() == cutsBefore) {
                way.peer().messageArrived(host, message);
              }
            });
  }

  void received(VirtualHost sender, ConnectionMessage message) {
    Way back = host.wayTo(sender);
    VirtualConnection connection = connections.get(message.number());
    switch (message) {
      case ConnectionMessage.Request request -> requested(back, request);
      case ConnectionMessage.DisconnectRequest request -> {
        if (connection != null) {
          connection.disconnectRequested();
        }
        send(back, new ConnectionMessage.DisconnectReply(request.number()));
      }
      case ConnectionMessage.Reply reply -> {
        if (connection != null) {
          connection.replied(reply);
        }
      }
      case ConnectionMessage.Reject reject -> {
        if (connection != null) {
          connection.rejected(reject);
        }
      }
      case ConnectionMessage.ReadyToUse ready -> {
        if (connection != null) {
          connection.readyToUse();
        }
      }
      case ConnectionMessage.DisconnectReply reply -> {
        if (connection != null) {
          connection.disconnected();
        }
      }
    }
  }

  private void requested(Way back, ConnectionMessage.Request request) {
    long number = request.number();
    ConnectionMessage earlier = known.get(number);
    if (earlier instanceof ConnectionMessage.Reject) {
      send(back, earlier);
    }
    if (earlier != null || waiting.contains(number) || connections.containsKey(number)) {
      // An answer, if there is one by now, is repeated by itself.
      return;
    }
    VirtualListener listener = listeners.get(request.service());
    if (listener == null) {
      reject(
          back,
          new ConnectionMessage.Reject(
              number,
              PrivateData.NONE,
              "nobody listens on service " + request.service() + " of host " + host.name()));
      return;
    }
    waiting.add(number);
    listener.add(new VirtualRequest(this, back, request));
  }

  /** A request came in before it was known that the peer may send: now it is. */
  private void communicated(QueuePair queuePair) {
    for (VirtualConnection connection : List.copyOf(connections.values())) {
      if (connection.queuePair() == queuePair) {
        connection.readyToUse();
      }
    }
  }

  List<FaultRule> reach(FaultPoint point, PacketKind kind, QueuePair queuePair) {
    if (!host.simulation().faults().any(point)) {
      return List.of();
    }
    return host.reach(point, kind, host.wire(queuePair.number()), FaultRule.ANY, FaultRule.ANY);
  }
}
