package dev.sluice.tck.conformance;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestWatcher;
import org.opentest4j.TestAbortedException;

/**
 * Runs the tests of a kit: decides which apply to the transport, gives them their seed and a
 * deadline, explains a failure, and writes the report when the last one has ended.
 *
 * <p>Configuration, as JUnit parameters or system properties: {@code sluice.tck.seed}, {@code
 * sluice.tck.timeScale}, {@code sluice.tck.rule} (run one rule only), {@code sluice.tck.report}
 * (the folder of the report, {@code target/sluice-tck} by default), {@code sluice.tck.repeat} (how
 * to call the kit, for the command that repeats a failure; <code>{seed}</code> and <code>{rule}
 * </code> stand for what failed).
 */
public final class Conformance
    implements ExecutionCondition,
        ParameterResolver,
        InvocationInterceptor,
        TestExecutionExceptionHandler,
        TestWatcher {
  /** Where the report goes that would otherwise be written to files; for tools. */
  public static final ScopedValue<Consumer<Report>> RECEIVER = ScopedValue.newInstance();

  private static final Namespace NAMESPACE = Namespace.create(Conformance.class);
  private static final String SEED = "sluice.tck.seed";
  private static final String TIME_SCALE = "sluice.tck.timeScale";
  private static final String RULE = "sluice.tck.rule";
  private static final String REPORT = "sluice.tck.report";
  private static final String REPEAT = "sluice.tck.repeat";

  private final Specification specification = Specification.packed();

  /** Creates the extension; for JUnit. */
  public Conformance() {}

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> only = context.getConfigurationParameter(RULE);
    // What cannot be meant fails the group, and not each test of it.
    only.ifPresent(this::requireTestable);
    run(context);
    if (only.isPresent() && context.getTestMethod().isPresent()) {
      boolean isIt = rule(context).map(Rule::id).equals(only);
      if (!isIt) {
        return ConditionEvaluationResult.disabled("only " + only.get() + " was asked for");
      }
    }
    return context
        .getTestInstance()
        .filter(Subject.class::isInstance)
        .map(Subject.class::cast)
        .flatMap(subject -> Applicability.whyNot(context, subject.fixture()))
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled("applies"));
  }

  /** Else a typing error runs nothing, and all is green. */
  private void requireTestable(String id) {
    Rule named = specification.byId().get(id);
    if (named == null || named.notTested().isPresent()) {
      throw new IllegalArgumentException(
          RULE
              + " is "
              + id
              + (named == null
                  ? ", which the contract does not have: its rules are called CH-1.1 and so on"
                  : ", which no test shows: " + named.notTested().orElse("")));
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Run.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return run(context);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> test, ReflectiveInvocationContext<Method> what, ExtensionContext context)
      throws Throwable {
    Deadline.run(test, run(context).deadline());
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> test, ReflectiveInvocationContext<Method> what, ExtensionContext context)
      throws Throwable {
    Deadline.run(test, run(context).deadline());
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    Optional<Rule> rule = rule(context);
    if (failure instanceof TestAbortedException || rule.isEmpty()) {
      throw failure;
    }
    throw new AssertionError(
        Explanation.of(rule.get(), failure, repeatCommand(context, rule.get())), failure);
  }

  private static String repeatCommand(ExtensionContext context, Rule rule) {
    String outermost = outermost(context).getRequiredTestClass().getSimpleName();
    return context
        .getConfigurationParameter(REPEAT)
        .orElse("mvn test -Dtest=" + outermost + " -D" + SEED + "={seed} -D" + RULE + "={rule}")
        .replace("{seed}", Long.toString(run(context).seed()))
        .replace("{rule}", rule.id());
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    record(context, Verdict.PASSED, "");
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    record(context, Verdict.FAILED, String.valueOf(cause.getMessage()));
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    record(context, Verdict.NOT_APPLICABLE, String.valueOf(cause.getMessage()));
  }

  @Override
  public void testDisabled(ExtensionContext context, Optional<String> reason) {
    Optional<String> only = context.getConfigurationParameter(RULE);
    if (only.isEmpty() || only.equals(rule(context).map(Rule::id))) {
      record(context, Verdict.NOT_APPLICABLE, reason.orElse(""));
    }
  }

  private void record(ExtensionContext context, Verdict verdict, String detail) {
    rule(context)
        .ifPresent(
            rule ->
                results(context)
                    .add(
                        new Result(
                            rule.id(),
                            context.getRequiredTestMethod().getName()
                                + variant(context.getDisplayName()),
                            verdict,
                            detail)));
  }

  /** The display name of a parameterised invocation tells the variant; others repeat the method. */
  private static String variant(String displayName) {
    return displayName.startsWith("[") ? " " + displayName : "";
  }

  private Optional<Rule> rule(ExtensionContext context) {
    return context.getTestMethod().flatMap(method -> specification.shownBy(method.getName()));
  }

  /** JUnit closes them, and so writes the report, when the outermost class has ended. */
  private Results results(ExtensionContext context) {
    ExtensionContext outermost = outermost(context);
    return outermost
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            "results",
            _ ->
                new Results(
                    outermost.getRequiredTestClass().getSimpleName(),
                    run(context).seed(),
                    specification,
                    RECEIVER.orElse(
                        report ->
                            ReportFiles.write(report, context.getConfigurationParameter(REPORT)))),
            Results.class);
  }

  private static Run run(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent("run", _ -> configured(context), Run.class);
  }

  private static Run configured(ExtensionContext context) {
    return new Run(
        context
            .getConfigurationParameter(SEED, Long::valueOf)
            .orElseGet(() -> new SplittableRandom().nextLong()),
        context.getConfigurationParameter(TIME_SCALE, Double::valueOf).orElse(1.0));
  }

  private static ExtensionContext outermost(ExtensionContext context) {
    ExtensionContext result = context;
    for (ExtensionContext each : ancestors(context)) {
      if (each.getTestClass().isPresent()) {
        result = each;
      }
    }
    return result;
  }

  private static List<ExtensionContext> ancestors(ExtensionContext context) {
    List<ExtensionContext> all = new ArrayList<>();
    for (Optional<ExtensionContext> next = Optional.of(context);
        next.isPresent();
        next = next.get().getParent()) {
      all.add(next.get());
    }
    return all;
  }
}
