package dev.sluice.it.transfer;

import dev.sluice.api.TransportAddress;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.Relay;
import dev.sluice.engine.transfer.RelayListener;
import dev.sluice.engine.transfer.RelayOptions;
import dev.sluice.engine.transfer.RelayResult;
import dev.sluice.engine.transfer.TransferException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A relay that is running, in this process. */
final class RelayRun implements AutoCloseable {
  private static final int LIMIT_SECONDS = 20;

  private final Relay relay;
  private final Task<RelayResult> task;
  private final String address;

  private RelayRun(Relay relay, Task<RelayResult> task, String address) {
    this.relay = relay;
    this.task = task;
    this.address = address;
  }

  static RelayRun start(
      TransportRegistry registry, String incoming, String outgoing, RelayOptions options)
      throws Exception {
    CompletableFuture<String> listening = new CompletableFuture<>();
    Relay relay =
        new Relay(
            registry,
            TransportAddress.parse(incoming),
            TransportAddress.parse(outgoing),
            options,
            new RelayListener() {
              @Override
              public void listening(TransportAddress bound) {
                listening.complete(bound.toString());
              }
            });
    Task<RelayResult> task =
        Task.start(
            () -> {
              try {
                return relay.run();
              } catch (TransferException failed) {
                listening.completeExceptionally(failed);
                throw failed;
              }
            });
    return new RelayRun(relay, task, listening.get(LIMIT_SECONDS, TimeUnit.SECONDS));
  }

  Relay relay() {
    return relay;
  }

  /** Returns where it listens. */
  String address() {
    return address;
  }

  RelayResult result() throws Exception {
    return task.result();
  }

  @Override
  public void close() {
    relay.cancel("the test is over");
  }
}
