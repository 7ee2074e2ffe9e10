package dev.sluice.engine.transfer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.transfer.Reserves.Reserve;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The descriptors that connections keep for their outgoing sides. */
@Timeout(20)
final class ReservesTest {
  private final Reserves reserves = new Reserves();

  @Test
  void eachThatIsKept_canBeGivenBackOnce() throws Exception {
    try (Reserve _ = reserves.take();
        Reserve _ = reserves.take()) {
      assertTrue(reserves.giveLastBack());
      assertTrue(reserves.giveLastBack());
      assertFalse(reserves.giveLastBack());
    }
    assertFalse(reserves.giveLastBack());
  }

  @Test
  void whatItsOwnerGaveBack_isNotThereForOthers() throws Exception {
    Reserve used = reserves.take();
    try (Reserve kept = reserves.take()) {
      used.close();
      used.close();
      kept.beforeHandshake();
      assertTrue(reserves.giveLastBack());
      assertFalse(reserves.giveLastBack());
    }
  }

  @Test
  void whatOthersTook_isNotMissedByItsOwner() throws Exception {
    Reserve lost = reserves.take();
    assertTrue(reserves.giveLastBack());
    lost.beforeHandshake();
    lost.close();
  }
}
