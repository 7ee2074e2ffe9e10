package dev.sluice.tck.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.tck.broken.BrokenTransportsTest.Candidate;
import dev.sluice.tck.broken.BrokenTransportsTest.Case;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The broken transports before the tests that count the threads and descriptors of the whole
 * process, which other tests have to keep still for.
 */
@Isolated
@Timeout(200)
class LeakyTransportsTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.sluice.tck.broken.BrokenTransportsTest#cases")
  void leak_isFound_whereThereIsOne(Case each) throws IOException {
    Set<String> expected =
        each.rules().contains(BrokenTransportsTest.LEAKS)
            ? Set.of(BrokenTransportsTest.LEAKS)
            : Set.of();
    assertEquals(
        expected,
        BrokenTransportsTest.broken(Candidate.class, each, BrokenTransportsTest::isAboutLeaks));
  }
}
