package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name that nothing else has: who made it, and 64 random bits. All files of one connection begin
 * with the connecting side's, so that either side can remove them all.
 */
record Nonce(Owner owner, String random) {
  static final String PATTERN = "(" + Owner.PATTERN + ")-([0-9a-f]{16})";

  private static final Pattern WHOLE = Pattern.compile(PATTERN);
  private static final int RANDOM_BYTE_COUNT = 8;

  /** Makes one of this process. */
  static Nonce fresh() throws TransportException {
    byte[] random = new byte[RANDOM_BYTE_COUNT];
    new SecureRandom().nextBytes(random);
    return new Nonce(Owner.current(), HexFormat.of().formatHex(random));
  }

  /** Reads what {@link #toString} wrote; empty if it is anything else. */
  static Optional<Nonce> parse(String text) {
    Matcher matcher = WHOLE.matcher(text);
    return matcher.matches()
        ? Optional.of(new Nonce(Owner.parse(matcher.group(1)), matcher.group(4)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return owner + "-" + random;
  }
}
