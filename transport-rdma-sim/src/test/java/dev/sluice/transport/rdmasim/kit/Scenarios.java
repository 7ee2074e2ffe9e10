package dev.sluice.transport.rdmasim.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.transport.rdmasim.verbs.AsyncEvent;
import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.CompletionStatus;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.RdmaDevice;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What all scenarios start from: a rig with one connection, both ends in RTS. */
@Timeout(60)
public abstract class Scenarios {
  private final Function<DeviceLimits, Rig> rigs;
  private Rig rig;
  private Endpoint near;
  private Endpoint far;

  /**
   * Creates scenarios.
   *
   * @param rigs makes a rig whose devices have the given limits
   */
  @SuppressWarnings("NullAway.Init") // Before each test.
  protected Scenarios(Function<DeviceLimits, Rig> rigs) {
    this.rigs = rigs;
  }

  @BeforeEach
  final void openRig() throws VerbsException {
    open(DeviceLimits.USUAL);
  }

  @AfterEach
  final void closeRig() {
    rig.close();
  }

  private void open(DeviceLimits limits) throws VerbsException {
    rig = rigs.apply(limits);
    near = Endpoint.on(rig.near());
    far = Endpoint.on(rig.far());
    Endpoint.connect(near, far);
  }

  /** Starts again, with other devices. */
  final void reopen(DeviceLimits limits) throws VerbsException {
    rig.close();
    open(limits);
  }

  /** Gives both sides other queue pairs; those that were there stay. */
  final void reconnect(Endpoint newNear, Endpoint newFar) throws VerbsException {
    near = newNear;
    far = newFar;
    Endpoint.connect(near, far);
  }

  final Rig rig() {
    return rig;
  }

  final Endpoint near() {
    return near;
  }

  final Endpoint far() {
    return far;
  }

  /** Settles, and takes all completions of a queue. */
  final List<WorkCompletion> take(CompletionQueue queue) throws VerbsException {
    rig.settle();
    List<WorkCompletion> all = new ArrayList<>();
    for (WorkCompletion next = queue.poll(); next != null; next = queue.poll()) {
      all.add(next);
    }
    return all;
  }

  /** Settles, and takes the only completion of a queue. */
  final WorkCompletion takeOne(CompletionQueue queue) throws VerbsException {
    List<WorkCompletion> all = take(queue);
    assertEquals(1, all.size(), () -> "completions: " + all);
    return all.getFirst();
  }

  /** Settles, and takes all events of a device. */
  final List<AsyncEvent> takeEvents(RdmaDevice device) {
    rig.settle();
    List<AsyncEvent> all = new ArrayList<>();
    while (true) {
      var next = device.pollEvent();
      if (next.isEmpty()) {
        return all;
      }
      all.add(next.get());
    }
  }

  /** The only completion of the near send queue, with its status. */
  final void assertSent(long id, CompletionStatus status) throws VerbsException {
    assertEquals(id + " " + status, tell(takeOne(near.sends())));
  }

  /** The only completion of the far receive queue, with its status. */
  final void assertReceived(long id, CompletionStatus status) throws VerbsException {
    assertEquals(id + " " + status, tell(takeOne(far.receives())));
  }

  /** Everything of a queue as "id status", in order. */
  final void assertCompletions(CompletionQueue queue, String... expected) throws VerbsException {
    assertEquals(List.of(expected), take(queue).stream().map(Scenarios::tell).toList());
  }

  final void assertNothingIn(CompletionQueue queue) throws VerbsException {
    assertEquals(List.of(), take(queue));
  }

  static String tell(WorkCompletion completion) {
    return completion.id() + " " + completion.status();
  }

  final void assertStates(QueuePairState expectedNear, QueuePairState expectedFar) {
    rig.settle();
    assertEquals(expectedNear, near.queuePair().state(), "near");
    assertEquals(expectedFar, far.queuePair().state(), "far");
  }

  static VerbsException assertRefused(VerbsException.Reason reason, Executable verb) {
    VerbsException refused = assertThrows(VerbsException.class, verb);
    assertEquals(reason, refused.reason(), refused::getMessage);
    return refused;
  }

  static VerbsException assertInvalid(Executable verb) {
    return assertRefused(VerbsException.Reason.INVALID, verb);
  }

  static byte[] bytes(MemoryRegion region) {
    return region.segment().toArray(ValueLayout.JAVA_BYTE);
  }

  static void assertSameBytes(MemoryRegion expected, MemoryRegion actual) {
    long difference = expected.segment().mismatch(actual.segment());
    Assertions.assertEquals(-1, difference, "first byte that differs");
  }
}
