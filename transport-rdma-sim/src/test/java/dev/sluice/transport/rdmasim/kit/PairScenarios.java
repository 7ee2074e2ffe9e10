package dev.sluice.transport.rdmasim.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.AsyncEvent;
import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What both sides see of the same failure; and in which order things are destroyed. */
public abstract class PairScenarios extends Scenarios {
  protected PairScenarios(Function<DeviceLimits, Rig> rigs) {
    super(rigs);
  }

  /** The row's number in verbs is the status; at the peer a receive with id 1 is posted. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      useHeadersInDisplayName = true,
      textBlock =
          """
          cause               | sent | received | far state | event
          WRITE_WRONG_KEY     | 10   | 5        | ERR       | QUEUE_PAIR_ACCESS_ERROR
          READ_OUT_OF_RANGE   | 10   | 5        | ERR       | QUEUE_PAIR_ACCESS_ERROR
          WRITE_NOT_ENABLED   | 9    | 5        | ERR       | QUEUE_PAIR_REQUEST_ERROR
          SEND_TOO_LONG       | 9    | 1        | ERR       | QUEUE_PAIR_REQUEST_ERROR
          RECEIVE_WRONG_KEY   | 11   | 4        | ERR       | QUEUE_PAIR_FATAL
          PEER_SILENT         | 12   | -        | INIT      | -
          PEER_ABSENT         | 12   | -        | RESET     | -
          SOURCE_WRONG_KEY    | 4    | -        | RTS       | -
          """)
  void pair_bothSidesOfAFailure(
      Cause cause,
      int sent,
      @Nullable Integer received,
      QueuePairState farState,
      AsyncEvent.@Nullable Kind event)
      throws IOException {
    near().queuePair().postReceive(ReceiveRequest.of(3));
    SendRequest request = prepare(cause);
    near().queuePair().postSend(request);
    near().queuePair().postSend(SendRequest.send(2));
    assertCompletions(
        near().sends(), "1 " + CompletionStatus.of(sent), "2 " + CompletionStatus.FLUSHED);
    assertCompletions(near().receives(), "3 " + CompletionStatus.FLUSHED);
    assertStates(QueuePairState.ERR, farState);
    if (received == null) {
      assertNothingIn(far().receives());
    } else {
      assertReceived(1, CompletionStatus.of(received));
    }
    assertEquals(
        event == null ? List.of() : List.of(new AsyncEvent(event, far().number())),
        takeEvents(rig().far()));
    assertEquals(List.of(), takeEvents(rig().near()));
  }

  /** Why a request fails. */
  enum Cause {
    WRITE_WRONG_KEY,
    READ_OUT_OF_RANGE,
    WRITE_NOT_ENABLED,
    SEND_TOO_LONG,
    RECEIVE_WRONG_KEY,
    PEER_SILENT,
    PEER_ABSENT,
    SOURCE_WRONG_KEY
  }

  private SendRequest prepare(Cause cause) throws IOException {
    MemoryRegion own = near().pattern(8, 1);
    MemoryRegion peer = far().zeros(8, Endpoint.ALL);
    MemoryRegion dead = far().zeros(8, Endpoint.ALL);
    dead.close();
    far()
        .queuePair()
        .postReceive(
            ReceiveRequest.of(
                1, cause == Cause.RECEIVE_WRONG_KEY ? dead.whole() : peer.piece(0, 7)));
    return switch (cause) {
      case WRITE_WRONG_KEY -> SendRequest.write(1, peer.remoteKey() ^ 2, 0, own.whole());
      case READ_OUT_OF_RANGE -> SendRequest.read(1, peer.remoteKey(), 1, own.whole());
      case WRITE_NOT_ENABLED -> {
        far().queuePair().modify(QueuePairAttributes.none().with(EnumSet.noneOf(Access.class)));
        yield SendRequest.write(1, peer.remoteKey(), 0, own.whole());
      }
      case SEND_TOO_LONG, RECEIVE_WRONG_KEY -> SendRequest.send(1, own.whole());
      case PEER_SILENT -> {
        far().queuePair().modify(QueuePairAttributes.to(QueuePairState.RESET));
        far().queuePair().modify(Endpoint.toInit());
        yield SendRequest.send(1, own.whole());
      }
      case PEER_ABSENT -> {
        far().queuePair().close();
        yield SendRequest.send(1, own.whole());
      }
      case SOURCE_WRONG_KEY -> SendRequest.send(1, own.piece(0, 9));
    };
  }

