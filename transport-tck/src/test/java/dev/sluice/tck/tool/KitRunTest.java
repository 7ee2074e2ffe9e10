package dev.sluice.tck.tool;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.tck.fixture.TransportFixture;
import dev.sluice.tck.memory.MemoryTransport;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails outside of the tests of the kit. */
@Timeout(60)
class KitRunTest {
  /** JUnit swallows what its listeners throw. */
  @Test
  void groupThatCannotBeRun_isNoGoodEnd() {
    TransportFixture fixture =
        TransportFixture.of(new MemoryTransport(), MemoryTransport.SCHEME + ":{dir}");
    IllegalStateException failure =
        assertThrows(
            IllegalStateException.class,
            () -> KitRun.of(fixture, Map.of("sluice.tck.timeScale", "-1"), group -> {}));
    assertTrue(String.valueOf(failure.getMessage()).contains("could not be run"));
    assertTrue(String.valueOf(failure.getCause()).contains("timeScale"), failure::toString);
  }
}
