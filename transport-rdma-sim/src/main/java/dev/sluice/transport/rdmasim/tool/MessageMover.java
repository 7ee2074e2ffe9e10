package dev.sluice.transport.rdmasim.tool;

import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.tool.TimeLedger.Lack;
import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairOptions;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Messages between regions without memory, as many at once as the window needs. */
final class MessageMover implements Transfer.Mover {
  private static final Set<Access> ACCESS =
      EnumSet.of(Access.LOCAL_WRITE, Access.REMOTE_WRITE, Access.REMOTE_READ);

  private final Scenario scenario;
  private final Endpoints ends;
  private final MemoryRegion source;
  private final MemoryRegion target;
  private final boolean sends;
  private long postedBytes;
  private long doneBytes;
  private long postedCount;

  MessageMover(Scenario scenario, Simulation simulation) throws IOException {
    this.scenario = scenario;
    sends = scenario.mode() == Mode.SEND;
    int queue = scenario.queueLength();
    ends =
        Endpoints.of(
            simulation,
            scenario.effectiveLink(),
            2 * queue,
            completions -> QueuePairOptions.of(completions).withQueues(queue, 1),
            completions -> QueuePairOptions.of(completions).withQueues(1, queue));
    source = ends.sender().domain().registerLogical(scenario.messageBytes(), ACCESS);
    target = ends.receiver().domain().registerLogical(scenario.messageBytes(), ACCESS);
    ends.connect(scenario.retries());
    for (int i = 0; sends && i < queue; i++) {
      postReceive();
    }
  }

  private void postReceive() throws VerbsException {
    ends.receiver().queuePair().postReceive(ReceiveRequest.of(0, target.whole()));
  }

  @Override
  public boolean move() throws IOException {
    WorkCompletion completion = ends.sender().completions().poll();
    while (completion != null) {
      if (!completion.isSuccess()) {
        throw new IOException(
            ends.sender().queuePair() + " told of \"" + completion.status() + "\"" + events());
      }
      // The id of a message is the position behind it.
      doneBytes = completion.id();
      completion = ends.sender().completions().poll();
    }
    if (sends) {
      receive();
    }
    post();
    return doneBytes == scenario.sizeBytes();
  }

  /** Where all was flushed, only the device knows why. */
  private String events() {
    return Stream.generate(ends.sender().host().device()::pollEvent)
        .takeWhile(Optional::isPresent)
        .flatMap(Optional::stream)
        .map(event -> ", and the device of " + event.kind())
        .collect(Collectors.joining());
  }

  private void receive() throws IOException {
    WorkCompletion completion = ends.receiver().completions().poll();
    while (completion != null) {
      // What is flushed tells the sender too, by its retries.
      if (completion.isSuccess()) {
        postReceive();
      }
      completion = ends.receiver().completions().poll();
    }
  }

  private void post() throws IOException {
    QueuePair queuePair = ends.sender().queuePair();
    while (postedBytes < scenario.sizeBytes()
        && queuePair.state() == QueuePairState.RTS
        && queuePair.requester().freePlaces() > 0) {
      long byteCount = Math.min(scenario.messageBytes(), scenario.sizeBytes() - postedBytes);
      postedBytes += byteCount;
      postedCount++;
      queuePair.postSend(
          sends
              ? SendRequest.send(postedBytes, source.piece(0, byteCount))
              : SendRequest.write(postedBytes, target.remoteKey(), 0, source.piece(0, byteCount)));
    }
  }

  /** Whatever was not sent yet waits for places, in the queue or in the window of packets. */
  @Override
  public Lack lack() {
    long packets =
        ends.sender().host().counters(ends.sender().queuePair()).sentPackets()
            - ends.sender().host().counters(ends.sender().queuePair()).resentPackets();
    return postedBytes < scenario.sizeBytes() || packets < postedPackets()
        ? Lack.QUEUE
        : Lack.NOTHING;
  }

  /** Once all is posted. */
  private long postedPackets() {
    int mtu = scenario.effectiveLink().mtuBytes();
    long lastBytes = scenario.sizeBytes() - (postedCount - 1) * scenario.messageBytes();
    return (postedCount - 1) * Math.ceilDiv(scenario.messageBytes(), (long) mtu)
        + Math.ceilDiv(lastBytes, (long) mtu);
  }

  @Override
  public long doneBytes() {
    return doneBytes;
  }

  @Override
  public Endpoints endpoints() {
    return ends;
  }
}
