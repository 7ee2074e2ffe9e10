package dev.sluice.engine.transfer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.SingleChannelListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.engine.transfer.OpenEnds.Opener;
import dev.sluice.tck.fault.ForwardingChannel;
import dev.sluice.tck.memory.MemoryChannels;
import dev.sluice.tck.memory.MemoryFile;
import dev.sluice.tck.memory.MemoryTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
final class CancelTest {
  private static final byte[] STREAM = new byte[1000];
  private static final String REASON = "enough";

  private final MemoryFile target = new MemoryFile();
  private final CountDownLatch entered = new CountDownLatch(1);

  private TransportChannel out() {
    return target.open(Direction.WRITE);
  }

  /** Hangs, as a name service may, until its thread is interrupted. */
  private <T> Opener<T> hanging() {
    return () -> {
      entered.countDown();
      try {
        new CountDownLatch(1).await();
        throw new AssertionError("nobody counts down");
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new ClosedByInterruptException();
      }
    };
  }

  private TransferException cancelled(Sides sides) throws Exception {
    Copy copy = sides.copy(CopyOptions.DEFAULTS);
    Running running = Running.start(copy);
    entered.await();
    copy.cancel(REASON);
    TransferException failure = running.failure();
    assertFalse(running.wasLeftInterrupted(), "the caller asked for no interrupt");
    return failure;
  }

  private static void assertCancelled(Leg leg, long byteCount, TransferException failure) {
    assertEquals(Kind.CANCELLED, failure.kind(), failure::toString);
    assertEquals(REASON, failure.getMessage());
    assertEquals(leg, failure.leg());
    assertEquals(byteCount, failure.byteCount());
  }

  @Test
  void whileListening() throws Exception {
    assertCancelled(Leg.INCOMING, 0, cancelled(new Sides(hanging(), this::out)));
  }

  @Test
  void whileConnecting() throws Exception {
    Sides sides = new Sides(Sides.of(STREAM, out()).listen(), hanging());

    assertCancelled(Leg.OUTGOING, 0, cancelled(sides));
  }

  @Test
  void beforeItBegan_opensNothing() {
    AtomicBoolean opened = new AtomicBoolean();
    Copy copy =
        new Sides(
                () -> {
                  opened.set(true);
                  return Sides.of(STREAM, out()).listen().open();
                },
                this::out)
            .copy(CopyOptions.DEFAULTS);
    copy.cancel(REASON);

    assertCancelled(Leg.INCOMING, 0, assertThrows(TransferException.class, copy::run));
    assertFalse(opened.get());
  }

  @Test
  void whatOpensAllTheSame_isAborted() throws Exception {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    CountDownLatch cancelled = new CountDownLatch(1);
    Sides sides =
        new Sides(
            Sides.of(STREAM, pair.outgoing()).listen(),
            () -> {
              entered.countDown();
              boolean open = false;
              while (!open) {
                try {
                  cancelled.await();
                  open = true;
                } catch (InterruptedException _) {
                  // A transport that comes to its end just then.
                }
              }
              return pair.outgoing();
            });
    Copy copy = sides.copy(CopyOptions.DEFAULTS);
    Running running = Running.start(copy);
    entered.await();
    copy.cancel(REASON);
    cancelled.countDown();

    assertCancelled(Leg.OUTGOING, 0, running.failure());
    assertReset(pair.incoming());
  }

  @Test
  void whileNobodyCame() throws Exception {
    TransportListener server = new MemoryTransport().listen(Sides.IN, TransportContext.defaults());
    Sides sides =
        new Sides(
            () ->
                new TransportListener() {
                  @Override
                  public TransportAddress address() {
                    return server.address();
                  }

                  @Override
                  public Optional<TransportChannel> accept() throws IOException {
                    entered.countDown();
                    return server.accept();
                  }

                  @Override
                  public void close() throws IOException {
                    server.close();
                  }
                },
            this::out);

    assertCancelled(Leg.INCOMING, 0, cancelled(sides));
  }

