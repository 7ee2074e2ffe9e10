package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportChannel;
import dev.sluice.tck.conformance.Needs;
import dev.sluice.tck.conformance.OnlyOn;
import dev.sluice.tck.fixture.Medium;
import dev.sluice.tck.fixture.TransportFixture;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Group 13: what is declared works, what is not is refused. */
public abstract class FeatureRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected FeatureRules(TransportFixture fixture) {
    super(fixture);
  }

  @Test
  void ch13_1_features_areUnmodifiable_andStay() throws Exception {
    stream(
        writer -> {
          Set<ChannelFeature> features = writer.features();
          assertThrows(UnsupportedOperationException.class, () -> features.clear());
          Streams.writeByte(writer, 1);
          assertEquals(features, writer.features());
        },
        reader -> {
          Set<ChannelFeature> features = reader.features();
          assertThrows(UnsupportedOperationException.class, () -> features.clear());
          Streams.readByte(reader);
          assertEquals(features, reader.features());
        });
  }

  @Test
  void ch13_2_features_areThoseThatWereDeclared() throws Exception {
    stream(
        writer -> assertEquals(fixture().features(), writer.features(), "of the outgoing side"),
        reader -> {
          assertEquals(fixture().features(), reader.features(), "of the incoming side");
          assertEquals(-1, Streams.readByte(reader));
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = ChannelFeature.class,
      names = {"DUPLEX", "RESET"},
      mode = EnumSource.Mode.EXCLUDE)
  void ch13_3_methodOfAnAbsentFeature_isRefused_andHarmsNothing(ChannelFeature feature)
      throws Exception {
    if (fixture().features().contains(feature)) {
      Assumptions.abort(feature + " is declared: its own group shows that it works");
    }
    stream(
        writer -> {
          requireRefused(writer, feature);
          Streams.writeByte(writer, 1);
        },
        reader -> {
          requireRefused(reader, feature);
          assertEquals(1, Streams.readByte(reader));
          assertEquals(-1, Streams.readByte(reader));
          reader.close();
          requireRefused(reader, feature);
        });
  }

  private static void requireRefused(TransportChannel channel, ChannelFeature feature) {
    ByteBuffer one = ByteBuffer.allocate(1);
    List<Executable> methods =
        switch (feature) {
          case SHUTDOWN ->
              List.of(
                  () -> channel.shutdown(Direction.READ),
                  () -> channel.shutdown(Direction.WRITE),
                  () -> channel.shutdown(Direction.BOTH));
          case SEEKABLE ->
              List.of(
                  () -> channel.position(),
                  () -> channel.position(0),
                  () -> channel.size(),
                  () -> channel.readAt(one, 0),
                  () -> channel.writeAt(one, 0));
          case NON_BLOCKING ->
              List.of(
                  () -> channel.configureBlocking(false),
                  () -> channel.awaitReadable(Duration.ZERO),
                  () -> channel.awaitWritable(Duration.ZERO));
          case REMOTE_MEMORY ->
              List.of(() -> channel.allocate(1), () -> channel.remote(ByteBuffer.allocate(1)));
          case DUPLEX, RESET ->
              throw new AssertionError(
                  feature + " has no methods: CH-2.6, CH-3.5 and CH-7.10 are about its absence");
        };
    for (Executable method : methods) {
      FeatureUnsupportedException refusal = assertThrows(FeatureUnsupportedException.class, method);
      String message = String.valueOf(refusal.getMessage());
      assertTrue(message.contains(feature.name()), message);
      assertTrue(message.contains(channel.info().name()), message);
    }
  }

  @Test
  @OnlyOn(Medium.LIVE)
  @Needs(ChannelFeature.DUPLEX)
  void ch13_4_duplexChannel_carriesBytesBothWays() throws Exception {
    assertUnharmed(pair());
  }

  @Test
  void ch13_5_features_areAmongThoseOfTheScheme() throws Exception {
    Set<ChannelFeature> possible = fixture().scheme().features();
    stream(
        writer ->
            assertTrue(
                possible.containsAll(writer.features()),
                () -> writer.features() + " are not all in " + possible),
        reader -> assertEquals(-1, Streams.readByte(reader)));
  }

  @Test
  void ch13_6_nioChannel_isOpen_whereThereIsOne() throws Exception {
    stream(
        writer -> {
          Optional<Channel> carrier = writer.nioChannel();
          assertTrue(carrier.isEmpty() || carrier.get().isOpen(), () -> carrier + " is closed");
        },
        reader -> {
          Optional<Channel> carrier = reader.nioChannel();
          assertTrue(carrier.isEmpty() || carrier.get().isOpen(), () -> carrier + " is closed");
          assertEquals(-1, Streams.readByte(reader));
        });
  }
}
