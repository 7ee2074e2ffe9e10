package dev.sluice.transport.rdmasim.simulation;

import java.nio.charset.StandardCharsets;

/**
 * Random numbers for one purpose, from the run's seed and the purpose's name.
 *
 * <p>Who draws more numbers from one stream shifts no other. The sequence is fixed for ever,
 * because seeds are written into reports: SplitMix64, started at the seed xor the 64-bit FNV-1a
 * hash of the name in UTF-8, that sum mixed once; logarithms are {@link StrictMath}'s. Belongs to
 * the simulation's thread.
 */
public final class RandomStream {
  /** What {@link #nextGap} returns for a thing that never happens. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final long GAMMA = 0x9E3779B97F4A7C15L;
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;
  private static final double UNIT_OF_53_BITS = 0x1p-53;

  private long state;

  private RandomStream(long state) {
    this.state = state;
  }

  static RandomStream named(long seed, String name) {
    long hash = FNV_OFFSET;
    for (byte letter : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (letter & 0xFF)) * FNV_PRIME;
    }
    return startingAt(mix(seed ^ hash));
  }

  /** The bare SplitMix64, whose published values a test knows. */
  static RandomStream startingAt(long state) {
    return new RandomStream(state);
  }

  private static long mix(long number) {
    long mixed = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /** Returns any 64 bits. */
  public long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /** Returns a number from 0 to less than 1, a multiple of 2^-53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * UNIT_OF_53_BITS;
  }

  /**
   * Returns a number from 0 to less than a bound, all equally likely (to 2^-64 of the bound).
   *
   * @param bound at least 1
   * @throws IllegalArgumentException if the bound is less than 1
   */
  public long nextLong(long bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("the bound of a random number is " + bound + ", below 1");
    }
    return Math.unsignedMultiplyHigh(nextLong(), bound);
  }

  /**
   * Tells whether something happens. Draws one number, whatever the probability.
   *
   * @param probability 0 to 1
   */
  public boolean nextChance(double probability) {
    return nextDouble() < probability;
  }

  /**
   * Returns how often something does not happen before it happens next (a geometric distribution):
   * one draw in place of one for every packet.
   *
   * @param probability of happening each time; {@link #NEVER} is the answer for 0
   */
  public long nextGap(double probability) {
    if (probability <= 0) {
      return NEVER;
    }
    if (probability >= 1) {
      return 0;
    }
    // A double above Long.MAX_VALUE becomes Long.MAX_VALUE, which is NEVER.
    return (long) (StrictMath.log(1 - nextDouble()) / StrictMath.log1p(-probability));
  }

  /**
   * Returns an exponentially distributed number.
   *
   * @param mean the mean of many
   */
  public double nextExponential(double mean) {
    return -StrictMath.log(1 - nextDouble()) * mean;
  }

  /** Returns a normally distributed number with mean 0 and deviation 1. Draws two numbers. */
  public double nextNormal() {
    // Box and Muller; the second number of the pair is left unused, so that a draw leaves no state.
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  /**
   * Returns a number of a Pareto distribution moved to begin at 0 (Lomax).
   *
   * @param mean the mean of many
   * @param shape above 1; the smaller, the longer the tail
   */
  public double nextPareto(double mean, double shape) {
    return mean * (shape - 1) * (StrictMath.pow(1 - nextDouble(), -1 / shape) - 1);
  }
}
