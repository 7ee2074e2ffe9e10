package dev.sluice.cli.demo;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.engine.ChannelInput;
import dev.sluice.engine.ChannelOutput;
import dev.sluice.engine.registry.TransportRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Sends a file into an address and takes it out again: at the same time where the incoming side
 * waits for a peer, one after the other where it is simply opened, as a file is. Used once.
 */
final class RoundTrip {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TransportRegistry registry;
  private final TransportContext context = TransportContext.defaults();
  private final Path file;

  // Written by tasks that are waited for before they are read.
  private Set<ChannelFeature> features = Set.of();
  private Optional<Sum> received = Optional.empty();

  RoundTrip(TransportRegistry registry, Path file) {
    this.registry = registry;
    this.file = file;
  }

  /**
   * Goes there and back.
   *
   * @param dropsBytes whether there is no way back
   */
  Passage run(TransportAddress address, boolean dropsBytes) throws IOException {
    long start = System.nanoTime();
    if (dropsBytes) {
      alone(() -> send(address));
    } else {
      thereAndBack(address);
    }
    return new Passage(features, Duration.ofNanos(System.nanoTime() - start), received);
  }

  private void thereAndBack(TransportAddress address) throws IOException {
    Optional<TransportListener> server;
    try {
      server = Optional.of(registry.listen(address, context));
    } catch (IOException nothingThere) {
      // So it is with a file that was not written yet; anything else fails again below.
      server = Optional.empty();
    }
    if (server.isPresent() && server.get().awaitsPeer()) {
      together(server.get());
      return;
    }
    if (server.isPresent()) {
      server.get().close();
    }
    alone(() -> send(address));
    try (TransportListener opened = registry.listen(address, context)) {
      alone(() -> receive(opened));
    }
  }

  private void together(TransportListener server) throws IOException {
    try (server;
        Tasks tasks = new Tasks()) {
      tasks.start(() -> receive(server));
      tasks.start(() -> send(server.address()));
      tasks.await(LIMIT);
    }
  }

  private static void alone(Tasks.Task task) throws IOException {
    try (Tasks tasks = new Tasks()) {
      tasks.start(task);
      tasks.await(LIMIT);
    }
  }

  private void send(TransportAddress address) throws IOException {
    TransportChannel channel = registry.connect(address, context);
    features = channel.features();
    try (ChannelOutput out = ChannelOutput.over(channel)) {
      Files.copy(file, out.asOutputStream());
      out.finish();
    }
  }

  private void receive(TransportListener server) throws IOException {
    TransportChannel channel =
        server.accept().orElseThrow(() -> new IOException(server.address() + " gave no channel"));
    channel.establish();
    try (ChannelInput in = ChannelInput.over(channel)) {
      received = Optional.of(Sum.of(in.asInputStream()));
    }
  }
}
