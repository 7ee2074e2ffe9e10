package dev.sluice.transport.rdmasim.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairOptions;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * S08 and S10 with random orders of steps. {@code -Dsluice.seed=N} repeats a run that failed; its
 * message names the seed.
 */
public abstract class CompletionProperties extends Scenarios {
  private static final int STEPS = 100_000;
  private static final int RUNS = 200;

  protected CompletionProperties(Function<DeviceLimits, Rig> rigs) {
    super(rigs);
  }

  private static long seed() {
    return Long.getLong("sluice.seed", System.nanoTime());
  }

  private static String repeat(long seed) {
    return "repeat with -Dsluice.seed=" + seed;
  }

  /** Who has at most the sizes of its queues outstanding, until it polls, never overruns. */
  @Test
  void s08_roomForAllQueues_neverOverruns() throws VerbsException {
    long seed = seed();
    Random random = new Random(seed);
    for (int run = 0; run < RUNS; run++) {
      int sends = 1 + random.nextInt(8);
      int receives = 1 + random.nextInt(8);
      CompletionQueue queue = rig().near().createCompletionQueue(sends + receives);
      var options = new QueuePairOptions(queue, queue, sends, receives, 1, 0);
      Endpoint user =
          new Endpoint(
              rig().near(),
              near().domain(),
              queue,
              queue,
              near().domain().createQueuePair(options));
      Endpoint peer = Endpoint.on(rig().far(), usual -> usual.withQueues(128, 128));
      Endpoint.connect(user, peer);
      new RandomUser(user, peer, random).use(100);
      assertFalse(queue.isOverrun(), () -> repeat(seed));
      user.queuePair().close();
      peer.queuePair().close();
      queue.close();
    }
  }

  /** Counts a place as taken until the completion that frees it was polled. */
  private static final class RandomUser {
    private final Endpoint own;
    private final Endpoint peer;
    private final Random random;
    private long posted;
    private long freed;
    private int receivesOut;

    RandomUser(Endpoint own, Endpoint peer, Random random) {
      this.own = own;
      this.peer = peer;
      this.random = random;
    }

    void use(int steps) throws VerbsException {
      QueuePairOptions options = own.queuePair().options();
      for (int step = 0; step < steps; step++) {
        switch (random.nextInt(5)) {
          case 0 -> {
            if (posted - freed < options.maxSendRequests()) {
              SendRequest send = SendRequest.send(posted++);
              boolean signaled =
                  posted - freed == options.maxSendRequests() || random.nextBoolean();
              own.queuePair().postSend(signaled ? send : send.unsignaled());
            }
          }
          case 1 -> {
            if (receivesOut < options.maxReceiveRequests()) {
              receivesOut++;
              own.queuePair().postReceive(ReceiveRequest.of(-1));
            }
          }
          case 2 -> peer.queuePair().postReceive(ReceiveRequest.of(0));
          case 3 -> peer.queuePair().postSend(SendRequest.send(0));
          default -> poll();
        }
      }
      own.queuePair().modify(QueuePairAttributes.to(QueuePairState.ERR));
      while (poll()) {
        // To the end.
      }
    }

    private boolean poll() throws VerbsException {
      WorkCompletion next = own.sends().poll();
      if (next == null) {
        return false;
      }
      if (next.id() < 0) {
        receivesOut--;
      } else {
        freed = next.id() + 1;
      }
      return true;
    }
  }

  /** Arm, poll once more, then wait: whatever comes in between, nobody waits for ever. */
  @Test
  void s10_armThenPollThenWait_losesNoWakeUp() throws VerbsException {
    long seed = seed();
    Random random = new Random(seed);
    CompletionQueue queue = far().receives();
    AtomicBoolean event = new AtomicBoolean();
    queue.onEvent(() -> event.set(true));
    long sent = 0;
    long seen = 0;
    boolean armed = false;
    boolean waiting = false;
    for (int step = 0; step < STEPS || seen < sent; step++) {
      if (step < STEPS && sent - seen < 100 && random.nextInt(3) == 0) {
        far().queuePair().postReceive(ReceiveRequest.of(sent));
        near().queuePair().postSend(SendRequest.send(sent).unsignaled());
        if (sent % 16 == 0) {
          near().queuePair().postSend(SendRequest.write(sent, 0, 0));
        }
        sent++;
        rig().settle();
      } else if (waiting) {
        waiting = !event.getAndSet(false);
        if (waiting) {
          assertEquals(sent, seen, () -> "waits although a completion is there, " + repeat(seed));
        }
      } else {
        WorkCompletion next = queue.poll();
        if (next != null) {
          assertEquals(seen++, next.id(), () -> repeat(seed));
        } else if (armed) {
          waiting = true;
          armed = false;
        } else {
          queue.requestNotify(false);
          armed = true;
        }
      }
      while (near().sends().poll() != null) {
        // Only their places in the send queue matter.
      }
    }
    assertEquals(sent, seen, () -> repeat(seed));
  }
}
