package dev.sluice.cli.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.cli.console.Failure;
import dev.sluice.engine.transfer.Leg;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class TellerTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch reading = new CountDownLatch(1);

  /** Nobody reads before {@link #reading} is counted down, as with a pager. */
  private final class Unread implements RelayReport {
    @Override
    public void halfClosed(long connection, Leg from, long byteCount) {
      try {
        reading.await();
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
      }
      told.add("half-closed " + connection);
    }

    @Override
    public void warning(Failure failure) {
      told.add(failure.message());
    }
  }

  private final Unread report = new Unread();
  private final Teller teller = new Teller(report);

  private void tell(long connection) {
    teller.tell(to -> to.halfClosed(connection, Leg.INCOMING, 0));
  }

  @Test
  void everythingIsTold_inItsOrder_andWaitsForNobody() {
    tell(1);
    tell(2);
    assertEquals(List.of(), told);
    reading.countDown();
    teller.finish(LONG);
    assertEquals(List.of("half-closed 1", "half-closed 2"), told);
  }

  @Test
  void whatIsTooMuch_isLost_andCounted_andTheLastWordIsNot() {
    tell(0);
    // The first one may be in the thread already, or still among those that wait.
    int count = Teller.MOST_WAITING + 10;
    for (int i = 1; i <= count; i++) {
      tell(i);
    }
    teller.tellSurely(to -> to.halfClosed(-1, Leg.INCOMING, 0));
    reading.countDown();
    teller.finish(LONG);
    assertEquals("half-closed -1", told.getLast());
    String lost = told.get(told.size() - 2);
    assertTrue(lost.matches("(10|11) events are missing here.*"), lost);
  }

  @Test
  void whatIsToldInPassing_isLeftOutWhileOthersWait() {
    tell(1);
    tell(2);
    teller.tellInPassing(to -> to.halfClosed(3, Leg.INCOMING, 0));
    reading.countDown();
    teller.finish(LONG);
    assertEquals(List.of("half-closed 1", "half-closed 2"), told);
  }

  @Test
  void finish_waitsNoLongerThanItIsTold() {
    tell(1);
    teller.finish(Duration.ofMillis(1));
    assertEquals(List.of(), told);
    reading.countDown();
  }

  @Test
  void reportThatFails_isToldTheNextThingAllTheSame() {
    List<Long> heard = new ArrayList<>();
    Teller failing =
        new Teller(
            new RelayReport() {
              @Override
              public void halfClosed(long connection, Leg from, long byteCount) {
                heard.add(connection);
                throw new IllegalStateException("in a test");
              }
            });
    failing.tell(to -> to.halfClosed(1, Leg.INCOMING, 0));
    failing.tell(to -> to.halfClosed(2, Leg.INCOMING, 0));
    failing.finish(LONG);
    assertEquals(List.of(1L, 2L), heard);
  }
}
