package dev.sluice.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link AbstractTransportChannel}: declared and absent features. */
class ChannelFeatureTest {
  static Stream<Arguments> methodsOfFeatures() {
    return Stream.of(
        of(ChannelFeature.SHUTDOWN, "shutdown", channel -> channel.shutdown(Direction.BOTH)),
        of(ChannelFeature.SEEKABLE, "position", channel -> ignore(channel.position())),
        of(ChannelFeature.SEEKABLE, "position(long)", channel -> channel.position(0)),
        of(ChannelFeature.SEEKABLE, "size", channel -> ignore(channel.size())),
        of(
            ChannelFeature.SEEKABLE,
            "readAt",
            channel -> ignore(channel.readAt(ByteBuffer.allocate(1), 0))),
        of(
            ChannelFeature.SEEKABLE,
            "writeAt",
            channel -> ignore(channel.writeAt(ByteBuffer.allocate(1), 0))),
        of(
            ChannelFeature.NON_BLOCKING,
            "configureBlocking",
            channel -> channel.configureBlocking(false)),
        of(
            ChannelFeature.NON_BLOCKING,
            "awaitReadable",
            channel -> ignore(channel.awaitReadable(Duration.ZERO))),
        of(
            ChannelFeature.NON_BLOCKING,
            "awaitWritable",
            channel -> ignore(channel.awaitWritable(Duration.ZERO))),
        of(ChannelFeature.REMOTE_MEMORY, "allocate", channel -> ignore(channel.allocate(1))),
        of(
            ChannelFeature.REMOTE_MEMORY,
            "remote",
            channel -> ignore(channel.remote(ByteBuffer.allocate(1)))));
  }

  private static Arguments of(
      ChannelFeature feature, String name, ThrowingConsumer<TransportChannel> call) {
    return Arguments.of(feature, name, call);
  }

  private static void ignore(Object result) {
    assertTrue(result != null);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("methodsOfFeatures")
  void ch13_3_absentFeature_isNamedAndTheChannelUnharmed(
      ChannelFeature feature, String name, ThrowingConsumer<TransportChannel> call)
      throws IOException {
    FakeChannel channel = new FakeChannel(Direction.BOTH);
    var failure = assertThrows(FeatureUnsupportedException.class, () -> call.accept(channel), name);
    assertEquals(feature, failure.feature());
    assertEquals("fake", failure.channelName());
    assertTrue(message(failure).contains("fake"), failure.getMessage());
    assertTrue(message(failure).contains(feature.name()), failure.getMessage());
    assertEquals(1, channel.read(ByteBuffer.allocate(1)));
    assertEquals(1, channel.write(ByteBuffer.allocate(1)));
    channel.close();
    assertThrows(FeatureUnsupportedException.class, () -> call.accept(channel), name);
  }

  @Test
  void ch13_4_duplex_followsFromTheDirection() {
    assertEquals(Set.of(ChannelFeature.DUPLEX), new FakeChannel(Direction.BOTH).features());
    assertEquals(Set.of(), new FakeChannel(Direction.READ).features());
    assertEquals(
        Set.of(ChannelFeature.RESET),
        new FakeChannel(Direction.WRITE, ChannelFeature.RESET).features());
    assertThrows(
        IllegalArgumentException.class,
        () -> new FakeChannel(Direction.READ, ChannelFeature.DUPLEX));
  }

  @Test
  void ch13_1_features_cannotBeChanged() {
    Set<ChannelFeature> features = new FakeChannel(Direction.BOTH).features();
    assertThrows(UnsupportedOperationException.class, () -> features.add(ChannelFeature.RESET));
    assertThrows(UnsupportedOperationException.class, features::clear);
  }

  @Test
  void ch1_5_infoAndName_outliveTheChannel() throws IOException {
    FakeChannel channel = new FakeChannel(Direction.BOTH);
    channel.establish();
    channel.close();
    assertEquals(ChannelInfo.named("fake"), channel.info());
    assertEquals("fake", channel.toString());
    assertEquals(Optional.empty(), channel.nioChannel());
    assertEquals(Optional.empty(), channel.remains());
  }

  /** A feature that is declared and not written is the author's bug; it must not pass silently. */
  @Test
  void declaredFeatureThatIsNotWritten_throws() {
    var channel =
        new AbstractTransportChannel(
            ChannelInfo.named("unfinished"),
            Direction.BOTH,
            Set.of(ChannelFeature.SHUTDOWN, ChannelFeature.NON_BLOCKING)) {
          @Override
          protected long readInto(ByteBuffer[] targets, int offset, int length) {
            return -1;
          }

          @Override
          protected long writeFrom(ByteBuffer[] sources, int offset, int length) {
            return 1;
          }

          @Override
          protected void release(boolean completed) {}
        };
    assertThrows(FeatureUnsupportedException.class, () -> channel.shutdown(Direction.BOTH));
    assertThrows(FeatureUnsupportedException.class, () -> channel.configureBlocking(false));
    assertTrue(channel.isBlocking());
  }

  private static String message(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }
}
