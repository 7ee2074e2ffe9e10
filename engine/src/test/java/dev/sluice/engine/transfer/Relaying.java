package dev.sluice.engine.transfer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.OpenEnds.Opener;
import dev.sluice.tck.memory.MemoryTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * A relay in memory, in a thread of its own, with the clients that come to it and the server that
 * it goes to. A test may come between the relay and its transport.
 */
final class Relaying implements TransportProvider, AutoCloseable {
  private static final TransportAddress IN = TransportAddress.of(MemoryTransport.SCHEME, "in");
  private static final TransportAddress OUT = TransportAddress.of(MemoryTransport.SCHEME, "out");
  private static final long LIMIT_SECONDS = 20;

  private final MemoryTransport memory = new MemoryTransport();
  private final RelayLog log = new RelayLog();
  private final TransportListener server;
  private UnaryOperator<TransportChannel> accepted = UnaryOperator.identity();
  private UnaryOperator<TransportListener> listening = UnaryOperator.identity();
  private Connecting connecting = Opener::open;
  private final Relay relay;
  private final FutureTask<RelayResult> task;
  private volatile boolean interrupted;
  private Thread thread = Thread.currentThread();

  /** Comes between the relay and the server. */
  @FunctionalInterface
  interface Connecting {
    TransportChannel connect(Opener<TransportChannel> opener) throws IOException;
  }

  Relaying(RelayOptions options) throws IOException {
    server = memory.listen(OUT, options.context());
    relay = new Relay(TransportRegistry.of(this), IN, OUT, options, log);
    task =
        new FutureTask<>(
            () -> {
              try {
                return relay.run();
              } finally {
                interrupted = Thread.currentThread().isInterrupted();
              }
            });
  }

  Relaying() throws IOException {
    this(RelayOptions.DEFAULTS);
  }

  /** Comes between the relay and each client. */
  Relaying accepting(UnaryOperator<TransportChannel> each) {
    accepted = each;
    return this;
  }

  Relaying listening(UnaryOperator<TransportListener> wrapper) {
    listening = wrapper;
    return this;
  }

  Relaying connecting(Connecting hook) {
    connecting = hook;
    return this;
  }

  Relaying start() {
    return start(Thread.ofPlatform().daemon());
  }

  Relaying start(Thread.Builder threads) {
    thread = threads.start(task);
    log.awaitLine("listening " + IN);
    return this;
  }

  /** Starts it where it will not come to listen. */
  Relaying startOnly() {
    thread = Thread.ofPlatform().daemon().start(task);
    return this;
  }

  Relay relay() {
    return relay;
  }

  RelayLog log() {
    return log;
  }

  void interrupt() {
    thread.interrupt();
  }

  boolean wasLeftInterrupted() {
    return interrupted;
  }

  boolean hasEnded() {
    return task.isDone();
  }

  /** Comes to the relay. */
  TransportChannel client() throws IOException {
    return memory.connect(IN, TransportContext.defaults());
  }

  /** Comes to a relay that says nothing, as soon as it listens. */
  TransportChannel awaitClient() {
    TransportChannel[] client = new TransportChannel[1];
    await()
        .atMost(Duration.ofSeconds(LIMIT_SECONDS))
        .ignoreException(TransportException.class)
        .until(
            () -> {
              client[0] = client();
              return true;
            });
    return client[0];
  }

  /** Waits for the relay to come. */
  TransportChannel server() throws IOException {
    return server.accept().orElseThrow();
  }

  /** Nobody is there any more. */
  void closeServer() throws IOException {
    server.close();
  }

  RelayResult result() throws Exception {
    return task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  TransferException failure() throws InterruptedException {
    try {
      return fail("it returned " + task.get(LIMIT_SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException failed) {
      return assertInstanceOf(TransferException.class, failed.getCause());
    } catch (TimeoutException stuck) {
      AssertionError failure = new AssertionError("still running; its stack trace:", stuck);
      failure.setStackTrace(thread.getStackTrace());
      throw failure;
    }
  }

  static void send(TransportChannel channel, int byteCount) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(byteCount);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  static void end(TransportChannel channel) throws IOException {
    channel.shutdown(Direction.WRITE);
  }

  static void receive(TransportChannel channel, int byteCount) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(byteCount);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        fail("ended after " + bytes.position() + " bytes of " + byteCount);
      }
    }
  }

  static void assertEnd(TransportChannel channel) throws IOException {
    assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
  }

  static void assertReset(TransportChannel channel) {
    TransportException seen =
        assertThrows(
            TransportException.class,
            () -> {
              while (channel.read(ByteBuffer.allocate(1 << 16)) >= 0) {
                // what came before
              }
            });
    assertEquals(Kind.RESET, seen.kind());
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public List<Scheme> schemes() {
    return memory.schemes();
  }

  @Override
  public TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    return connecting.connect(() -> memory.connect(address, context));
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    TransportListener listener = memory.listen(address, context);
    return listening.apply(
        new TransportListener() {
          @Override
          public TransportAddress address() {
            return listener.address();
          }

          @Override
          public Optional<TransportChannel> accept() throws IOException {
            return listener.accept().map(accepted);
          }

          @Override
          public void close() throws IOException {
            listener.close();
          }
        });
  }

  /** Whatever a test left running. */
  @Override
  public void close() throws IOException {
    relay.cancel("the test is over");
    server.close();
  }
}
