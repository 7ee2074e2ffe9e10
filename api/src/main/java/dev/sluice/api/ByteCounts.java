package dev.sluice.api;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Byte counts as text, in one spelling everywhere: addresses, command line, messages.
 *
 * <p>Binary units are {@code KiB MiB GiB TiB}, and, because QEMU reads them so, bare {@code k K M G
 * T}; decimal units are {@code kB MB GB TB}. Hexadecimal ({@code 0x1000}) takes no unit.
 */
public final class ByteCounts {
  private static final Pattern DECIMAL = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([A-Za-z]*)");
  private static final Pattern HEXADECIMAL = Pattern.compile("0[xX]([0-9a-fA-F]{1,16})");

  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("", 1L),
          Map.entry("B", 1L),
          Map.entry("k", 1L << 10),
          Map.entry("K", 1L << 10),
          Map.entry("KiB", 1L << 10),
          Map.entry("M", 1L << 20),
          Map.entry("MiB", 1L << 20),
          Map.entry("G", 1L << 30),
          Map.entry("GiB", 1L << 30),
          Map.entry("T", 1L << 40),
          Map.entry("TiB", 1L << 40),
          Map.entry("kB", 1_000L),
          Map.entry("MB", 1_000_000L),
          Map.entry("GB", 1_000_000_000L),
          Map.entry("TB", 1_000_000_000_000L));

  private ByteCounts() {}

  /**
   * Reads a count such as {@code 4096}, {@code 0x1000}, {@code 4K}, {@code 1.5GiB} or {@code 2MB}.
   *
   * @param text the count
   * @return the number of bytes, 0 to {@link Long#MAX_VALUE}
   * @throws IllegalArgumentException if the text is none, is not a whole number of bytes, or is too
   *     large
   */
  public static long parse(String text) {
    try {
      Matcher hexadecimal = HEXADECIMAL.matcher(text);
      if (hexadecimal.matches()) {
        return Long.parseLong(hexadecimal.group(1), 16);
      }
      Matcher decimal = DECIMAL.matcher(text);
      if (decimal.matches()) {
        Long unit = UNITS.get(decimal.group(2));
        if (unit != null) {
          return times(decimal.group(1), unit);
        }
      }
    } catch (ArithmeticException | NumberFormatException notWhole) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a whole number of bytes below 8 EiB", notWhole);
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a byte count: write 4096, 0x1000, 4KiB, 1.5GiB or 2MB");
  }

  /** Only a fraction needs the decimal arithmetic, whose classes take 15 ms to start. */
  private static long times(String decimal, long unit) {
    return decimal.indexOf('.') < 0
        ? Math.multiplyExact(Long.parseLong(decimal), unit)
        : new BigDecimal(decimal).multiply(BigDecimal.valueOf(unit)).longValueExact();
  }

  /**
   * Returns a count for people, in binary units with one decimal: {@code 12 B}, {@code 1.5 GiB}.
   *
   * @param byteCount the number of bytes, not negative
   */
  public static String format(long byteCount) {
    if (byteCount < 1 << 10) {
      return byteCount + " B";
    }
    int power = Math.min(4, (63 - Long.numberOfLeadingZeros(byteCount)) / 10);
    long tenths = tenths(byteCount, power);
    // What rounding can make of a little less than the next unit.
    if (tenths == 10 << 10 && power < 4) {
      tenths = tenths(byteCount, ++power);
    }
    return tenths / 10 + "." + tenths % 10 + " " + "KMGT".charAt(power - 1) + "iB";
  }

  /** Returns the count in tenths of a unit, rounded half up. */
  private static long tenths(long byteCount, int power) {
    long unit = 1L << (10 * power);
    return byteCount / unit * 10 + (byteCount % unit * 10 + unit / 2) / unit;
  }
}
