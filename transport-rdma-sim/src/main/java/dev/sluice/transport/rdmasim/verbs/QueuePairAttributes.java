package dev.sluice.transport.rdmasim.verbs;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@link QueuePair#modify} is to change, and what {@link QueuePair#attributes} gives;
 * immutable.
 *
 * <p>There are no paths, ports and partitions here, so their attributes are not either.
 */
public final class QueuePairAttributes {
  /** A single attribute: a whole number in a range. */
  public enum Attribute {
    /** What the peer may do, as the sum of {@link Access#bit}s. */
    ACCESS(0, 15),
    /** Bytes of a packet: a power of two from 256 on; or 0 for the link's own. */
    PATH_MTU(0, 65536) {
      @Override
      boolean accepts(int value) {
        return value == 0
            || (super.accepts(value) && value >= LEAST_MTU && Integer.bitCount(value) == 1);
      }
    },
    /** {@link QueuePair#number} of the peer. */
    PEER_NUMBER(1, (1 << 24) - 1),
    /** The first packet number that is expected. */
    RECEIVE_PACKET_NUMBER(0, (1 << 24) - 1),
    /** Reads and atomics of the peer that this side carries out at a time. */
    MAX_PEER_READ_ATOMIC(0, 255),
    /** The code of the time a peer has to wait for a receive, see {@link #rnrTimerNanos}. */
    MIN_RNR_TIMER(0, 31),
    /** The code of the time without an answer after which is sent again; 0: for ever. */
    TIMEOUT(0, 31),
    /** How often is sent again without progress. */
    RETRY_COUNT(0, 7),
    /** How often is sent again to a peer without a receive; 7: for ever. */
    RNR_RETRY(0, 7),
    /** The first packet number that is sent. */
    SEND_PACKET_NUMBER(0, (1 << 24) - 1),
    /** Reads and atomics of this side that are on their way at a time. */
    MAX_READ_ATOMIC(0, 255),
    /** 1: going to SQD gives an event once what was on its way is done. */
    DRAINED_EVENT(0, 1);

    private final int least;
    private final int greatest;

    Attribute(int least, int greatest) {
      this.least = least;
      this.greatest = greatest;
    }

    boolean accepts(int value) {
      return value >= least && value <= greatest;
    }
  }

  private static final int LEAST_MTU = 256;
  private static final long TIMEOUT_UNIT_NANOS = 4096;

  /** In units of 10 microseconds; the first is not the shortest but the longest. */
  private static final int[] RNR_TIMERS = {
    65536, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536,
    2048, 3072, 4096, 6144, 8192, 12288, 16384, 24576, 32768, 49152
  };

  private static final long RNR_UNIT_NANOS = 10_000;

  private final Optional<QueuePairState> state;
  private final Optional<QueuePairState> currentState;
  private final Map<Attribute, Integer> values;

  private QueuePairAttributes(
      Optional<QueuePairState> state,
      Optional<QueuePairState> currentState,
      Map<Attribute, Integer> values) {
    this.state = state;
    this.currentState = currentState;
    this.values = values;
  }

  /** Returns a change of nothing. */
  public static QueuePairAttributes none() {
    return new QueuePairAttributes(
        Optional.empty(), Optional.empty(), new EnumMap<>(Attribute.class));
  }

  /**
   * Returns a change of the state.
   *
   * @param target the state to go to
   */
  public static QueuePairAttributes to(QueuePairState target) {
    return new QueuePairAttributes(
        Optional.of(target), Optional.empty(), new EnumMap<>(Attribute.class));
  }

  /**
   * Returns this with one more attribute.
   *
   * @param attribute which
   * @param value its value; checked by {@link QueuePair#modify}
   */
  public QueuePairAttributes with(Attribute attribute, int value) {
    EnumMap<Attribute, Integer> more = new EnumMap<>(values);
    more.put(attribute, value);
    return new QueuePairAttributes(state, currentState, more);
  }

  /**
   * Returns this with what the peer may do.
   *
   * @param access what
   */
  public QueuePairAttributes with(Set<Access> access) {
    return with(Attribute.ACCESS, Access.bits(access));
  }

  /**
   * Returns this with the state that the caller takes the queue pair to be in.
   *
   * @param assumed RTR, RTS or SQD
   */
  public QueuePairAttributes from(QueuePairState assumed) {
    return new QueuePairAttributes(state, Optional.of(assumed), values);
  }

  Optional<QueuePairState> state() {
    return state;
  }

  Optional<QueuePairState> currentState() {
    return currentState;
  }

  /** Returns which attributes are there. */
  public Set<Attribute> names() {
    return values.isEmpty() ? Set.of() : EnumSet.copyOf(values.keySet());
  }

  /**
   * Returns the value of an attribute; 0 where it is not there.
   *
   * @param attribute which
   */
  public int value(Attribute attribute) {
    return values.getOrDefault(attribute, 0);
  }

  QueuePairAttributes mergedWith(QueuePairAttributes newer) {
    EnumMap<Attribute, Integer> all = new EnumMap<>(Attribute.class);
    all.putAll(values);
    all.putAll(newer.values);
    return new QueuePairAttributes(Optional.empty(), Optional.empty(), all);
  }

  /**
   * Returns the time without an answer after which is sent again, 4.096 us x 2^code.
   *
   * @param code 0 to 31
   * @return nanoseconds; {@link Long#MAX_VALUE} for 0
   */
  public static long timeoutNanos(int code) {
    return code == 0 ? Long.MAX_VALUE : TIMEOUT_UNIT_NANOS << code;
  }

  /**
   * Returns the time that a peer without a receive asks for.
   *
   * @param code 0 to 31; mind that 0 is the longest, 655.36 ms
   * @return nanoseconds
   */
  public static long rnrTimerNanos(int code) {
    return RNR_TIMERS[code] * RNR_UNIT_NANOS;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QueuePairAttributes that
        && state.equals(that.state)
        && currentState.equals(that.currentState)
        && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return state.map(target -> "to " + target + " ").orElse("") + values;
  }
}
