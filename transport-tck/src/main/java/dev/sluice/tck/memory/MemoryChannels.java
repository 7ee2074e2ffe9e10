package dev.sluice.tck.memory;

import static java.util.Objects.requireNonNull;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.ChannelInfo;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import java.util.EnumSet;
import java.util.Set;

/**
 * Makes pairs of connected channels in memory.
 *
 * <pre>{@code
 * var pair = MemoryChannels.pair();                              // everything, 64 KiB each way
 * var oneWay = MemoryChannels.pair(Set.of(ChannelFeature.DUPLEX), 16);
 * oneWay.outgoing().write(bytes);                                // blocks when 16 bytes wait
 * oneWay.incoming().read(buffer);
 * }</pre>
 *
 * <p>The channels have {@link ChannelFeature#SHUTDOWN}, {@link ChannelFeature#DUPLEX}, {@link
 * ChannelFeature#RESET} and {@link ChannelFeature#NON_BLOCKING}, less those that were left out.
 * Beyond the contract, so that tests can rely on it:
 *
 * <ul>
 *   <li>A transfer moves as much as there are bytes or room at that moment.
 *   <li>{@code close} does not wait: what was written stays readable, then comes -1. It fails where
 *       the peer aborted without having read it.
 *   <li>After {@code abort} the peer's read fails at once with kind {@code RESET}, even where bytes
 *       wait. Without RESET the peer reads these, then -1, as after {@code close}.
 *   <li>A write fails with kind {@code RESET} once the peer closed, aborted or stopped reading.
 *   <li>{@code nioChannel} is empty.
 * </ul>
 */
public final class MemoryChannels {
  /** The capacity where none is given: 64 KiB in each direction, the size of a Linux pipe. */
  public static final int DEFAULT_CAPACITY = 64 << 10;

  private static final Set<ChannelFeature> ALL =
      Set.of(
          ChannelFeature.SHUTDOWN,
          ChannelFeature.DUPLEX,
          ChannelFeature.RESET,
          ChannelFeature.NON_BLOCKING);

  private MemoryChannels() {}

  /**
   * Two connected channels; the caller ends both.
   *
   * @param outgoing the side that connected; it writes, and reads where DUPLEX is there
   * @param incoming the side that was accepted; it reads, and writes where DUPLEX is there
   */
  public record Pair(TransportChannel outgoing, TransportChannel incoming) {
    /** Checks the components. */
    public Pair {
      requireNonNull(outgoing, "outgoing");
      requireNonNull(incoming, "incoming");
    }
  }

  /** Returns a pair with every feature and {@link #DEFAULT_CAPACITY}. */
  public static Pair pair() {
    return pair(Set.of(), DEFAULT_CAPACITY);
  }

  /**
   * Returns a pair of lesser channels.
   *
   * @param without the features that they shall not have
   * @param capacity how many bytes can wait in each direction, at least 1; a write blocks while
   *     none is free
   * @throws IllegalArgumentException if the capacity is less than 1
   */
  public static Pair pair(Set<ChannelFeature> without, int capacity) {
    return connect(
        ChannelInfo.named("memory-outgoing"),
        ChannelInfo.named("memory-incoming"),
        without,
        capacity);
  }

  static Pair connect(
      ChannelInfo outgoing, ChannelInfo incoming, Set<ChannelFeature> without, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a capacity of " + capacity + " bytes moves nothing");
    }
    Set<ChannelFeature> features = EnumSet.copyOf(ALL);
    features.removeAll(without);
    boolean duplex = features.remove(ChannelFeature.DUPLEX);
    Ring there = new Ring(outgoing.name(), incoming.name(), capacity);
    Ring back = new Ring(incoming.name(), outgoing.name(), capacity);
    return new Pair(
        new MemoryChannel(
            outgoing, duplex ? Direction.BOTH : Direction.WRITE, features, back, there),
        new MemoryChannel(
            incoming, duplex ? Direction.BOTH : Direction.READ, features, there, back));
  }
}
