package dev.sluice.engine.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.transfer.Reserves.Reserve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The descriptors that connections keep for their outgoing sides. */
@Timeout(20)
final class ReservesTest {
  private final Reserves reserves = new Reserves();
  private final long before = openCount();

  /** Of what the reserves open; no other test of this module does. */
  private static long openCount() {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      List<Path> open = all.toList();
      return open.stream().filter(ReservesTest::isOfReserves).count();
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  private static boolean isOfReserves(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).equals(Path.of("/dev/null"));
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  private void assertOpen(int count) {
    assertEquals(before + count, openCount());
  }

  @Test
  void eachThatIsKept_canBeGivenBackOnce() throws Exception {
    try (Reserve _ = reserves.take();
        Reserve _ = reserves.take()) {
      assertOpen(2 * Reserves.DESCRIPTOR_COUNT);
      assertTrue(reserves.giveLastBack());
      assertOpen(Reserves.DESCRIPTOR_COUNT);
      assertTrue(reserves.giveLastBack());
      assertOpen(0);
      assertFalse(reserves.giveLastBack());
    }
    assertFalse(reserves.giveLastBack());
    assertOpen(0);
  }

  @Test
  void whatItsOwnerGaveBack_isNotThereForOthers() throws Exception {
    Reserve used = reserves.take();
    try (Reserve _ = reserves.take()) {
      used.close();
      used.close();
      assertOpen(Reserves.DESCRIPTOR_COUNT);
      assertTrue(reserves.giveLastBack());
      assertFalse(reserves.giveLastBack());
    }
  }

  @Test
  void requireRoom_keepsNothing() throws Exception {
    reserves.requireRoom();
    assertOpen(0);
    assertFalse(reserves.giveLastBack());
  }

  @Test
  void theLastToComeGivesWayFirst() throws Exception {
    Reserve first = reserves.take();
    Reserve last = reserves.take();
    assertTrue(reserves.giveLastBack());
    last.close();
    assertOpen(Reserves.DESCRIPTOR_COUNT);
    first.close();
    assertOpen(0);
  }
}
