package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file name of a segment: the connection's nonce, then which side made it, in which process,
 * and the how-manieth it is. The accepting side's segment bears the nonce of the connecting one, so
 * only the latter part tells who must be dead before anyone else may remove it.
 */
record SegmentName(Nonce nonce, Side side, Owner creator, int number) {
  /** The sides of a connection. */
  enum Side {
    CONNECTING("c"),
    ACCEPTING("a");

    private final String letter;

    Side(String letter) {
      this.letter = letter;
    }
  }

  private static final Pattern WHOLE =
      Pattern.compile("(" + Nonce.PATTERN + ")\\.([ca])-(" + Owner.PATTERN + ")-([0-9]{1,9})");

  /** Names the first segment that this process is going to make. */
  static SegmentName of(Nonce nonce, Side side) throws TransportException {
    return new SegmentName(nonce, side, Owner.current(), 0);
  }

  /** Names another segment of the same side; the first has number 0. */
  SegmentName numbered(int other) {
    return new SegmentName(nonce, side, creator, other);
  }

  /** Reads what {@link #toString} wrote; empty if it is anything else. */
  static Optional<SegmentName> parse(String fileName) {
    Matcher matcher = WHOLE.matcher(fileName);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Side side = matcher.group(6).equals(Side.CONNECTING.letter) ? Side.CONNECTING : Side.ACCEPTING;
    int number = Integer.parseInt(matcher.group(10));
    return Nonce.parse(matcher.group(1))
        .map(nonce -> new SegmentName(nonce, side, Owner.parse(matcher.group(7)), number));
  }

  @Override
  public String toString() {
    return nonce + "." + side.letter + "-" + creator + "-" + number;
  }
}
