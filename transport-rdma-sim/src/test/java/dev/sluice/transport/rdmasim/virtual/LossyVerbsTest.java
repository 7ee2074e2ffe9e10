package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.kit.AtomicScenarios;
import dev.sluice.transport.rdmasim.kit.CompletionProperties;
import dev.sluice.transport.rdmasim.kit.CompletionScenarios;
import dev.sluice.transport.rdmasim.kit.FlushScenarios;
import dev.sluice.transport.rdmasim.kit.KeyScenarios;
import dev.sluice.transport.rdmasim.kit.LifeScenarios;
import dev.sluice.transport.rdmasim.kit.OperationScenarios;
import dev.sluice.transport.rdmasim.kit.OrderScenarios;
import dev.sluice.transport.rdmasim.kit.PairScenarios;
import dev.sluice.transport.rdmasim.kit.QueueScenarios;
import dev.sluice.transport.rdmasim.kit.RegionScenarios;
import dev.sluice.transport.rdmasim.kit.StateScenarios;
import org.junit.jupiter.api.Nested;

/** All scenarios, over a link that loses packets: verbs do not show it. */
class LossyVerbsTest {
  @Nested
  class States extends StateScenarios {
    States() {
      super(VirtualRig::lossy);
    }
  }

  @Nested
  class Life extends LifeScenarios {
    Life() {
      super(VirtualRig::lossy);
    }
  }

  @Nested
  class Queues extends QueueScenarios {
    Queues() {
      super(VirtualRig::lossy);
    }
  }

  @Nested
  class Completions extends CompletionScenarios {
    Completions() {
      super(VirtualRig::lossy);
    }
  }

  @Nested
  class CompletionRandomly extends CompletionProperties {
    CompletionRandomly() {
      super(VirtualRig::lossy);
    }
  }

  @Nested
  class Regions extends RegionScenarios {
    Regions() {
      super(VirtualRig::lossy);
    }
  }

  @Nested
  class Keys extends KeyScenarios {
    Keys() {
      super(VirtualRig::lossy);
    }
  }

  @Nested
  class Operations extends OperationScenarios {
    Operations() {
      super(VirtualRig::lossy);
    }
  }

  @Nested
  class Atomics extends AtomicScenarios {
    Atomics() {
      super(VirtualRig::lossy);
    }
  }

  @Nested
  class Order extends OrderScenarios {
    Order() {
      super(VirtualRig::lossy);
    }
  }

  @Nested
  class Flushing extends FlushScenarios {
    Flushing() {
      super(VirtualRig::lossy);
    }
  }

  @Nested
  class Pairs extends PairScenarios {
    Pairs() {
      super(VirtualRig::lossy);
    }
  }
}
