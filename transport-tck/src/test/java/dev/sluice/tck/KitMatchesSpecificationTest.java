package dev.sluice.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.tck.conformance.Rule;
import dev.sluice.tck.conformance.Specification;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules and tests match one to one. */
@Timeout(30)
class KitMatchesSpecificationTest {
  private final Specification specification = Specification.packed();

  private static Stream<Method> testsOf(Class<?> group) {
    return Stream.<Class<?>>iterate(group, type -> type != Object.class, Class::getSuperclass)
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> method.getName().startsWith("ch"));
  }

  private static List<Class<?>> groups() {
    return Arrays.stream(TransportContractTest.class.getDeclaredClasses())
        .filter(type -> type.isAnnotationPresent(DisplayName.class))
        .collect(Collectors.toList());
  }

  @Test
  void page_hasItsRules() {
    assertTrue(specification.rules().size() >= 109, () -> specification.rules().size() + " rules");
    for (Rule rule : specification.rules()) {
      assertTrue(rule.text().length() > 10, rule.id());
      assertTrue(rule.intent().length() > 5, () -> rule.id() + " has no intent");
    }
  }

  @Test
  void everyRule_hasATest_orAReasonWhyNot() {
    Set<String> shown =
        groups().stream()
            .flatMap(KitMatchesSpecificationTest::testsOf)
            .map(method -> specification.shownBy(method.getName()).map(Rule::id).orElse(""))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> testable =
        specification.rules().stream()
            .filter(rule -> rule.notTested().isEmpty())
            .map(Rule::id)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(testable, shown);
  }

  @Test
  void everyTestedRule_saysWhereToLook_whenItFails() {
    for (Rule rule : specification.rules()) {
      assertEquals(
          rule.notTested().isEmpty(),
          !rule.checks().isEmpty(),
          () -> rule.id() + " needs a line 'If this fails, check:', or has one without a test");
      for (String check : rule.checks()) {
        assertTrue(check.length() > 10, () -> rule.id() + ": '" + check + "' is no advice");
      }
    }
  }

  @Test
  void everyTest_isInTheGroupOfItsRule() {
    for (Class<?> group : groups()) {
      String heading = group.getAnnotation(DisplayName.class).value();
      testsOf(group)
          .forEach(
              method ->
                  assertEquals(
                      Optional.of(heading),
                      specification.shownBy(method.getName()).map(Rule::group),
                      method.getName()));
    }
  }
}