  @Test
  void whileTheSourceIsSilent() throws Exception {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    assertEquals(10, pair.outgoing().write(ByteBuffer.allocate(10)));
    Copy copy = Sides.of(pair.incoming(), out()).copy(CopyOptions.DEFAULTS);
    Running running = Running.start(copy);
    await().until(() -> copy.progress().byteCount() == 10);

    copy.cancel(REASON);

    assertCancelled(Leg.INCOMING, 10, running.failure());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whileTheTargetTakesNothing(boolean digest) throws Exception {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 100);
    CopyOptions options =
        digest ? CopyOptions.DEFAULTS.withDigest(DigestAlgorithm.SHA256) : CopyOptions.DEFAULTS;
    Copy copy = Sides.of(STREAM, new Entering(pair.outgoing(), 2)).copy(options);
    Running running = Running.start(copy);
    entered.await();

    copy.cancel(REASON);

    assertCancelled(Leg.OUTGOING, 100, running.failure());
    assertReset(pair.incoming());
  }

  /** Tells when a write begins: the second one, where the first fills the channel. */
  private final class Entering extends ForwardingChannel {
    private int left;

    Entering(TransportChannel delegate, int writes) {
      super(delegate);
      left = writes;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      left--;
      if (left == 0) {
        entered.countDown();
      }
      return super.write(source);
    }
  }

  @Test
  void betweenTheLastWriteAndTheClosing_isInTime() throws Exception {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    Copy[] copy = new Copy[1];
    TransportChannel closing =
        new ForwardingChannel(pair.outgoing()) {
          @Override
          public void close() throws IOException {
            copy[0].cancel(REASON);
            super.close();
          }
        };
    copy[0] = Sides.of(STREAM, closing).copy(CopyOptions.DEFAULTS);

    TransferException failure = assertThrows(TransferException.class, copy[0]::run);

    assertCancelled(Leg.OUTGOING, STREAM.length, failure);
    assertReset(pair.incoming());
  }

  @Test
  void whileDelivering_isInTime_whereTheTargetCanBeStopped() throws Exception {
    Delivering delivering = new Delivering(entered, false);

    TransferException failure = cancelled(Sides.of(STREAM, delivering));

    assertCancelled(Leg.OUTGOING, STREAM.length, failure);
    assertTrue(delivering.wasAborted());
  }

  @Test
  void whileDelivering_isTooLate_whereTheTargetHasItAll() throws Exception {
    Delivering delivering = new Delivering(entered, true);
    Copy copy = Sides.of(STREAM, delivering).copy(CopyOptions.DEFAULTS);
    Running running = Running.start(copy);
    entered.await();

    copy.cancel(REASON);
    delivering.goOn();

    assertEquals(STREAM.length, running.result().byteCount());
    assertFalse(delivering.wasAborted());
  }

  @Test
  void afterTheEnd_changesNothing() throws Exception {
    Copy copy = Sides.of(STREAM, out()).copy(CopyOptions.DEFAULTS);
    CopyResult result = copy.run();

    copy.cancel(REASON);

    assertEquals(STREAM.length, result.byteCount());
    assertArrayEquals(STREAM, target.content());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interruptOfTheCaller_cancels_andIsKept(boolean virtual) throws Exception {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 100);
    Copy copy = Sides.of(STREAM, new Entering(pair.outgoing(), 2)).copy(CopyOptions.DEFAULTS);
    Running running =
        Running.start(copy, virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon());
    entered.await();

    running.interrupt();

    TransferException failure = running.failure();
    assertEquals(Kind.CANCELLED, failure.kind(), failure::toString);
    assertEquals("interrupted", failure.getMessage());
    assertEquals(Leg.OUTGOING, failure.leg());
    assertEquals(100, failure.byteCount());
    assertTrue(running.wasLeftInterrupted());
    assertReset(pair.incoming());
  }

  @Test
  void virtualCaller_copiesOnAPlatformThread() throws Exception {
    AtomicBoolean virtual = new AtomicBoolean(true);
    Sides sides =
        new Sides(
            () -> {
              virtual.set(Thread.currentThread().isVirtual());
              return new SingleChannelListener(
                  Sides.IN, () -> new MemoryFile(STREAM).open(Direction.READ));
            },
            this::out);

    Running running = Running.start(sides.copy(CopyOptions.DEFAULTS), Thread.ofVirtual());

    assertEquals(STREAM.length, running.result().byteCount());
    assertArrayEquals(STREAM, target.content());
    assertFalse(virtual.get());
  }

  private static void assertReset(TransportChannel receiver) {
    TransportException seen =
        assertThrows(TransportException.class, () -> receiver.read(ByteBuffer.allocate(10)));
    assertEquals(Kind.RESET, seen.kind());
  }
}
