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

/** All scenarios, under virtual time. */
class VirtualVerbsTest {
  @Nested
  class States extends StateScenarios {
    States() {
      super(VirtualRig::reliable);
    }
  }

  @Nested
  class Life extends LifeScenarios {
    Life() {
      super(VirtualRig::reliable);
    }
  }

  @Nested
  class Queues extends QueueScenarios {
    Queues() {
      super(VirtualRig::reliable);
    }
  }

  @Nested
  class Completions extends CompletionScenarios {
    Completions() {
      super(VirtualRig::reliable);
    }
  }

  @Nested
  class CompletionRandomly extends CompletionProperties {
    CompletionRandomly() {
      super(VirtualRig::reliable);
    }
  }

  @Nested
  class Regions extends RegionScenarios {
    Regions() {
      super(VirtualRig::reliable);
    }
  }

  @Nested
  class Keys extends KeyScenarios {
    Keys() {
      super(VirtualRig::reliable);
    }
  }

  @Nested
  class Operations extends OperationScenarios {
    Operations() {
      super(VirtualRig::reliable);
    }
  }

  @Nested
  class Atomics extends AtomicScenarios {
    Atomics() {
      super(VirtualRig::reliable);
    }
  }

  @Nested
  class Order extends OrderScenarios {
    Order() {
      super(VirtualRig::reliable);
    }
  }

  @Nested
  class Flushing extends FlushScenarios {
    Flushing() {
      super(VirtualRig::reliable);
    }
  }

  @Nested
  class Pairs extends PairScenarios {
    Pairs() {
      super(VirtualRig::reliable);
    }
  }
}
