package dev.sluice.transport.rdmasim.tool;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often is tried again, in the numbers of the verbs.
 *
 * @param withoutAnswer of time-outs and missing packets in a row, 0 to 7
 * @param notReady of RNR NAKs in a row, 0 to 6; 7: for ever
 */
record Retries(int withoutAnswer, int notReady) {
  private static final Pattern TEXT = Pattern.compile("([0-7])(?:,([0-7]))?");

  /** Reads {@code 7} or {@code 7,0}; what is not given is 7. */
  static Retries parse(String text) {
    Matcher numbers = TEXT.matcher(text);
    if (!numbers.matches()) {
      throw new IllegalArgumentException(
          "--retries '" + text + "' is not a number from 0 to 7, or two with a comma");
    }
    String notReady = numbers.group(2);
    return new Retries(
        Integer.parseInt(numbers.group(1)), notReady == null ? 7 : Integer.parseInt(notReady));
  }
}
