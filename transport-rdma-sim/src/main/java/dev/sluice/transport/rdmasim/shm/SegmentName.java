package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file name of a segment: the connection's nonce, then which side made it, and in which
 * process. The accepting side's segment bears the nonce of the connecting one, so only the latter
 * part tells who must be dead before anyone else may remove it.
 */
record SegmentName(Nonce nonce, Side side, Owner creator) {
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
      Pattern.compile("(" + Nonce.PATTERN + ")\\.([ca])-(" + Owner.PATTERN + ")");

  /** Names a segment that this process is going to make. */
  static SegmentName of(Nonce nonce, Side side) throws TransportException {
    return new SegmentName(nonce, side, Owner.current());
  }

  /** Reads what {@link #toString} wrote; empty if it is anything else. */
  static Optional<SegmentName> parse(String fileName) {
    Matcher matcher = WHOLE.matcher(fileName);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Side side = matcher.group(6).equals(Side.CONNECTING.letter) ? Side.CONNECTING : Side.ACCEPTING;
    return Nonce.parse(matcher.group(1))
        .map(nonce -> new SegmentName(nonce, side, Owner.parse(matcher.group(7))));
  }

  @Override
  public String toString() {
    return nonce + "." + side.letter + "-" + creator;
  }
}
