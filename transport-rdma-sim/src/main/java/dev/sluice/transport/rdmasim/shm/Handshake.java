package dev.sluice.transport.rdmasim.shm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sets a connection up: each side makes a segment, and maps the other's.
 *
 * <pre>
 * connecting                          accepting
 * makes its segment   -- HELLO -->
 *                                     maps that and removes its name, makes its own segment, joins
 *                    <-- READY --
 * maps that, removes
 * its name, joins    --- GO ---->
 * </pre>
 *
 * <p>Each joins before the other one can be done: whoever is done can use the connection at once.
 *
 * <p>Whoever fails says why (REJECT) if it can, removes every file of the connection, and closes
 * the socket, from which the other one learns it. Where one is killed the other one removes its
 * files as well; where both are, a {@link Janitor} does.
 *
 * <h2>Ownership</h2>
 *
 * The control socket is closed on failure, and the caller's again on success.
 *
 * <h2>Threading</h2>
 *
 * One thread per side; closing the control socket from another one ends it.
 */
final class Handshake {
  /** Well within a frame. */
  private static final int GREATEST_REASON_CHAR_COUNT = 1000;

  /** Between a peer's removal of its file and the end of its socket. */
  private static final Duration GREATEST_PARTING = Duration.ofMillis(200);

  /**
   * What this side contributes.
   *
   * @param byteCount how many bytes its segment is to have
   * @param features as in {@link Hello}
   * @param payload as in {@link Hello}
   * @param preparation fills the segment before the peer may see it
   */
  record Offer(long byteCount, long features, ByteBuffer payload, Preparation preparation) {}

  /** Fills a new segment of zeros, and joins it with the peer's. */
  @FunctionalInterface
  interface Preparation {
    /**
     * Does so.
     *
     * @throws IOException to end the set-up
     */
    void prepare(Segment own) throws IOException;

    /**
     * Takes what the peer contributes, so that what the peer does from now on is seen.
     *
     * @param peers its segment, closed by the handshake if that fails
     * @param hello what it said
     * @throws IOException to end the set-up
     */
    default void join(Segment peers, Hello hello) throws IOException {}
  }

  /** Answers a connecting side. */
  @FunctionalInterface
  interface Answer {
    /**
     * Returns what this side contributes.
     *
     * @param hello what the other one said
     * @throws TransportException to reject it; its message is the reason that the other side sees
     */
    Offer to(Hello hello) throws TransportException;
  }

  /**
   * A connection that is set up. None of its files has a name any more.
   *
   * @param own the segment that this side made; the receiver closes both
   * @param peers the one that the peer made
   * @param hello what the peer said
   */
  record Established(Segment own, Segment peers, Hello hello) {}

  private final MeetingFolder folder;
  private final ControlSocket control;
  private final Deadline deadline;
  private final Opening opening = new Opening();

  /** Known to the connecting side from the start, to the accepting side from HELLO on. */
  private @Nullable Nonce nonce;

  private Handshake(MeetingFolder folder, ControlSocket control, Deadline deadline) {
    this.folder = folder;
    this.control = control;
    this.deadline = deadline;
    opening.add(control);
  }

  /**
   * Does the connecting side's part.
   *
   * @param endpoint whom this is connected to: for messages
   * @throws TransportException of kind UNREACHABLE if the other side does not answer in time, ends
   *     or rejects; LIMIT if there is no room; IO if it breaks the protocol
   * @throws java.nio.channels.ClosedChannelException if the thread is interrupted or the socket
   *     closed
   */
  static Established connect(
      MeetingFolder folder,
      EndpointName endpoint,
      ControlSocket control,
      Offer offer,
      Deadline deadline)
      throws IOException {
    Handshake side = new Handshake(folder, control, deadline);
    return side.run(() -> side.connect(endpoint, offer));
  }

  /**
   * Does the accepting side's part.
   *
   * @throws TransportException of kind TIMED_OUT if the other side does not go on in time; RESET if
   *     it ends or gives up; LIMIT if there is no room; IO if it breaks the protocol or has another
   *     layout
   * @throws java.nio.channels.ClosedChannelException if the thread is interrupted or the socket
   *     closed
   */
  static Established accept(
      MeetingFolder folder, ControlSocket control, Answer answer, Deadline deadline)
      throws IOException {
    Handshake side = new Handshake(folder, control, deadline);
    return side.run(() -> side.accept(answer));
  }

  /** One side's part. */
  @FunctionalInterface
  private interface Part {
    Established play() throws IOException;
  }

  private Established run(Part part) throws IOException {
    boolean complete = false;
    @Nullable IOException failure = null;
    try {
      Established established = played(part);
      opening.complete();
      complete = true;
      return established;
    } catch (IOException ended) {
      failure = ended;
      reject(ended);
      throw ended;
    } finally {
      if (!complete) {
        abandon(failure);
      }
    }
  }

  private static Established played(Part part) throws IOException {
    try {
      return part.play();
    } catch (InternalError lost) {
      throw MappedUse.cutOff(lost);
    }
  }

