package dev.sluice.api.spi;

import dev.sluice.api.ByteCounts;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A typed option of a {@link Scheme}: its key, type, default and documentation in one place.
 *
 * <p>The registry checks the keys and values of an address against the scheme's options before a
 * provider is called; the provider then reads them with {@link #in} or {@link #given}.
 *
 * @param <T> the type of its values
 */
public final class Option<T> {
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9-]*");
  private static final Pattern OCTAL_MODE = Pattern.compile("0?[0-7]{3}");

  /** Which side of a transfer an option is for. */
  public enum Side {
    /** {@link TransportProvider#connect}: the outgoing side. */
    CONNECT,
    /** {@link TransportProvider#listen}: the incoming side. */
    LISTEN,
    /** Either side. */
    BOTH
  }

  private final String key;
  private final String type;
  private final String defaultText;
  private final T defaultValue;
  private final Function<String, T> parser;
  private final Side side;
  private final String doc;

  private Option(
      String key, String type, String defaultText, Function<String, T> parser, String doc) {
    this(key, type, defaultText, parser.apply(defaultText), parser, Side.BOTH, doc);
  }

  private Option(
      String key,
      String type,
      String defaultText,
      T defaultValue,
      Function<String, T> parser,
      Side side,
      String doc) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("not an option key: '" + key + "'");
    }
    this.key = key;
    this.type = type;
    this.defaultText = defaultText;
    this.defaultValue = defaultValue;
    this.parser = parser;
    this.side = side;
    this.doc = doc;
  }

  /**
   * Returns an option of a type of one's own.
   *
   * @param <T> the type of its values
   * @param key up to the first {@code =} in an address: {@code a-z 0-9 -}, starting with a letter
   * @param type the type's name for the help, such as {@code colour}
   * @param defaultText the default as it would be written in an address
   * @param parser reads a value; throws {@link IllegalArgumentException} saying what is wrong
   * @param doc a sentence for the help
   */
  public static <T> Option<T> of(
      String key, String type, String defaultText, Function<String, T> parser, String doc) {
    return new Option<>(key, type, defaultText, parser, doc);
  }

  /**
   * Returns an option that is {@code on} or {@code off}.
   *
   * @param key see {@link #of}
   * @param defaultValue the value where it is not given
   * @param doc a sentence for the help
   */
  public static Option<Boolean> flag(String key, boolean defaultValue, String doc) {
    return new Option<>(key, "on|off", defaultValue ? "on" : "off", Option::parseFlag, doc);
  }

  /**
   * Returns an option that is a number of bytes, as {@link ByteCounts#parse} reads it.
   *
   * @param key see {@link #of}
   * @param defaultText the value where it is not given, such as {@code 64KiB}
   * @param doc a sentence for the help
   */
  public static Option<Long> byteCount(String key, String defaultText, String doc) {
    return new Option<>(key, "bytes", defaultText, ByteCounts::parse, doc);
  }

  /**
   * Returns an option that is a whole number.
   *
   * @param key see {@link #of}
   * @param least the smallest legal value
   * @param greatest the largest legal value
   * @param defaultValue the value where it is not given
   * @param doc a sentence for the help
   */
  public static Option<Integer> number(
      String key, int least, int greatest, int defaultValue, String doc) {
    return new Option<>(
        key,
        least + ".." + greatest,
        Integer.toString(defaultValue),
        text -> parseNumber(text, least, greatest),
        doc);
  }

  /**
   * Returns an option that is a length of time longer than zero: {@code 500ms}, {@code 10s}, {@code
   * 1h30m}.
   *
   * @param key see {@link #of}
   * @param defaultText the value where it is not given
   * @param doc a sentence for the help
   */
  public static Option<Duration> duration(String key, String defaultText, String doc) {
    return new Option<>(key, "duration", defaultText, Option::parseDuration, doc);
  }

  /**
   * Returns an option that is the permissions of a file as {@code chmod} writes them: three octal
   * digits, with or without a zero before them, such as {@code 640} or {@code 0640}.
   *
   * @param key see {@link #of}
   * @param defaultText the value where it is not given
   * @param doc a sentence for the help
   */
  public static Option<Set<PosixFilePermission>> octalMode(
      String key, String defaultText, String doc) {
    return new Option<>(key, "octal mode", defaultText, Option::parseMode, doc);
  }

  /**
   * Reads a length of time longer than zero, as options of type duration do.
   *
   * @param text such as {@code 500ms}, {@code 10s}, {@code 1h30m}
   * @throws IllegalArgumentException if the text is none
   */
  public static Duration parseDuration(String text) {
    // The JDK would read 1h-30m too.
    if (text.indexOf('-') >= 0 || text.indexOf('+') >= 0) {
      throw new IllegalArgumentException(notADuration(text));
    }
    try {
      Duration duration =
          text.endsWith("ms")
              ? Duration.ofMillis(Long.parseLong(text, 0, text.length() - 2, 10))
              : Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
      if (duration.isPositive()) {
        return duration;
      }
    } catch (DateTimeException | NumberFormatException | ArithmeticException notOne) {
      throw new IllegalArgumentException(notADuration(text), notOne);
    }
    throw new IllegalArgumentException(notADuration(text));
  }

  private static String notADuration(String text) {
    return "'" + text + "' is not a duration longer than zero: write 500ms, 10s or 1h30m";
  }

  private static Set<PosixFilePermission> parseMode(String text) {
    if (!OCTAL_MODE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an octal mode: write three digits 0 to 7, such as 0640");
    }
    int bits = Integer.parseInt(text, 8);
    StringBuilder letters = new StringBuilder("rwxrwxrwx");
    for (int i = 0; i < letters.length(); i++) {
      if ((bits & (0400 >> i)) == 0) {
        letters.setCharAt(i, '-');
      }
    }
    return PosixFilePermissions.fromString(letters.toString());
  }

  private static Boolean parseFlag(String text) {
    return switch (text) {
      case "on" -> true;
      case "off" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither on nor off");
    };
  }

  private static Integer parseNumber(String text, int least, int greatest) {
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= greatest) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException("'" + text + "' is not a whole number", notANumber);
    }
    throw new IllegalArgumentException("'" + text + "' is not in " + least + ".." + greatest);
  }

  /** Returns this option, legal on the outgoing side only. */
  public Option<T> whenConnecting() {
    return new Option<>(key, type, defaultText, defaultValue, parser, Side.CONNECT, doc);
  }

  /** Returns this option, legal on the incoming side only. */
  public Option<T> whenListening() {
    return new Option<>(key, type, defaultText, defaultValue, parser, Side.LISTEN, doc);
  }

  /** Returns the option's name in an address. */
  public String key() {
    return key;
  }

  /** Returns the name of its type, for the help. */
  public String type() {
    return type;
  }

  /** Returns its default as it would be written in an address. */
  public String defaultText() {
    return defaultText;
  }

  /** Returns which side of a transfer it is for. */
  public Side side() {
    return side;
  }

  /** Returns what it is for. */
  public String doc() {
    return doc;
  }

  /**
   * Returns the option's value in an address, or its default where it is not given.
   *
   * @param address where to look
   * @throws TransportException of kind {@link Kind#ADDRESS} if the value is not of the option's
   *     type
   */
  public T in(TransportAddress address) throws TransportException {
    Optional<T> given = given(address);
    return given.isPresent() ? given.get() : defaultValue;
  }

  /**
   * Returns the option's value in an address where it is given there.
   *
   * @param address where to look
   * @throws TransportException of kind {@link Kind#ADDRESS} if the value is not of the option's
   *     type
   */
  public Optional<T> given(TransportAddress address) throws TransportException {
    Optional<String> text = address.option(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(text.get()));
    } catch (IllegalArgumentException wrong) {
      throw new TransportException(
          Kind.ADDRESS,
          "option " + key + " of '" + address + "': " + wrong.getMessage(),
          key + " takes " + type + (defaultText.isEmpty() ? "" : "; the default is " + defaultText),
          wrong);
    }
  }

  @Override
  public String toString() {
    return key + "=" + defaultText;
  }
}
