package dev.sluice.cli;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.AbstractTransportChannel;
import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.SingleChannelListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.tck.memory.MemoryFile;
import dev.sluice.tck.memory.MemoryTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * A transport whose targets say what happens: {@code stub:data} holds {@link #DATA}, {@code
 * stub:sink} takes everything, {@code stub:refused}, {@code stub:broken}, {@code stub:bug}, {@code
 * stub:silent} (gives nothing until it is aborted), {@code stub:stuck} (ignores even that) and
 * {@code stub:any-port} (nobody comes to {@code stub:port-7}, where it is bound).
 */
public final class StubTransport implements TransportProvider {
  public static final byte[] DATA = "twelve bytes".getBytes(StandardCharsets.UTF_8);

  private final MemoryFile sink = new MemoryFile();

  /** Opens when somebody reads from a silent or stuck channel. */
  private final CountDownLatch reading = new CountDownLatch(1);

  public byte[] received() {
    return sink.content();
  }

  public void awaitReader() throws InterruptedException {
    reading.await();
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public List<Scheme> schemes() {
    return List.of(
        Scheme.named("stub")
            .target("WHAT")
            .doc("For tests: the target says what happens.")
            .mayHave(ChannelFeature.SEEKABLE)
            .options(
                Option.flag("loud", false, "An option of the outgoing side.").whenConnecting(),
                Option.duration("wait", "10s", "An option of both sides."))
            .build(),
        Scheme.named("stub.gone").unavailable("it needs another system").build());
  }

  @Override
  public TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    return switch (address.target()) {
      case "sink" -> sink.open(Direction.WRITE);
      case "full" -> new Scripted(address, Script.FULL, reading);
      case "refused" ->
          throw new TransportException(
              Kind.UNREACHABLE, address + " refuses", "start it first", null);
      default -> throw new TransportException(Kind.ADDRESS, "no such stub: " + address);
    };
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    return switch (address.target()) {
      case "data" ->
          new SingleChannelListener(address, () -> new MemoryFile(DATA).open(Direction.READ));
      case "any-port" -> new MemoryTransport().listen(address.withTarget("port-7"), context);
      case "broken" -> scripted(address, Script.BROKEN);
      case "bug" -> scripted(address, Script.BUG);
      case "silent" -> scripted(address, Script.SILENT);
      case "stuck" -> scripted(address, Script.STUCK);
      default -> throw new TransportException(Kind.ADDRESS, "no such stub: " + address);
    };
  }

  private TransportListener scripted(TransportAddress address, Script script) {
    return new SingleChannelListener(address, () -> new Scripted(address, script, reading));
  }

  private enum Script {
    BROKEN,
    BUG,
    FULL,
    SILENT,
    STUCK
  }

  private static final class Scripted extends AbstractTransportChannel {
    private final Script script;
    private final CountDownLatch reading;
    private final CountDownLatch released = new CountDownLatch(1);

    Scripted(TransportAddress address, Script script, CountDownLatch reading) {
      super(
          ChannelInfo.named(address.toString()),
          script == Script.FULL ? Direction.WRITE : Direction.READ,
          Set.of());
      this.script = script;
      this.reading = reading;
    }

    @Override
    protected long readInto(ByteBuffer[] targets, int offset, int length) throws IOException {
      reading.countDown();
      switch (script) {
        case BROKEN -> throw new TransportException(Kind.RESET, "the peer gave up");
        case BUG -> throw new IllegalStateException("a plugin's bug");
        default -> awaitUninterruptibly();
      }
      throw new IOException("released");
    }

    private void awaitUninterruptibly() {
      while (true) {
        try {
          released.await();
          return;
        } catch (InterruptedException ignored) {
          if (script != Script.STUCK) {
            return;
          }
        }
      }
    }

    @Override
    protected long writeFrom(ByteBuffer[] sources, int offset, int length) throws IOException {
      throw new TransportException(Kind.IO, "no space left", "make room", null);
    }

    @Override
    public Optional<String> remains() {
      return script == Script.FULL ? Optional.of("half a file") : Optional.empty();
    }

    @Override
    protected void release(boolean completed) {
      if (script != Script.STUCK) {
        released.countDown();
      }
    }
  }
}
