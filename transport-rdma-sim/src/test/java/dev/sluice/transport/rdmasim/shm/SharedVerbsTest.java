package dev.sluice.transport.rdmasim.shm;

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

/** All scenarios, over shared memory. */
class SharedVerbsTest {
  @Nested
  class States extends StateScenarios {
    States() {
      super(SharedRig::new);
    }
  }

  @Nested
  class Life extends LifeScenarios {
    Life() {
      super(SharedRig::new);
    }
  }

  @Nested
  class Queues extends QueueScenarios {
    Queues() {
      super(SharedRig::new);
    }
  }

  @Nested
  class Completions extends CompletionScenarios {
    Completions() {
      super(SharedRig::new);
    }
  }

  @Nested
  class CompletionRandomly extends CompletionProperties {
    CompletionRandomly() {
      super(SharedRig::new);
    }
  }

  @Nested
  class Regions extends RegionScenarios {
    Regions() {
      super(SharedRig::new);
    }
  }

  @Nested
  class Keys extends KeyScenarios {
    Keys() {
      super(SharedRig::new);
    }
  }

  @Nested
  class Operations extends OperationScenarios {
    Operations() {
      super(SharedRig::new);
    }
  }

  @Nested
  class Atomics extends AtomicScenarios {
    Atomics() {
      super(SharedRig::new);
    }
  }

  @Nested
  class Order extends OrderScenarios {
    Order() {
      super(SharedRig::new);
    }
  }

  @Nested
  class Flushing extends FlushScenarios {
    Flushing() {
      super(SharedRig::new);
    }
  }

  @Nested
  class Pairs extends PairScenarios {
    Pairs() {
      super(SharedRig::new);
    }
  }
}
