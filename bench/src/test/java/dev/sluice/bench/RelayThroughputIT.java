package dev.sluice.bench;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RelayThroughputIT {
  /** It throws where a contender loses a byte. */
  @Test
  @Timeout(120)
  void everyContender_runs() throws IOException, InterruptedException {
    RelayThroughput.main(new String[] {"16", "0"});
  }
}