  @Test
  void pair_withoutAReceive_theSenderWaits_andThePeerSeesNothing() throws VerbsException {
    near().queuePair().postSend(SendRequest.send(1));
    assertNothingIn(near().sends());
    assertStates(QueuePairState.RTS, QueuePairState.RTS);
    assertEquals(List.of(), takeEvents(rig().far()));
    far().queuePair().postReceive(ReceiveRequest.of(1));
    assertSent(1, CompletionStatus.SUCCESS);
    assertReceived(1, CompletionStatus.SUCCESS);
  }

  @Test
  void pair_withoutAReceive_theSenderGivesUpInTheEnd() throws VerbsException {
    assumeTrue(
        rig().abilities().contains(Ability.TIMED_RETRIES), "retries are neither timed nor counted");
    near().queuePair().modify(QueuePairAttributes.to(QueuePairState.SQD));
    near().queuePair().modify(QueuePairAttributes.none().with(Attribute.RNR_RETRY, 2));
    near().queuePair().modify(QueuePairAttributes.to(QueuePairState.RTS));
    near().queuePair().postSend(SendRequest.send(1));
    assertSent(1, CompletionStatus.RECEIVER_NOT_READY_RETRY_EXCEEDED);
    assertStates(QueuePairState.ERR, QueuePairState.RTS);
    assertEquals(List.of(), takeEvents(rig().far()));
  }

  @Test
  void destroy_completionQueue_isBusyWhileAQueuePairUsesIt() throws VerbsException {
    assertRefused(VerbsException.Reason.BUSY, near().sends()::close);
    assertRefused(VerbsException.Reason.BUSY, near().receives()::close);
    near().queuePair().close();
    near().sends().close();
    near().sends().close();
    near().receives().close();
    assertInvalid(() -> near().domain().createQueuePair(near().queuePair().options()));
  }

  @Test
  void destroy_domain_isBusyWhileItHasQueuePairsOrRegions() throws IOException {
    MemoryRegion region = near().zeros(8, Endpoint.ALL);
    assertRefused(VerbsException.Reason.BUSY, near().domain()::close);
    near().queuePair().close();
    assertRefused(VerbsException.Reason.BUSY, near().domain()::close);
    region.close();
    near().domain().close();
  }

  @Test
  void destroy_queuePair_takesNoMore_andLeavesNoCompletions() throws VerbsException {
    far().queuePair().postReceive(ReceiveRequest.of(1));
    near().queuePair().postReceive(ReceiveRequest.of(1));
    near().queuePair().postSend(SendRequest.send(1));
    near().queuePair().postSend(SendRequest.send(2));
    rig().settle();
    near().queuePair().close();
    assertNothingIn(near().sends());
    assertNothingIn(near().receives());
    assertInvalid(() -> near().queuePair().postSend(SendRequest.send(3)));
    assertInvalid(() -> near().queuePair().postReceive(ReceiveRequest.of(3)));
    assertInvalid(() -> near().queuePair().modify(Endpoint.toInit()));
  }

  @Test
  void destroy_numbersOfQueuePairs_doNotComeBackSoon() throws VerbsException {
    Set<Integer> numbers = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      Endpoint one = Endpoint.on(rig().near(), Endpoint.completingLike(near()));
      numbers.add(one.number());
      one.queuePair().close();
    }
    assertEquals(1000, numbers.size());
  }

  @Test
  void destroy_noQueuePairLeft_isFull_untilOneIsDestroyed() throws VerbsException {
    reopen(new DeviceLimits(2, 8, 128, 4, 220, 1024, 16, 1 << 20));
    Endpoint second = Endpoint.on(rig().near());
    assertRefused(VerbsException.Reason.FULL, () -> Endpoint.on(rig().near()));
    second.queuePair().close();
    Endpoint.on(rig().near());
  }
}
