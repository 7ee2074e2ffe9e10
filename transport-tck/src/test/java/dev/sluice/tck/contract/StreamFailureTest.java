package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.sluice.tck.conformance.Conformance;
import dev.sluice.tck.fixture.TransportFixture;
import dev.sluice.tck.memory.MemoryTransport;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/** A test of a stream tells what went wrong, and not what that broke on the other side. */
@Timeout(30)
class StreamFailureTest {
  // Not found by itself: its name ends otherwise. JUnit wants it to be visible.
  static final class Failing extends RuleGroup {
    Failing() {
      super(TransportFixture.of(new MemoryTransport(), MemoryTransport.SCHEME + ":x"));
    }

    @Test
    void ch3_1_writerSeesSomethingWrong() throws Exception {
      stream(
          writer -> {
            Streams.writeByte(writer, 1);
            throw new AssertionError("a write gave 0");
          },
          reader -> {
            // Until it is reset.
            while (reader.read(ByteBuffer.allocate(8)) >= 0) {}
          });
    }
  }

  @Test
  void writersAssertion_isNotHiddenBehindTheReadersReset() {
    String told =
        ScopedValue.where(Conformance.RECEIVER, report -> {})
            .call(
                () ->
                    EngineTestKit.engine("junit-jupiter")
                        .selectors(selectClass(Failing.class))
                        .configurationParameter("sluice.tck.seed", "1")
                        .execute())
            .testEvents()
            .failed()
            .stream()
            .flatMap(event -> event.getPayload(TestExecutionResult.class).stream())
            .flatMap(result -> result.getThrowable().stream())
            .map(Throwable::getMessage)
            .findFirst()
            .orElseThrow();
    assertTrue(told.contains("but: a write gave 0"), told);
  }
}
