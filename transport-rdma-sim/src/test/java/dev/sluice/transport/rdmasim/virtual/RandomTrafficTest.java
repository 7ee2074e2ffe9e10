package dev.sluice.transport.rdmasim.virtual;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the link does, every message arrives once, in order, and whole. */
@Timeout(120)
class RandomTrafficTest {
  @Test
  void everyMessage_arrivesOnce_inOrder_andWhole() {
    Seeds.forEach(
        RandomTrafficTest.class,
        300,
        seed -> {
          RandomTraffic traffic = new RandomTraffic(seed, 100);
          traffic.run();
          traffic.check();
        });
  }
}
