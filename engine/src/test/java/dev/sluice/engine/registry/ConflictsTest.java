package dev.sluice.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.spi.Scheme;
import dev.sluice.engine.registry.ProviderFailure.Stage;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ConflictsTest {
  private static final Origin FOLDER = new Origin("/opt/plugins/a");
  private static final Origin OTHER_FOLDER = new Origin("/opt/plugins/b");

  private static Claim claim(String scheme, String className, Origin origin) {
    return new Claim(
        new InstalledScheme(
            Scheme.named(scheme).build(),
            className,
            Optional.empty(),
            Optional.of("/" + className + ".jar"),
            origin,
            1),
        FakeProvider.of(scheme));
  }

  private static List<String> reasons(Conflicts conflicts) {
    return conflicts.failures().stream()
        .map(failure -> failure.className().orElseThrow() + ": " + failure.reason())
        .sorted()
        .toList();
  }

  @Test
  void differentSchemes_allWin() {
    Conflicts conflicts =
        new Conflicts(List.of(claim("b", "B", Origin.HOST), claim("a", "A", FOLDER)));

    assertEquals(List.of("a", "b"), List.copyOf(conflicts.winners().keySet()));
    assertEquals(List.of(), conflicts.failures());
  }

  @Test
  void twoOfTheHost_areBothRefused() {
    Conflicts conflicts =
        new Conflicts(List.of(claim("x", "A", Origin.HOST), claim("x", "B", Origin.HOST)));

    assertEquals(Set.of(), conflicts.winners().keySet());
    assertEquals(
        List.of(
            "A: scheme x is claimed by B (/B.jar) as well",
            "B: scheme x is claimed by A (/A.jar) as well"),
        reasons(conflicts));
    assertTrue(
        conflicts
            .failures()
            .getFirst()
            .describe()
            .startsWith("Scheme x of transport provider A (/A.jar) was ignored:\n"));
    assertEquals(Stage.CONFLICT, conflicts.failures().getFirst().stage());
    assertEquals(Optional.of("x"), conflicts.failures().getFirst().scheme());
  }

  @Test
  void hostAndOthers_hostWinsInAnyOrder() {
    List<Claim> claims =
        List.of(
            claim("x", "P", FOLDER), claim("x", "H", Origin.HOST), claim("x", "Q", OTHER_FOLDER));

    for (List<Claim> order : List.of(claims, claims.reversed())) {
      Conflicts conflicts = new Conflicts(order);

      assertEquals(
          List.of("H"),
          conflicts.winners().values().stream()
              .map(winner -> winner.scheme().className())
              .toList());
      assertEquals(
          List.of("P: scheme x is taken by H (/H.jar)", "Q: scheme x is taken by H (/H.jar)"),
          reasons(conflicts));
    }
  }

  @Test
  void twoOthers_areBothRefused() {
    Conflicts conflicts =
        new Conflicts(List.of(claim("x", "P", FOLDER), claim("x", "Q", OTHER_FOLDER)));

    assertEquals(Set.of(), conflicts.winners().keySet());
    assertEquals(2, conflicts.failures().size());
  }

  @Test
  void sameProviderTwice_isRefusedLikeAnyOther() {
    Claim claim = claim("x", "A", Origin.HOST);
    Claim again = new Claim(claim.scheme(), claim.provider());

    Conflicts conflicts = new Conflicts(List.of(claim, again));

    assertEquals(
        Collections.nCopies(2, "A: scheme x is claimed by A (/A.jar) as well"), reasons(conflicts));
  }
}
