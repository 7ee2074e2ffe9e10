package dev.sluice.transport.rdmasim.stream;

import dev.sluice.api.TransportException;
import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reading end of one direction. Never waits: who wants to, waits for {@link #isReadable} with
 * the fabric's {@code await}, for this queue pair.
 *
 * <h2>Ownership</h2>
 *
 * The queue pair and its completion queue stay the caller's, but nobody else posts or polls there.
 * Close the queue pair first, then this, then the domain.
 *
 * <h2>Threading</h2>
 *
 * One thread at a time; it shares nothing with the sender of the other direction.
 *
 * <h2>Errors</h2>
 *
 * What came before a failure can still be read. Then every call that moves bytes throws a new
 * {@link TransportException}: of kind RESET if the connection broke; IO if the peer broke the
 * protocol, with what it sent and what was expected. The queue pair is left as it is.
 */
public final class StreamReceiver implements AutoCloseable {
  /** Places that credits leave alone: for FINISHED and CLOSED, each of which is sent once. */
  private static final int RESERVED = 2;

  private static final Set<Access> RING_ACCESS = Set.of(Access.LOCAL_WRITE, Access.REMOTE_WRITE);

  private final Connection connection;
  private final MemoryRegion ring;
  private final StreamOptions options;
  private final ReceiveWindow window;
  private final MemorySegment credit = MemorySegment.ofArray(new byte[CreditSlots.SLOT_BYTES]);
  private final ByteBuffer[] single = new ByteBuffer[1];

  private int creditKey;
  private int nextSlot;
  private boolean ended;
  private boolean finished;
  private boolean refused;
  private boolean closed;
  private long creditMessageCount;

  private StreamReceiver(QueuePair queuePair, MemoryRegion ring, StreamOptions options) {
    this.ring = ring;
    this.options = options;
    window = new ReceiveWindow(options);
    // Credits are rare; each tells that its place is free again.
    connection = new Connection(queuePair, 1, this::take);
  }

  /**
   * Opens the end: registers the ring and posts the receives.
   *
   * @param queuePair in state INIT, so that no byte comes before its receive; made with {@link
   *     StreamOptions#receiverQueuePair}
   * @param options of this side
   * @throws IllegalArgumentException if the queue pair is too small
   * @throws IOException if the memory or a place for a receive is missing
   */
  public static StreamReceiver open(QueuePair queuePair, StreamOptions options) throws IOException {
    requireRoom(queuePair, options);
    return open(
        queuePair, options, queuePair.domain().allocate(options.windowBytes(), RING_ACCESS));
  }

  /**
   * Opens an end whose ring has no memory: what comes takes its time and its credit, and can only
   * be {@link #discard}ed. To plan for windows that no machine has.
   *
   * @param queuePair as for {@link #open}
   * @param options of this side
   * @throws IllegalArgumentException if the queue pair is too small
   * @throws IOException if a place for a receive is missing
   */
  public static StreamReceiver openLogical(QueuePair queuePair, StreamOptions options)
      throws IOException {
    requireRoom(queuePair, options);
    return open(
        queuePair, options, queuePair.domain().registerLogical(options.windowBytes(), RING_ACCESS));
  }

  private static void requireRoom(QueuePair queuePair, StreamOptions options) {
    if (queuePair.options().maxSendRequests() < StreamOptions.RECEIVER_SENDS
        || queuePair.options().maxReceiveRequests() < receiveRequests(options)
        || queuePair.options().maxInlineBytes() < CreditSlots.SLOT_BYTES) {
      throw new IllegalArgumentException(queuePair + " is too small: " + queuePair.options());
    }
  }

  private static int receiveRequests(StreamOptions options) {
    return options.receiveCount() + StreamOptions.RECEIVER_CONTROL_RECEIVES;
  }

  private static StreamReceiver open(QueuePair queuePair, StreamOptions options, MemoryRegion ring)
      throws IOException {
    StreamReceiver receiver = new StreamReceiver(queuePair, ring, options);
    boolean opened = false;
    try {
      receiver.connection.postReceives(receiveRequests(options));
      opened = true;
      return receiver;
    } finally {
      if (!opened) {
        ring.close();
      }
    }
  }

  /**
   * Takes what the peer told; to be called once, before anything else.
   *
   * @param peer the other side's greeting
   */
  public void connect(StreamHello peer) {
    creditKey = peer.creditKey();
  }

  private void progress() {
    if (creditKey == 0) {
      throw new IllegalStateException("the peer's greeting was not given yet");
    }
    connection.progress();
    giveCredit();
  }

  /** Returns the queue pair. */
  public QueuePair queuePair() {
    return connection.queuePair();
  }

  StreamOptions options() {
    return options;
  }

  int ringKey() {
    return ring.remoteKey();
  }

  private @Nullable String take(MessageKind kind, int value, long byteCount) {
    if (kind != MessageKind.DATA && kind != MessageKind.END) {
      return "a message " + kind + " from the side that sends";
    }
    if (value != byteCount) {
      return kind + " tells of " + value + " bytes, but " + byteCount + " were written";
    }
    if (ended) {
      return "a message " + kind + " after the end";
    }
    if (kind == MessageKind.DATA) {
      return window.arrived(byteCount);
    }
    if (byteCount != 0) {
      return "an end with " + byteCount + " bytes";
    }
    ended = true;
    if (refused) {
      finish();
    }
    return null;
  }

  private void giveCredit() {
    if (!refused && window.isCreditDue() && connection.hasRoom(RESERVED)) {
      tell(MessageKind.CREDIT);
    }
  }

  private void tell(MessageKind kind) {
    CreditSlots.put(credit, window.consumedBytes(), window.repostedMessages());
    connection.post(
        connection
            .write(creditKey, (long) nextSlot * CreditSlots.SLOT_BYTES)
            .withImmediate(kind.immediate(nextSlot))
            .inline(credit));
    nextSlot = (nextSlot + 1) % CreditSlots.COUNT;
    creditMessageCount++;
    window.told();
  }

  private void finish() {
    if (!finished) {
      finished = true;
      tell(MessageKind.FINISHED);
    }
  }

  /**
   * Reads what came.
   *
   * @param targets their positions move by what was read
   * @param offset of the first buffer
   * @param length how many buffers
   * @return bytes; 0 if there are none now, or no buffer has room; -1 at the end, which the peer is
   *     told of, and after {@link #refuse}
   * @throws TransportException see above
   * @throws IllegalStateException if the ring is logical and has bytes
   */
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, targets.length);
    progress();
    long copied = 0;
    boolean room = false;
    for (int i = offset; i < offset + length; i++) {
      ByteBuffer target = targets[i];
      room |= target.hasRemaining();
      while (target.hasRemaining() && readableBytes() > 0) {
        copied += copyPiece(target);
      }
    }
    return copied > 0 || !room ? copied : endOrNothing();
  }

  /**
   * Reads what came.
   *
   * @param target its position moves by what was read
   * @return bytes; 0 if there are none now, or it has no room; -1 at the end, which the peer is
   *     told of, and after {@link #refuse}
   * @throws TransportException see above
   */
  public int read(ByteBuffer target) throws IOException {
    single[0] = target;
    return (int) read(single, 0, 1);
  }

  private long readableBytes() {
    return refused || closed ? 0 : window.availableBytes();
  }

  private int copyPiece(ByteBuffer target) {
    int byteCount = (int) Math.min(window.pieceBytes(), target.remaining());
    MemorySegment.copy(
        ring.segment(), window.ringOffset(), MemorySegment.ofBuffer(target), 0, byteCount);
    target.position(target.position() + byteCount);
    window.consume(byteCount);
    giveCredit();
    return byteCount;
  }

  private long endOrNothing() throws TransportException {
    if (ended && !closed) {
      finish();
      return -1;
    }
    Failure failure = connection.failure();
    if (failure != null) {
      throw failure.exception();
    }
    return refused ? -1 : 0;
  }

  /**
   * Drops what came as if it had been read, so that the peer can go on to its end.
   *
   * @return bytes; 0 if there are none now; -1 at the end, which the peer is told of, and after
   *     {@link #refuse}
   * @throws TransportException see above
   */
  public long discard() throws IOException {
    progress();
    long dropped = readableBytes();
    if (dropped == 0) {
      return endOrNothing();
    }
    window.consume(dropped);
    giveCredit();
    return dropped;
  }

  /**
   * Reads no more: the peer is told, and how much was read, and its writes fail. What comes
   * meanwhile is dropped, without a credit: it was not read, and the peer shall know. This end is
   * to be asked {@link #isReadable} now and then, so that it sees the peer's end. Does nothing
   * after the end.
   *
   * @throws TransportException if the stream has failed before its end
   */
  public void refuse() throws IOException {
    progress();
    if (refused || finished) {
      return;
    }
    refused = true;
    tell(MessageKind.CLOSED);
    if (ended) {
      finish();
    }
    Failure failure = connection.failure();
    if (failure != null && !ended) {
      throw failure.exception();
    }
  }

  /** Returns whether a {@link #read} with room would not return 0: bytes, the end, or a failure. */
  public boolean isReadable() {
    progress();
    return readableBytes() > 0 || ended || refused || connection.failure() != null;
  }

  /** Returns whether the peer's end came; there may be bytes before it. */
  public boolean isEnded() {
    return ended;
  }

  /**
   * Makes the connection show whether it still works, by a write without bytes: if not, the stream
   * fails after the retries of the queue pair. It costs the peer nothing, no receive either.
   *
   * @throws TransportException see above, although there may be bytes to read
   */
  public void keepAlive() throws IOException {
    progress();
    connection.keepAlive(RESERVED);
    Failure failure = connection.failure();
    if (failure != null) {
      throw failure.exception();
    }
  }

  /** Returns what broke the stream, as a new exception each time; empty: it works. */
  public Optional<TransportException> failure() {
    return Optional.ofNullable(connection.failure()).map(Failure::exception);
  }

  /** Returns what was done so far. */
  public StreamCounters counters() {
    return new StreamCounters(
        window.receivedBytes(), window.repostedMessages(), creditMessageCount, 0);
  }

  /** Takes the ring back, and drops what is in it. Tells the peer nothing. */
  @Override
  public void close() {
    closed = true;
    connection.fail(Failure.closed(queuePair()));
    ring.close();
  }
}