  private Established connect(EndpointName endpoint, Offer offer) throws IOException {
    Nonce fresh = Nonce.fresh();
    nonce = fresh;
    Segment own = create(SegmentName.of(fresh, SegmentName.Side.CONNECTING), offer);
    try {
      send(Frame.Type.HELLO, own, offer);
      Hello ready = Hello.in(receive(Frame.Type.READY));
      requireSide(ready, fresh, SegmentName.Side.ACCEPTING);
      Segment peers = openAndUnlink(ready);
      offer.preparation().join(peers, ready);
      control.send(new Frame(Frame.Type.GO, ByteBuffer.allocate(0)), deadline);
      own.unlink();
      return new Established(own, peers, ready);
    } catch (TransportException failure) {
      throw notAnswered(endpoint, failure);
    }
  }

  private TransportException notAnswered(EndpointName endpoint, TransportException failure) {
    return switch (failure.kind()) {
      case TIMED_OUT ->
          Failures.unreachable(
              endpoint + " did not answer within " + deadline.text(),
              "is the listening side stopped, or busy? connect-timeout= waits longer",
              failure);
      case RESET ->
          Failures.unreachable(
              endpoint + " ended the connection: " + failure.getMessage(),
              failure.hint().orElse("see what the listening side says"),
              failure);
      default -> failure;
    };
  }

  private Established accept(Answer answer) throws IOException {
    Hello hello = Hello.in(receive(Frame.Type.HELLO));
    Nonce theirs = hello.segment().nonce();
    nonce = theirs;
    requireSide(hello, theirs, SegmentName.Side.CONNECTING);
    Segment peers = openAndUnlink(hello);
    Offer offer = answer.to(hello);
    Segment own = create(SegmentName.of(theirs, SegmentName.Side.ACCEPTING), offer);
    offer.preparation().join(peers, hello);
    send(Frame.Type.READY, own, offer);
    receive(Frame.Type.GO);
    own.unlink();
    return new Established(own, peers, hello);
  }

  private Segment create(SegmentName name, Offer offer) throws IOException {
    Segment own = opening.add(Segment.create(folder, name, offer.byteCount()));
    offer.preparation().prepare(own);
    return own;
  }

  private Segment openAndUnlink(Hello hello) throws IOException {
    Segment peers;
    try {
      peers = opening.add(Segment.open(folder, hello.segment(), hello.byteCount()));
    } catch (ProtocolViolation violation) {
      throw violation;
    } catch (TransportException notThere) {
      throw whyNotThere(notThere);
    }
    peers.unlink();
    return peers;
  }

  /** Who gives up removes his file first, and then says so. */
  private TransportException whyNotThere(TransportException failure) throws IOException {
    try {
      receive(Frame.Type.GO, Deadline.after(GREATEST_PARTING));
    } catch (TransportException ended) {
      if (ended.kind() == Kind.RESET) {
        return ended;
      }
    }
    return failure;
  }

  private void send(Frame.Type type, Segment own, Offer offer) throws IOException {
    Hello hello = new Hello(offer.features(), own.name(), own.byteCount(), offer.payload());
    control.send(hello.frame(type), deadline);
  }

  private Frame receive(Frame.Type expected) throws IOException {
    return receive(expected, deadline);
  }

  private Frame receive(Frame.Type expected, Deadline until) throws IOException {
    Frame frame = control.receive(until);
    if (frame.type() == Frame.Type.REJECT) {
      throw new TransportException(Kind.RESET, "the other side gave up: " + reasonIn(frame));
    }
    if (frame.type() != expected) {
      throw new ProtocolViolation(
          "the set-up message " + frame.type(), frame.body().remaining(), expected.toString());
    }
    return frame;
  }

  /** Returns a text of the peer's, without what a terminal would obey. */
  private static String reasonIn(Frame frame) {
    return UTF_8.decode(frame.body().duplicate()).toString().replaceAll("\\p{Cntrl}", "?");
  }

  private static void requireSide(Hello hello, Nonce nonce, SegmentName.Side side)
      throws ProtocolViolation {
    if (!hello.segment().nonce().equals(nonce) || hello.segment().side() != side) {
      throw new ProtocolViolation(
          "the segment " + hello.segment(), hello.byteCount(), "one of " + nonce + ", " + side);
    }
  }

  /** Tells the peer why, if it is there and the reason is not its own end. */
  private void reject(IOException failure) {
    boolean peerKnows = TransportException.kindOf(failure) == Kind.RESET;
    if (peerKnows || !control.isOpen() || Thread.currentThread().isInterrupted()) {
      return;
    }
    String message = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    String hint =
        failure instanceof TransportException told
            ? told.hint().map(text -> " (" + text + ")").orElse("")
            : "";
    String reason = message + hint;
    ByteBuffer body =
        UTF_8.encode(reason.substring(0, Math.min(reason.length(), GREATEST_REASON_CHAR_COUNT)));
    try {
      control.send(new Frame(Frame.Type.REJECT, body), deadline);
    } catch (IOException gone) {
      failure.addSuppressed(gone);
    }
  }

  private void abandon(@Nullable IOException failure) {
    try (opening) {
      if (nonce != null) {
        folder.removeAll(nonce);
      } else {
        // It ended before it told its name, perhaps because it was killed.
        Janitor.sweepSoon(folder);
      }
    } catch (IOException notAllRemoved) {
      if (failure != null) {
        failure.addSuppressed(notAllRemoved);
      }
    }
  }
}
