package dev.sluice.tck.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.api.ChannelFeature;
import dev.sluice.tck.TransportContractTest;
import dev.sluice.tck.broken.BrokenTransportsTest.Case;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each defect of a medium that is read after it was written is found, by its rules and no others.
 */
@Timeout(200)
class BrokenStoredTransportsTest {
  /** Not found by itself: its name ends otherwise. */
  static final class Candidate extends TransportContractTest {
    @Override
    protected TransportFixture fixture() {
      return TransportFixture.of(
              new StoredTransport(BrokenTransportsTest.DEFECT.get()),
              StoredTransport.SCHEME + ":{dir}")
          .stored()
          .features(ChannelFeature.SEEKABLE)
          .unregistered();
    }
  }

  /** A file in memory is an array. */
  private static final String MORE_THAN_AN_ARRAY = "ch3_6_moreThanTwoGibibytes";

  static List<Case> cases() {
    return List.of(
        new Case("none", () -> Defect.NONE),
        new Case("readAt ignores the limit", () -> SeekDefects::ignoringTheLimit, "CH-9.4"),
        new Case(
            "readAt takes a negative position", () -> SeekDefects::readingBeforeTheStart, "CH-9.6"),
        new Case("an ended channel reads", () -> SeekDefects::lookingBehindTheEnd, "CH-1.4"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void defect_isFound_byExactlyTheRulesThatItBreaks(Case each) throws IOException {
    assertEquals(
        new TreeSet<>(each.rules()),
        BrokenTransportsTest.broken(
            Candidate.class, each, test -> !test.startsWith(MORE_THAN_AN_ARRAY)));
  }
}
