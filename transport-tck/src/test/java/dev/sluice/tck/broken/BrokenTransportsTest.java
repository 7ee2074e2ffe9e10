package dev.sluice.tck.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.tck.TransportContractTest;
import dev.sluice.tck.conformance.Conformance;
import dev.sluice.tck.conformance.Report;
import dev.sluice.tck.conformance.RuleResult;
import dev.sluice.tck.conformance.Verdict;
import dev.sluice.tck.fault.ForwardingChannel;
import dev.sluice.tck.fixture.TransportFixture;
import dev.sluice.tck.memory.MemoryTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Each defect is found, by the rules that it breaks. */
@Timeout(300)
class BrokenTransportsTest {
  private static final ScopedValue<UnaryOperator<TransportChannel>> DEFECT =
      ScopedValue.newInstance();

  /** Not found by itself: its name ends otherwise. */
  static final class Candidate extends TransportContractTest {
    @Override
    protected TransportFixture fixture() {
      return TransportFixture.of(
              new BrokenTransport(DEFECT.get()), MemoryTransport.SCHEME + ":here")
          .features(
              ChannelFeature.SHUTDOWN,
              ChannelFeature.DUPLEX,
              ChannelFeature.RESET,
              ChannelFeature.NON_BLOCKING)
          .unregistered()
          .unreachable(MemoryTransport.SCHEME + ":nobody");
    }
  }

  /** Returns the rules that the kit finds broken. */
  private static Set<String> broken(UnaryOperator<TransportChannel> defect) {
    AtomicReference<Report> report = new AtomicReference<>();
    ScopedValue.where(DEFECT, defect)
        .where(Conformance.RECEIVER, report::set)
        .run(
            () ->
                EngineTestKit.engine("junit-jupiter")
                    .selectors(selectClass(Candidate.class))
                    .configurationParameter("sluice.tck.timeScale", "0.3")
                    .configurationParameter("sluice.tck.seed", "1")
                    .execute());
    return report.get().rules().stream()
        .filter(rule -> rule.verdict() == Verdict.FAILED)
        .map(RuleResult::rule)
        .map(rule -> rule.id())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void requireBroken(UnaryOperator<TransportChannel> defect, String... rules) {
    assertEquals(new TreeSet<>(Set.of(rules)), broken(defect));
  }

  @Test
  void soundTransport_breaksNothing() {
    requireBroken(UnaryOperator.identity());
  }

  @Test
  void lyingAboutAFeature_isFound() {
    requireBroken(
        channel ->
            new ForwardingChannel(channel) {
              @Override
              public Set<ChannelFeature> features() {
                Set<ChannelFeature> more = new TreeSet<>(super.features());
                more.add(ChannelFeature.SEEKABLE);
                return Set.copyOf(more);
              }
            },
        "CH-13.2",
        "CH-13.5");
  }

  @Test
  void ignoringTheOffset_isFound() {
    requireBroken(
        channel ->
            new ForwardingChannel(channel) {
              @Override
              public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
                return super.write(sources, 0, sources.length);
              }
            },
        "CH-4.2");
  }

  @Test
  void corruptingAByte_isFound() {
    Set<String> found =
        broken(
            channel ->
                new ForwardingChannel(channel) {
                  @Override
                  public int read(ByteBuffer target) throws IOException {
                    int start = target.position();
                    int count = super.read(target);
                    if (count > 1000) {
                      target.put(start + 999, (byte) (target.get(start + 999) ^ 1));
                    }
                    return count;
                  }
                });
    assertTrue(found.containsAll(Set.of("CH-2.7", "CH-3.6", "CH-5.1")), found::toString);
  }

  @Test
  void returningZeroInBlockingMode_isFound() {
    Set<String> found =
        broken(
            channel ->
                new ForwardingChannel(channel) {
                  private int calls;

                  @Override
                  public int read(ByteBuffer target) throws IOException {
                    return ++calls % 7 == 3 ? 0 : super.read(target);
                  }
                });
    assertTrue(found.contains("CH-3.6"), found::toString);
  }

  @Test
  void halfCloseThatEndsBothWays_isFound() {
    requireBroken(
        channel ->
            new ForwardingChannel(channel) {
              @Override
              public void shutdown(Direction direction) throws IOException {
                super.shutdown(Direction.BOTH);
              }
            },
        "CH-5.5",
        "CH-6.7");
  }

  @Test
  void abortThatLooksLikeAnEnd_isFound() {
    Set<String> found =
        broken(
            channel ->
                new ForwardingChannel(channel) {
                  @Override
                  public void abort() {
                    try {
                      super.close();
                    } catch (IOException ignored) {
                      super.abort();
                    }
                  }
                });
    assertTrue(found.containsAll(Set.of("CH-7.5", "CH-12.5", "CH-12.6")), found::toString);
  }

  @Test
  void shutdownThatWakesNobody_isFound() {
    Set<String> found =
        broken(
            channel ->
                new ForwardingChannel(channel) {
                  @Override
                  public void shutdown(Direction direction) {}
                });
    assertTrue(found.containsAll(Set.of("CH-6.1", "CH-6.2", "CH-6.3", "CH-6.4")), found::toString);
  }

  @Test
  void threadThatIsLeftBehind_isFound() {
    requireBroken(
        channel -> {
          Thread.ofPlatform()
              .daemon()
              .name("left-behind")
              .start(
                  () -> {
                    synchronized (channel) {
                      try {
                        channel.wait(20_000);
                      } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                      }
                    }
                  });
          return channel;
        },
        "CH-1.2");
  }

  @Test
  void writingReadOnlyTargets_isFound() {
    requireBroken(
        channel ->
            new ForwardingChannel(channel) {
              @Override
              public int read(ByteBuffer target) throws IOException {
                return target.isReadOnly()
                    ? super.read(ByteBuffer.allocate(target.remaining()))
                    : super.read(target);
              }
            },
        "CH-2.5");
  }
}
