package dev.sluice.transport.rdmasim.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** S23 and S25: what comes before what. */
public abstract class OrderScenarios extends Scenarios {
  private static final int ROUNDS = 1000;

  protected OrderScenarios(Function<DeviceLimits, Rig> rigs) {
    super(rigs);
  }

  /** Looks at the very moment of the completion, not after everything has settled. */
  @Test
  void s23_whenASendIsReceived_theWritesBeforeItAreThere() throws IOException {
    MemoryRegion source = near().zeros(4096, Endpoint.ALL);
    MemoryRegion target = far().zeros(4096, Endpoint.ALL);
    List<String> wrong = new ArrayList<>();
    int[] round = {0};
    far()
        .receives()
        .onEvent(
            () -> {
              if (source.segment().mismatch(target.segment()) != -1) {
                wrong.add("round " + round[0]);
              }
            });
    for (; round[0] < ROUNDS; round[0]++) {
      source.segment().fill((byte) round[0]);
      far().queuePair().postReceive(ReceiveRequest.of(round[0]));
      far().receives().requestNotify(false);
      for (int quarter = 0; quarter < 4; quarter++) {
        near()
            .queuePair()
            .postSend(
                SendRequest.write(
                        0, target.remoteKey(), quarter * 1024L, source.piece(quarter * 1024L, 1024))
                    .unsignaled());
      }
      SendRequest notice =
          round[0] % 2 == 0
              ? SendRequest.send(1)
              : SendRequest.write(1, 0, 0).withImmediate(round[0]);
      near().queuePair().postSend(notice);
      assertCompletions(near().sends(), "1 success");
      assertCompletions(far().receives(), round[0] + " success");
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void s23_readAfterAWrite_seesIt() throws IOException {
    MemoryRegion source = near().pattern(64, 1);
    MemoryRegion target = far().zeros(64, Endpoint.ALL);
    MemoryRegion back = near().zeros(64, Endpoint.ALL);
    int key = target.remoteKey();
    near().queuePair().postSend(SendRequest.write(1, key, 0, source.whole()));
    near().queuePair().postSend(SendRequest.read(2, key, 0, back.whole()));
    assertCompletions(near().sends(), "1 success", "2 success");
    assertSameBytes(source, back);
  }

  /** The seed is fixed: whatever the mixture, the order is that of posting. */
  @Test
  void s25_completionsOfAMixture_comeInTheOrderOfPosting() throws IOException {
    Random random = new Random(25);
    MemoryRegion own = near().zeros(64, Endpoint.ALL);
    MemoryRegion peer = far().zeros(64, Endpoint.ALL);
    for (int round = 0; round < 20; round++) {
      List<Long> expected = new ArrayList<>();
      List<Long> received = new ArrayList<>();
      for (long id = 0; id < 100; id++) {
        SendRequest request = request(random.nextInt(6), id, own, peer);
        if (request.opcode().takesReceive()) {
          received.add(id);
          far().queuePair().postReceive(ReceiveRequest.of(id));
        }
        boolean signaled = id == 99 || random.nextBoolean();
        if (signaled) {
          expected.add(id);
        }
        near().queuePair().postSend(signaled ? request : request.unsignaled());
      }
      assertEquals(expected, ids(take(near().sends())));
      assertEquals(received, ids(take(far().receives())));
    }
  }

  private static SendRequest request(int kind, long id, MemoryRegion own, MemoryRegion peer) {
    int key = peer.remoteKey();
    return switch (kind) {
      case 0 -> SendRequest.send(id);
      case 1 -> SendRequest.write(id, key, 0, own.whole());
      case 2 -> SendRequest.write(id, key, 0, own.whole()).withImmediate(3);
      case 3 -> SendRequest.read(id, key, 0, own.whole());
      case 4 -> SendRequest.fetchAndAdd(id, key, 0, 1, own.piece(0, 8));
      default -> SendRequest.write(id, key, 0, own.whole()).fenced();
    };
  }

  private static List<Long> ids(List<WorkCompletion> completions) {
    return completions.stream().map(WorkCompletion::id).toList();
  }

  @Test
  void s25_receives_areFilledInTheOrderOfPosting() throws IOException {
    MemoryRegion source = near().pattern(100, 1);
    MemoryRegion target = far().zeros(100, Endpoint.ALL);
    for (int id = 0; id < 100; id++) {
      far().queuePair().postReceive(ReceiveRequest.of(id, target.piece(id, 1)));
    }
    for (int id = 0; id < 100; id++) {
      near().queuePair().postSend(SendRequest.send(id, source.piece(id, 1)).unsignaled());
    }
    assertEquals(100, take(far().receives()).size());
    assertSameBytes(source, target);
  }

  @Test
  void s25_bothDirections_doNotDisturbEachOther() throws VerbsException {
    for (int id = 0; id < 50; id++) {
      near().queuePair().postReceive(ReceiveRequest.of(id));
      far().queuePair().postReceive(ReceiveRequest.of(id));
      near().queuePair().postSend(SendRequest.send(id));
      far().queuePair().postSend(SendRequest.send(id));
    }
    for (Endpoint side : List.of(near(), far())) {
      List<WorkCompletion> sent = take(side.sends());
      List<WorkCompletion> received = take(side.receives());
      for (int id = 0; id < 50; id++) {
        assertEquals(id + " success", tell(sent.get(id)));
        assertEquals(id + " success", tell(received.get(id)));
      }
    }
  }
}
