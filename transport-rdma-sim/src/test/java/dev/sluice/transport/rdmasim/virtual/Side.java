package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.verbs.Access;
import dev.sluice.transport.rdmasim.verbs.CompletionQueue;
import dev.sluice.transport.rdmasim.verbs.MemoryRegion;
import dev.sluice.transport.rdmasim.verbs.ProtectionDomain;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairOptions;
import dev.sluice.transport.rdmasim.verbs.ReceiveRequest;
import dev.sluice.transport.rdmasim.verbs.ScatterGather;
import dev.sluice.transport.rdmasim.verbs.SendRequest;
import dev.sluice.transport.rdmasim.verbs.WorkCompletion;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/** One host of a test with a queue pair and a region. */
final class Side {
  static final Set<Access> ALL = EnumSet.allOf(Access.class);

  final VirtualHost host;
  final ProtectionDomain domain;
  final CompletionQueue completions;
  final QueuePair queuePair;
  final MemoryRegion region;

  Side(VirtualHost host, long regionBytes) throws IOException {
    this(host, regionBytes, false);
  }

  Side(VirtualHost host, long regionBytes, boolean logical) throws IOException {
    this.host = host;
    domain = host.device().createProtectionDomain();
    completions = host.device().createCompletionQueue(4096);
    queuePair = domain.createQueuePair(QueuePairOptions.of(completions).withQueues(1024, 1024));
    region = logical ? domain.registerLogical(regionBytes, ALL) : domain.allocate(regionBytes, ALL);
  }

  void fill(long seed) {
    byte[] bytes = new byte[(int) region.byteCount()];
    new Random(seed).nextBytes(bytes);
    region.segment().copyFrom(java.lang.foreign.MemorySegment.ofArray(bytes));
  }

  byte[] bytes(long offset, long byteCount) {
    return region.segment().asSlice(offset, byteCount).toArray(ValueLayout.JAVA_BYTE);
  }

  ScatterGather piece(long offset, long byteCount) {
    return region.piece(offset, byteCount);
  }

  void post(SendRequest request) throws IOException {
    queuePair.postSend(request);
  }

  void receive(long id, long offset, long byteCount) throws IOException {
    queuePair.postReceive(ReceiveRequest.of(id, piece(offset, byteCount)));
  }

  /** Takes all completions there are. */
  List<WorkCompletion> completed() throws IOException {
    List<WorkCompletion> all = new ArrayList<>();
    for (WorkCompletion next = completions.poll(); next != null; next = completions.poll()) {
      all.add(next);
    }
    return all;
  }

  /** Takes some completions. */
  List<WorkCompletion> completed(int count) throws IOException {
    List<WorkCompletion> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(Objects.requireNonNull(completions.poll(), "there is no completion"));
    }
    return some;
  }

  /** Takes all completions, each as ID/STATUS-NUMBER, which is what tests compare. */
  List<String> outcomes() throws IOException {
    return completed().stream()
        .map(completion -> completion.id() + "/" + completion.status().code())
        .toList();
  }
}
