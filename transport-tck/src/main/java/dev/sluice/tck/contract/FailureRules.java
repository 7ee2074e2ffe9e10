package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.conformance.Needs;
import dev.sluice.tck.conformance.OnlyOn;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.Pair;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Group 12: what a failure tells. */
public abstract class FailureRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected FailureRules(TransportFixture fixture) {
    super(fixture);
  }

  /** How connecting to an address failed, which another call may choose differently. */
  private record Refusal(TransportAddress address, TransportException failure) {}

  private Refusal refusal() throws Exception {
    Path folder = folder();
    TransportAddress nobody = nobody(folder);
    return new Refusal(
        nobody,
        start(() -> fixture().connect(nobody, folder, briefContext()))
            .failure(TransportException.class));
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch12_1_failureToConnect_hasAKind() throws Exception {
    assertEquals(Kind.UNREACHABLE, refusal().failure().kind());
  }

  @Test
  @OnlyOn(Medium.LIVE)
  void ch12_3_failureToConnect_tellsWhatAndWhere() throws Exception {
    Refusal refusal = refusal();
    TransportException failure = refusal.failure();
    String message = String.valueOf(failure.getMessage());
    String target = refusal.address().target();
    String last = target.substring(target.lastIndexOf('/') + 1);
    assertTrue(
        message.contains(last) || message.contains(target.replaceAll(":.*", "")),
        () -> "the message does not name " + target + ": " + message);
    assertTrue(failure.hint().isPresent(), () -> "no hint for: " + message);
  }

  @ParameterizedTest
  @EnumSource(EndKind.class)
  @OnlyOn(Medium.LIVE)
  @Needs(ChannelFeature.RESET)
  void ch12_5_afterAFailedTransfer_channelCanBeEndedAndNamed(EndKind how) throws Exception {
    Pair pair = pair();
    pair.outgoing().abort();
    start(() -> Streams.readByte(pair.incoming())).failure(IOException.class);
    assertFalse(pair.incoming().info().name().isBlank());
    try {
      startEnd(ThreadKind.PLATFORM, how, pair.incoming()).result();
    } catch (IOException told) {
      // A close may say that the stream is broken.
    }
    assertFalse(pair.incoming().isOpen());
    assertFalse(pair.incoming().info().name().isBlank());
  }

  @Test
  @OnlyOn(Medium.LIVE)
  @Needs(ChannelFeature.RESET)
  void ch12_6_failure_neverLooksLikeTheEnd_alsoTheSecondTime() throws Exception {
    Pair pair = pair();
    pair.outgoing().abort();
    for (int i = 0; i < 3; i++) {
      start(() -> Streams.readByte(pair.incoming())).failure(IOException.class);
    }
  }
}
