package dev.sluice.transport.rdmasim.tool;

import dev.sluice.transport.rdmasim.simulation.Simulation;
import dev.sluice.transport.rdmasim.stream.StreamHello;
import dev.sluice.transport.rdmasim.stream.StreamOptions;
import dev.sluice.transport.rdmasim.stream.StreamReceiver;
import dev.sluice.transport.rdmasim.stream.StreamSender;
import dev.sluice.transport.rdmasim.tool.TimeLedger.Lack;
import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import java.io.IOException;
import java.util.EnumSet;

/** A stream over a ring without memory, whose reader takes at once what comes. */
final class StreamMover implements Transfer.Mover {
  private static final int MOST_RECEIVES = 0xffff;

  private final Scenario scenario;
  private final Endpoints ends;
  private final MemoryRegion source;
  private final StreamSender sender;
  private final StreamReceiver receiver;
  private long sentBytes;
  private Lack lack = Lack.NOTHING;

  StreamMover(Scenario scenario, Simulation simulation) throws IOException {
    this.scenario = scenario;
    int queue = Math.min(scenario.queueLength(), MOST_RECEIVES);
    StreamOptions options =
        new StreamOptions(
            scenario.effectiveWindowBytes(), queue, queue, (int) scenario.messageBytes());
    ends =
        Endpoints.of(
            simulation,
            scenario.effectiveLink(),
            Math.max(options.senderCompletionCount(), options.receiverCompletionCount()),
            options::senderQueuePair,
            options::receiverQueuePair);
    source =
        ends.sender()
            .domain()
            .registerLogical(scenario.messageBytes(), EnumSet.noneOf(Access.class));
    sender = StreamSender.open(ends.sender().queuePair(), options);
    receiver = StreamReceiver.openLogical(ends.receiver().queuePair(), options);
    StreamHello hello = StreamHello.of(sender, receiver);
    sender.connect(hello);
    receiver.connect(hello);
    ends.connect(scenario.retries());
  }

  @Override
  public boolean move() throws IOException {
    receive();
    send();
    return sender.isEndAcknowledged();
  }

  private void receive() {
    try {
      receiver.discard();
    } catch (IOException broken) {
      // The sender learns of it by itself, which is when its transfer fails.
      return;
    }
  }

  private void send() throws IOException {
    if (sentBytes == scenario.sizeBytes()) {
      if (sender.failure().isPresent()) {
        throw sender.failure().get();
      }
      return;
    }
    lack = Lack.NOTHING;
    while (sentBytes < scenario.sizeBytes() && lack == Lack.NOTHING) {
      long wanted = Math.min(scenario.messageBytes(), scenario.sizeBytes() - sentBytes);
      long byteCount = sender.write(source, 0, wanted);
      sentBytes += byteCount;
      if (byteCount == 0) {
        lack =
            sender.unconsumedBytes() >= scenario.effectiveWindowBytes() ? Lack.CREDIT : Lack.QUEUE;
      }
    }
    if (sentBytes == scenario.sizeBytes()) {
      sender.end();
    }
  }

  @Override
  public Lack lack() {
    return lack;
  }

  @Override
  public long doneBytes() {
    return receiver.counters().byteCount();
  }

  @Override
  public Endpoints endpoints() {
    return ends;
  }
}
