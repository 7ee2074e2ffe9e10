package dev.sluice.tck.tool;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.sluice.tck.conformance.Conformance;
import dev.sluice.tck.conformance.Report;
import dev.sluice.tck.fixture.TransportFixture;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** One run of the kit in this process. */
final class KitRun {
  private KitRun() {}

  /**
   * Runs the kit.
   *
   * @param parameters configuration, see {@link Conformance}
   * @param progress told the heading of each group that begins
   */
  static Report of(
      TransportFixture fixture, Map<String, String> parameters, Consumer<String> progress) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(InstalledTransportTest.class))
            // Else a junit-platform.properties of the class path decides about threads and the
            // like.
            .enableImplicitConfigurationParameters(false)
            .configurationParameters(parameters)
            .build();
    AtomicReference<Report> report = new AtomicReference<>();
    Progress listener = new Progress(progress);
    ScopedValue.where(InstalledTransportTest.FIXTURE, fixture)
        .where(Conformance.RECEIVER, report::set)
        .run(() -> LauncherFactory.create().execute(request, listener));
    listener.requireNoFailure();
    return Objects.requireNonNull(report.get(), "JUnit ran no test of the kit");
  }

  /**
   * Tells the groups as they begin, and keeps what fails outside of the tests: JUnit only logs what
   * a listener throws.
   */
  static final class Progress implements TestExecutionListener {
    private final Consumer<String> groups;
    private final Queue<IllegalStateException> failures = new ConcurrentLinkedQueue<>();

    Progress(Consumer<String> groups) {
      this.groups = groups;
    }

    @Override
    public void executionStarted(TestIdentifier started) {
      boolean isGroup =
          started.getUniqueIdObject().getLastSegment().getType().equals("nested-class");
      if (isGroup) {
        groups.accept(started.getDisplayName());
      }
    }

    @Override
    public void executionFinished(TestIdentifier finished, TestExecutionResult result) {
      if (finished.isContainer() && result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
        failures.add(
            new IllegalStateException(
                finished.getDisplayName() + " could not be run",
                result.getThrowable().orElse(null)));
      }
    }

    void requireNoFailure() {
      IllegalStateException first = failures.peek();
      if (first != null) {
        throw first;
      }
    }
  }
}
