package dev.sluice.engine.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.engine.TruncatedStreamException;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.tck.fault.FaultPolicy;
import dev.sluice.tck.fault.FaultyChannel;
import dev.sluice.tck.fault.Operation;
import dev.sluice.tck.memory.MemoryFile;
import dev.sluice.tck.memory.MemoryTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
final class CopyTest {
  /** Several strides, and no round number of them. */
  private static final byte[] STREAM = new byte[3_000_017];

  static {
    new Random(1).nextBytes(STREAM);
  }

  private final MemoryFile target = new MemoryFile();

  private TransportChannel out() {
    return target.open(Direction.WRITE);
  }

  private static CopyOptions options(boolean digest) {
    return digest ? CopyOptions.DEFAULTS.withDigest(DigestAlgorithm.CRC32C) : CopyOptions.DEFAULTS;
  }

  private static String crc32c(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return "%08x".formatted(sum.getValue());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void completeCopy_deliversAllAndTellsIt(boolean digest) throws Exception {
    Copy copy = Sides.of(STREAM, out()).copy(options(digest));

    CopyResult result = copy.run();

    assertArrayEquals(STREAM, target.content());
    assertEquals(STREAM.length, result.byteCount());
    assertEquals(digest ? Optional.of(crc32c(STREAM)) : Optional.empty(), result.digest());
    assertEquals(STREAM.length, copy.progress().byteCount());
    assertEquals(OptionalLong.of(STREAM.length), copy.progress().expectedByteCount());
  }

  @Test
  void emptySource_isACompleteCopy() throws Exception {
    assertEquals(0, Sides.of(new byte[0], out()).copy(CopyOptions.DEFAULTS).run().byteCount());
  }

  @Test
  void server_isAnnounced_andTakenFromOnlyWhenTheOutgoingSideIsOpen() throws Exception {
    MemoryTransport memory = new MemoryTransport();
    TransportAddress in = TransportAddress.of(MemoryTransport.SCHEME, "in");
    List<String> events = new ArrayList<>();
    CopyListener listener =
        new CopyListener() {
          @Override
          public void listening(TransportAddress address) {
            events.add("listening " + address);
            try (TransportChannel sender = memory.connect(in, TransportContext.defaults())) {
              sender.write(ByteBuffer.wrap(STREAM, 0, 1000));
            } catch (IOException failure) {
              throw new UncheckedIOException(failure);
            }
          }

          @Override
          public void connected(Leg leg, ChannelInfo info) {
            events.add(leg.name().toLowerCase(Locale.ROOT));
          }
        };
    Sides sides = Sides.of(new byte[0], out());
    TransportRegistry registry = TransportRegistry.of(memory, sides);

    CopyResult result = new Copy(registry, in, Sides.OUT, CopyOptions.DEFAULTS, listener).run();

    assertEquals(1000, result.byteCount());
    assertArrayEquals(Arrays.copyOf(STREAM, 1000), target.content());
    assertEquals(List.of("listening " + in, "outgoing", "incoming"), events);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sourceThatFails_isTheIncomingLeg_afterExactlyWhatItGave(boolean digest) {
    TransportChannel source =
        new FaultyChannel(
            new MemoryFile(STREAM).open(Direction.READ), FaultPolicy.resetAfter(900_001));

    TransferException failure = failure(Sides.of(source, out()), options(digest));

    assertFailed(Leg.INCOMING, Kind.RESET, 900_001, failure);
    assertArrayEquals(Arrays.copyOf(STREAM, 900_001), target.content());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void targetThatFails_isTheOutgoingLeg_afterExactlyWhatItTook(boolean digest) {
    TransportChannel full = new FaultyChannel(out(), FaultPolicy.resetAfter(900_001));

    TransferException failure = failure(Sides.of(STREAM, full), options(digest));

    assertFailed(Leg.OUTGOING, Kind.RESET, 900_001, failure);
    assertArrayEquals(Arrays.copyOf(STREAM, 900_001), target.content());
  }

  @Test
  void sourceThatEndsBeforeItsLength_isTruncated() {
    TransportChannel source =
        new FaultyChannel(
            new MemoryFile(STREAM).open(Direction.READ), FaultPolicy.endAfter(900_001));

    TransferException failure = failure(Sides.of(source, out()), CopyOptions.DEFAULTS);

    assertFailed(Leg.INCOMING, Kind.IO, 900_001, failure);
    assertInstanceOf(TruncatedStreamException.class, failure.getCause());
  }

  @Test
  void targetThatCannotDeliver_isNoSuccess() {
    IOException full = new IOException("no room for the last byte");
    TransportChannel faulty =
        new FaultyChannel(out(), FaultPolicy.failAt(Operation.CLOSE, 1, full));

    TransferException failure = failure(Sides.of(STREAM, faulty), CopyOptions.DEFAULTS);

    assertFailed(Leg.OUTGOING, Kind.IO, STREAM.length, failure);
    assertSame(full, failure.getCause());
  }

  @Test
  void targetThatIsAbsent_leavesTheSenderAlone() {
    TransportChannel source = new MemoryFile(STREAM).open(Direction.READ);
    Sides sides =
        new Sides(
            Sides.of(source, source).listen(),
            () -> {
              throw new TransportException(Kind.UNREACHABLE, "nobody there");
            });

    TransferException failure = failure(sides, CopyOptions.DEFAULTS);

    assertFailed(Leg.OUTGOING, Kind.UNREACHABLE, 0, failure);
  }

  @Test
  void oneEndpointForBothSides_isRefused() {
    Sides sides = Sides.of(STREAM, out());
    TransportRegistry registry = TransportRegistry.of(sides);
    Copy copy = new Copy(registry, Sides.OUT, Sides.OUT, CopyOptions.DEFAULTS, CopyListener.NONE);

    assertEquals(Kind.ADDRESS, assertThrows(TransferException.class, copy::run).kind());
  }

  private static TransferException failure(Sides sides, CopyOptions options) {
    return assertThrows(TransferException.class, sides.copy(options)::run);
  }

  private static void assertFailed(Leg leg, Kind kind, long byteCount, TransferException failure) {
    assertEquals(leg, failure.leg(), failure::toString);
    assertEquals(kind, failure.kind(), failure::toString);
    assertEquals(byteCount, failure.byteCount(), failure::toString);
  }
}
