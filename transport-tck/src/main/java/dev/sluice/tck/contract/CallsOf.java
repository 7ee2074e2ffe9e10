package dev.sluice.tck.contract;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.function.Executable;

/**
 * Every call of a channel that its end has to refuse, by the words for it.
 *
 * @param channel whose calls they are
 * @param carried the directions that carry bytes: others may be told as missing first
 * @param features those that are declared: others may be told as missing first
 * @param key of memory of the peer, where there is some
 */
record CallsOf(
    TransportChannel channel, Direction carried, Set<ChannelFeature> features, ByteBuffer key) {
  Map<String, Executable> all() {
    Map<String, Executable> calls = new LinkedHashMap<>();
    addTransfers(calls);
    if (features.contains(ChannelFeature.SHUTDOWN)) {
      for (Direction direction : Direction.values()) {
        calls.put("shutdown " + direction, () -> channel.shutdown(direction));
      }
    }
    if (features.contains(ChannelFeature.SEEKABLE)) {
      addPositional(calls);
    }
    if (features.contains(ChannelFeature.NON_BLOCKING)) {
      addNonBlocking(calls);
    }
    if (features.contains(ChannelFeature.REMOTE_MEMORY)) {
      calls.put("allocate", () -> channel.allocate(1));
      calls.put("remote", () -> channel.remote(key.duplicate()));
    }
    return calls;
  }

  private void addTransfers(Map<String, Executable> calls) {
    for (int byteCount = 0; byteCount < 2; byteCount++) {
      ByteBuffer buffer = ByteBuffer.allocate(byteCount);
      ByteBuffer[] array = {buffer};
      if (carried.reads()) {
        calls.put("read of " + byteCount + " bytes", () -> channel.read(buffer));
        calls.put("read of an array with " + byteCount + " bytes", () -> channel.read(array));
        calls.put("read of a range with " + byteCount + " bytes", () -> channel.read(array, 0, 1));
      }
      if (carried.writes()) {
        calls.put("write of " + byteCount + " bytes", () -> channel.write(buffer));
        calls.put("write of an array with " + byteCount + " bytes", () -> channel.write(array));
        calls.put(
            "write of a range with " + byteCount + " bytes", () -> channel.write(array, 0, 1));
      }
    }
  }

  private void addPositional(Map<String, Executable> calls) {
    calls.put("position", () -> channel.position());
    calls.put("position 0", () -> channel.position(0));
    calls.put("size", () -> channel.size());
    for (int byteCount = 0; byteCount < 2; byteCount++) {
      ByteBuffer buffer = ByteBuffer.allocate(byteCount);
      if (carried.reads()) {
        calls.put("readAt of " + byteCount + " bytes", () -> channel.readAt(buffer, 0));
      }
      if (carried.writes()) {
        calls.put("writeAt of " + byteCount + " bytes", () -> channel.writeAt(buffer, 0));
      }
    }
  }

  private void addNonBlocking(Map<String, Executable> calls) {
    calls.put("configureBlocking false", () -> channel.configureBlocking(false));
    calls.put("configureBlocking true", () -> channel.configureBlocking(true));
    if (carried.reads()) {
      calls.put("awaitReadable", () -> channel.awaitReadable(Duration.ZERO));
    }
    if (carried.writes()) {
      calls.put("awaitWritable", () -> channel.awaitWritable(Duration.ZERO));
    }
  }
}
