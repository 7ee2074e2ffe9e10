package dev.sluice.tck;

import dev.sluice.tck.contract.AddressRules;
import dev.sluice.tck.contract.EndOfStreamRules;
import dev.sluice.tck.contract.EndingRules;
import dev.sluice.tck.contract.FailureRules;
import dev.sluice.tck.contract.FeatureRules;
import dev.sluice.tck.contract.GatherScatterRules;
import dev.sluice.tck.contract.LifecycleRules;
import dev.sluice.tck.contract.NonBlockingRules;
import dev.sluice.tck.contract.ProviderRules;
import dev.sluice.tck.contract.ReadRules;
import dev.sluice.tck.contract.RemoteMemoryRules;
import dev.sluice.tck.contract.SeekRules;
import dev.sluice.tck.contract.ShutdownRules;
import dev.sluice.tck.contract.ThreadRules;
import dev.sluice.tck.contract.WriteRules;
import dev.sluice.tck.fixture.TransportFixture;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The contract as tests: a transport author extends this class and says what is to be tested.
 *
 * <pre>{@code
 * class FooTransportTest extends TransportContractTest {
 *   @Override
 *   protected TransportFixture fixture() {
 *     return TransportFixture.of(new FooTransport(), "acme.foo:127.0.0.1:0")
 *         .features(DUPLEX, SHUTDOWN, RESET)
 *         .unreachable("acme.foo:127.0.0.1:1");
 *   }
 * }
 * }</pre>
 *
 * <p>The name of each test carries the number of the rule that it shows; a failure tells the rule,
 * where to look, the seed and the command that repeats it. Tests of rules about absent features, or
 * about other kinds of media, are skipped with the reason. {@code target/sluice-tck} has a report.
 * Passing shows no violation; it does not prove that there is none.
 *
 * <h2>Parameters</h2>
 *
 * JUnit configuration parameters or system properties, such as {@code mvn test
 * -Dsluice.tck.rule=CH-7.5}:
 *
 * <table>
 * <caption>Parameters of the kit</caption>
 * <tr><td>{@code sluice.tck.rule}</td><td>try one rule only</td></tr>
 * <tr><td>{@code sluice.tck.seed}</td><td>of all that is random; each failure tells it</td></tr>
 * <tr><td>{@code sluice.tck.timeScale}</td>
 *     <td>2: be twice as patient, on a slow or busy machine</td></tr>
 * <tr><td>{@code sluice.tck.report}</td><td>the folder of the report</td></tr>
 * <tr><td>{@code sluice.tck.repeat}</td>
 *     <td>how to call the kit, for the command that repeats a failure: <code>{seed}</code> and
 *     <code>{rule}</code> in it are replaced</td></tr>
 * </table>
 *
 * <h2>Threading</h2>
 *
 * The tests run one after the other, also in a build that runs others at once, each in a thread of
 * its own that a deadline ends.
 */
// They count what the process has open.
@Isolated
@Execution(ExecutionMode.SAME_THREAD)
// In the order of the page.
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
public abstract class TransportContractTest {
  /** Creates the test; for JUnit. */
  protected TransportContractTest() {}

  /** Returns what is to be tested. Called for each test. */
  protected abstract TransportFixture fixture();

  @Nested
  @Order(1)
  @DisplayName("1 Lifecycle")
  class Lifecycle extends LifecycleRules {
    Lifecycle() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(2)
  @DisplayName("2 Read")
  class Read extends ReadRules {
    Read() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(3)
  @DisplayName("3 Write")
  class Write extends WriteRules {
    Write() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(4)
  @DisplayName("4 Gather and scatter")
  class GatherScatter extends GatherScatterRules {
    GatherScatter() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(5)
  @DisplayName("5 The end of the stream")
  class EndOfStream extends EndOfStreamRules {
    EndOfStream() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(6)
  @DisplayName("6 Shutdown")
  class Shutdown extends ShutdownRules {
    Shutdown() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(7)
  @DisplayName("7 Close, abort and delivery")
  class Ending extends EndingRules {
    Ending() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(8)
  @DisplayName("8 Threads and interrupts")
  class ThreadsAndInterrupts extends ThreadRules {
    ThreadsAndInterrupts() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(9)
  @DisplayName("9 Seek and positional transfers")
  class Seek extends SeekRules {
    Seek() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(10)
  @DisplayName("10 Non-blocking mode")
  class NonBlocking extends NonBlockingRules {
    NonBlocking() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(11)
  @DisplayName("11 Remote memory")
  class RemoteMemory extends RemoteMemoryRules {
    RemoteMemory() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(12)
  @DisplayName("12 Failures and kinds")
  class Failure extends FailureRules {
    Failure() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(13)
  @DisplayName("13 Features")
  class Feature extends FeatureRules {
    Feature() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(14)
  @DisplayName("14 Addresses")
  class Address extends AddressRules {
    Address() {
      super(TransportContractTest.this.fixture());
    }
  }

  @Nested
  @Order(15)
  @DisplayName("15 Provider and listener")
  class Provider extends ProviderRules {
    Provider() {
      super(TransportContractTest.this.fixture());
    }
  }
}
