package dev.sluice.transport.rdmasim.kit;

import org.junit.jupiter.api.Nested;

/** All scenarios, with nothing between the two sides. */
class InstantVerbsTest {
  @Nested
  class States extends StateScenarios {
    States() {
      super(InstantRig::new);
    }
  }

  @Nested
  class Life extends LifeScenarios {
    Life() {
      super(InstantRig::new);
    }
  }

  @Nested
  class Queues extends QueueScenarios {
    Queues() {
      super(InstantRig::new);
    }
  }

  @Nested
  class Completions extends CompletionScenarios {
    Completions() {
      super(InstantRig::new);
    }
  }

  @Nested
  class CompletionRandomly extends CompletionProperties {
    CompletionRandomly() {
      super(InstantRig::new);
    }
  }

  @Nested
  class Regions extends RegionScenarios {
    Regions() {
      super(InstantRig::new);
    }
  }

  @Nested
  class Keys extends KeyScenarios {
    Keys() {
      super(InstantRig::new);
    }
  }

  @Nested
  class Operations extends OperationScenarios {
    Operations() {
      super(InstantRig::new);
    }
  }

  @Nested
  class Atomics extends AtomicScenarios {
    Atomics() {
      super(InstantRig::new);
    }
  }

  @Nested
  class Order extends OrderScenarios {
    Order() {
      super(InstantRig::new);
    }
  }

  @Nested
  class Flushing extends FlushScenarios {
    Flushing() {
      super(InstantRig::new);
    }
  }

  @Nested
  class Pairs extends PairScenarios {
    Pairs() {
      super(InstantRig::new);
    }
  }
}
