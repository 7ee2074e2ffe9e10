package dev.sluice.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.SingleChannelListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.cli.CommandRun;
import dev.sluice.tck.memory.MemoryFile;
import dev.sluice.tck.memory.MemoryTransport;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class DemoTest {
  private static final String BYTES = "37738912";

  /** A pretended {@code sluice copy - -}. */
  private static final List<String> CAT = List.of("sh", "-c", "cat", "sluice");

  private static CommandRun demo(List<String> self, TransportProvider... transports) {
    return CommandRun.of(List.of(transports), new TreeMap<>(), self, "demo");
  }

  @Test
  void server_getsItAll() {
    CommandRun run = demo(CAT, new Server());

    assertEquals(0, run.status(), run.out() + run.err());
    assertTrue(
        row(run, "server")
            .matches(
                "server +shutdown duplex reset non-blocking +" + BYTES + " +[0-9.]+ .*/s +equal"),
        run.out());
  }

  @Test
  void file_isWrittenFirst_andThenReadBack() {
    CommandRun run = demo(CAT, new Store("store", UnaryOperator.identity()));

    assertEquals(0, run.status(), run.out() + run.err());
    assertTrue(row(run, "store").matches("store +seekable +" + BYTES + " .* equal"), run.out());
  }

  @Test
  void changedByte_isNotEqual_andEight() {
    CommandRun run =
        demo(
            CAT,
            new Store(
                "liar",
                content -> {
                  content[content.length / 2] ^= 1;
                  return content;
                }),
            new Store("store", UnaryOperator.identity()));

    assertEquals(8, run.status());
    assertTrue(row(run, "liar").contains("NOT EQUAL"), run.out());
    assertTrue(row(run, "store").endsWith(" equal"), run.out());
  }

  @Test
  void sink_onlyCounts() {
    CommandRun run = demo(CAT, new Store("hole", UnaryOperator.identity(), true));

    assertEquals(0, run.status(), run.out() + run.err());
    assertTrue(row(run, "hole").endsWith("counts only"), run.out());
  }

  @Test
  void standardStreams_goThroughAProcess() {
    CommandRun run = demo(CAT, named("stdio"));

    assertEquals(0, run.status(), run.out() + run.err());
    assertTrue(row(run, "stdio").matches("stdio +- +" + BYTES + " .* equal"), run.out());
  }

  @Test
  void processThatFails_isARowWithItsError() {
    // It takes nothing first, so that the pipe to it breaks before it says why.
    CommandRun run =
        demo(
            List.of("sh", "-c", "exec 0<&-; sleep 0.3; echo went wrong >&2; exit 3", "sluice"),
            named("stdio"));

    assertEquals(6, run.status(), run.out());
    assertTrue(row(run, "stdio").endsWith(" FAILED"), run.out());
    assertTrue(run.out().contains("ended with status 3: went wrong\n"), run.out());
  }

  @Test
  void transportThatFails_isARow_andTheOthersAreTried() {
    CommandRun run =
        demo(CAT, new Store("absent", UnaryOperator.identity(), false, true), new Server());

    assertEquals(3, run.status());
    assertTrue(row(run, "absent").endsWith(" FAILED"), run.out());
    assertTrue(run.out().contains("\nabsent: FAILED: absent on purpose\n"), run.out());
    assertTrue(row(run, "server").endsWith(" equal"), run.out());
  }

  @Test
  void transportWithoutAnAddress_isNotTried() {
    CommandRun run = demo(CAT, named("homeless"));

    assertEquals(0, run.status(), run.out() + run.err());
    assertTrue(row(run, "homeless").endsWith(" not tried"), run.out());
  }

  @Test
  void unavailableTransport_isNotTried_andEleven() {
    CommandRun run = demo(CAT, new Server(), new Unavailable());

    assertEquals(11, run.status(), run.out() + run.err());
    assertTrue(row(run, "server").endsWith(" equal"), run.out());
    assertTrue(run.out().contains("\nelsewhere: not tried: it needs a moon\n"), run.out());
  }

  @Test
  void transportThatFails_isWorseThanOneThatIsUnavailable() {
    CommandRun run =
        demo(CAT, new Unavailable(), new Store("last", UnaryOperator.identity(), false, true));

    assertEquals(3, run.status(), run.out() + run.err());
  }

  @Test
  void providerThatFailedToLoad_isEleven() {
    TransportProvider newer =
        new Store("newer", UnaryOperator.identity()) {
          @Override
          public int spiVersion() {
            return Integer.MAX_VALUE;
          }
        };

    CommandRun run = demo(CAT, new Server(), newer);

    assertEquals(11, run.status(), run.out() + run.err());
    assertTrue(row(run, "server").endsWith(" equal"), run.out());
    assertTrue(run.err().contains("'sluice transports' tells why"), run.err());
  }

  @Test
  void noTransportAtAll_isNoSuccess() {
    assertEquals(11, demo(CAT).status());
  }

  private static String row(CommandRun run, String name) {
    return run.outLines().stream()
        .filter(line -> line.startsWith(name + " "))
        .findFirst()
        .orElseThrow(() -> new AssertionError(run.out()));
  }

  private static TransportProvider named(String scheme) {
    return new Store(scheme, UnaryOperator.identity()) {
      @Override
      public List<Scheme> schemes() {
        return List.of(Scheme.named(scheme).build());
      }
    };
  }

  /** The transport in memory, with an address to try it at. */
  private static final class Server implements TransportProvider {
    private final MemoryTransport memory = new MemoryTransport();

    @Override
    public int spiVersion() {
      return SPI_VERSION;
    }

    @Override
    public List<Scheme> schemes() {
      return List.of(Scheme.named("server").loopback("server:demo").build());
    }

    @Override
    public TransportChannel connect(TransportAddress address, TransportContext context)
        throws IOException {
      return memory.connect(address, context);
    }

    @Override
    public TransportListener listen(TransportAddress address, TransportContext context)
        throws IOException {
      return memory.listen(address, context);
    }
  }

  /** A file in memory, which may change what it holds, drop it, or be absent. */
  private static class Store implements TransportProvider {
    private final String name;
    private final UnaryOperator<byte[]> change;
    private final boolean drops;
    private final boolean absent;
    private final MemoryFile file = new MemoryFile();
    private boolean written;

    Store(String name, UnaryOperator<byte[]> change) {
      this(name, change, false);
    }

    Store(String name, UnaryOperator<byte[]> change, boolean drops) {
      this(name, change, drops, false);
    }

    Store(String name, UnaryOperator<byte[]> change, boolean drops, boolean absent) {
      this.name = name;
      this.change = change;
      this.drops = drops;
      this.absent = absent;
    }

    @Override
    public int spiVersion() {
      return SPI_VERSION;
    }

    @Override
    public List<Scheme> schemes() {
      Scheme.Builder scheme = Scheme.named(name).mayHave(ChannelFeature.SEEKABLE);
      return List.of(
          (drops ? scheme.dropsBytes() : scheme.target("PATH").loopback(name + ":{dir}/x"))
              .build());
    }

    @Override
    public TransportChannel connect(TransportAddress address, TransportContext context)
        throws IOException {
      if (absent) {
        throw new TransportException(Kind.UNREACHABLE, "absent on purpose");
      }
      written = true;
      return file.open(Direction.WRITE);
    }

    @Override
    public TransportListener listen(TransportAddress address, TransportContext context)
        throws IOException {
      if (!written) {
        throw new TransportException(Kind.IO, "nothing there yet");
      }
      return new SingleChannelListener(
          address, () -> new MemoryFile(change.apply(file.content())).open(Direction.READ));
    }
  }

  private static final class Unavailable extends Store {
    Unavailable() {
      super("elsewhere", UnaryOperator.identity());
    }

    @Override
    public List<Scheme> schemes() {
      return List.of(Scheme.named("elsewhere").unavailable("it needs a moon").build());
    }
  }
}
