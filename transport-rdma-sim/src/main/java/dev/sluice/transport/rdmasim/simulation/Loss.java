package dev.sluice.transport.rdmasim.simulation;

import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Which packets a link loses. Every model is a sequence of gaps: how many packets survive before
 * the next one that does not, so that a stretch without loss costs nothing however long it is.
 */
public sealed interface Loss {
  /** Returns the share of packets lost in the long run, 0 to 1. */
  double averageProbability();

  /**
   * Returns the gaps, one for each call; {@link RandomStream#NEVER}: nothing is lost any more.
   *
   * @param random used by this sequence alone
   */
  LongSupplier gaps(RandomStream random);

  /**
   * Reads a model: {@code none}; {@code 1e-4} (each packet alone); {@code gilbert-elliott:P:R} and
   * behind it, where wanted, the loss in the bad state (1) and in the good state (0); {@code
   * every:N}; {@code list:I:J:...}.
   *
   * @param text the model
   * @throws IllegalArgumentException if it is none
   */
  static Loss parse(String text) {
    List<String> parts = List.of(text.split(":", -1));
    return switch (parts.get(0)) {
      case "none" -> new None();
      case "gilbert-elliott" -> GilbertElliott.parse(text, parts);
      case "every" ->
          new EveryNth(Quantities.parseCount("loss", part(text, parts, 1), 1, 1L << 62));
      case "list" ->
          new Listed(
              parts.stream()
                  .skip(1)
                  .map(index -> Quantities.parseCount("loss", index, 0, 1L << 62))
                  .toList());
      default -> Bernoulli.orNone(Quantities.parseProbability(text));
    };
  }

  private static String part(String text, List<String> parts, int index) {
    if (index >= parts.size()) {
      throw new IllegalArgumentException(
          "loss '"
              + text
              + "' is incomplete: write none, 1e-4, gilbert-elliott:P:R[:BAD[:GOOD]],"
              + " every:N or list:I:J");
    }
    return parts.get(index);
  }

  /** Nothing is lost. */
  record None() implements Loss {
    @Override
    public double averageProbability() {
      return 0;
    }

    @Override
    public LongSupplier gaps(RandomStream random) {
      return () -> RandomStream.NEVER;
    }

    @Override
    public String toString() {
      return "none";
    }
  }

  /**
   * Each packet is lost with the same probability.
   *
   * @param probability above 0, at most 1
   */
  record Bernoulli(double probability) implements Loss {
    /** Checks the range. */
    public Bernoulli {
      checkProbability(probability, probability > 0);
    }

    static Loss orNone(double probability) {
      return probability == 0 ? new None() : new Bernoulli(probability);
    }

    @Override
    public double averageProbability() {
      return probability;
    }

    @Override
    public LongSupplier gaps(RandomStream random) {
      return () -> random.nextGap(probability);
    }

    @Override
    public String toString() {
      return Double.toString(probability);
    }
  }

  /**
   * Loss in bursts: a chain of a good and a bad state, each with a loss of its own. A packet meets
   * the state, and after it the state may change.
   *
   * @param toBad probability to change from good to bad after a packet, known as p
   * @param toGood probability to change from bad to good, known as r; 1/r is the mean length of a
   *     burst in packets
   * @param lossWhenBad known as 1-h
   * @param lossWhenGood known as 1-k
   */
  record GilbertElliott(double toBad, double toGood, double lossWhenBad, double lossWhenGood)
      implements Loss {
    /** Checks the ranges. */
    public GilbertElliott {
      checkProbability(toBad, true);
      checkProbability(toGood, toGood > 0);
      checkProbability(lossWhenBad, lossWhenBad > 0);
      checkProbability(lossWhenGood, true);
    }

    static GilbertElliott parse(String text, List<String> parts) {
      return new GilbertElliott(
          Quantities.parseProbability(part(text, parts, 1)),
          Quantities.parseProbability(part(text, parts, 2)),
          parts.size() > 3 ? Quantities.parseProbability(parts.get(3)) : 1,
          parts.size() > 4 ? Quantities.parseProbability(parts.get(4)) : 0);
    }

    @Override
    public double averageProbability() {
      double bad = toBad / (toBad + toGood);
      return bad * lossWhenBad + (1 - bad) * lossWhenGood;
    }

    @Override
    public LongSupplier gaps(RandomStream random) {
      return new GilbertElliottGaps(this, random);
    }

    @Override
    public String toString() {
      return "gilbert-elliott:" + toBad + ":" + toGood + ":" + lossWhenBad + ":" + lossWhenGood;
    }
  }

  /**
   * The nth packet is lost, and the nth after it, and so on.
   *
   * @param n at least 1, which loses all
   */
  record EveryNth(long n) implements Loss {
    /** Checks the range. */
    public EveryNth {
      if (n < 1) {
        throw new IllegalArgumentException("every " + n + "th packet cannot be lost");
      }
    }

    @Override
    public double averageProbability() {
      return 1.0 / n;
    }

    @Override
    public LongSupplier gaps(RandomStream random) {
      return () -> n - 1;
    }

    @Override
    public String toString() {
      return "every:" + n;
    }
  }

  /**
   * The packets with these numbers are lost.
   *
   * @param indices from 0, in the order in which the link carries them; kept sorted and distinct
   */
  record Listed(List<Long> indices) implements Loss {
    /** Sorts. */
    public Listed {
      indices = indices.stream().sorted().distinct().toList();
      if (!indices.isEmpty() && indices.get(0) < 0) {
        throw new IllegalArgumentException("packet " + indices.get(0) + " cannot be lost");
      }
    }

    @Override
    public double averageProbability() {
      return 0;
    }

    @Override
    public LongSupplier gaps(RandomStream random) {
      Iterator<Long> rest = indices.iterator();
      long[] previous = {-1};
      return () -> {
        if (!rest.hasNext()) {
          return RandomStream.NEVER;
        }
        long index = rest.next();
        long gap = index - previous[0] - 1;
        previous[0] = index;
        return gap;
      };
    }

    @Override
    public String toString() {
      return indices.stream().map(String::valueOf).collect(Collectors.joining(":", "list:", ""));
    }
  }

  private static void checkProbability(double probability, boolean alsoValid) {
    if (!(probability >= 0 && probability <= 1 && alsoValid)) {
      throw new IllegalArgumentException(
          "a probability of loss is " + probability + ", outside 0 to 1, or 0 where none may be");
    }
  }
}
