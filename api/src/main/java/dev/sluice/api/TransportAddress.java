package dev.sluice.api;

import dev.sluice.api.TransportException.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * An endpoint in QEMU's own spelling, so that an address can be pasted: {@code
 * scheme:target[,key=value...]}.
 *
 * <p>The target ends at the first single comma; a comma inside the target or a value is written
 * twice; a key alone means {@code key=on}. Nothing is decoded otherwise. An address that was parsed
 * prints as text that parses to an equal one.
 *
 * <p>Immutable. Whether scheme, options and target make sense is for the registry and the provider
 * to say.
 */
public final class TransportAddress {
  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]{0,30}");
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9-]*");

  private final String scheme;
  private final String target;
  private final SequencedMap<String, String> options;

  private TransportAddress(String scheme, String target, SequencedMap<String, String> options) {
    this.scheme = scheme;
    this.target = target;
    this.options = options;
  }

  /**
   * Returns an address without options.
   *
   * @param scheme the name of a transport
   * @param target where it leads, commas not doubled
   * @throws IllegalArgumentException if the scheme is not one, or the target holds a control
   *     character
   */
  public static TransportAddress of(String scheme, String target) {
    if (!isScheme(scheme) || hasControlCharacter(target)) {
      throw new IllegalArgumentException("not an address: scheme '" + scheme + "'");
    }
    return new TransportAddress(scheme, target, new LinkedHashMap<>());
  }

  /**
   * Reads an address.
   *
   * @param text the address
   * @throws TransportException of kind {@link Kind#ADDRESS} if the text is none
   */
  public static TransportAddress parse(String text) throws TransportException {
    if (hasControlCharacter(text)) {
      throw malformed(text, "it holds a control character", "remove it");
    }
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw malformed(text, "it has no scheme", "write SCHEME:TARGET, such as file:" + text);
    }
    String scheme = text.substring(0, colon);
    if (!isScheme(scheme)) {
      throw malformed(
          text,
          "'" + scheme + "' is not a scheme",
          "a scheme is up to 31 of a-z 0-9 + . - and starts with a letter");
    }
    Cursor cursor = new Cursor(text, colon + 1);
    String target = cursor.nextItem();
    SequencedMap<String, String> options = new LinkedHashMap<>();
    while (cursor.hasNext()) {
      String item = cursor.nextItem();
      int equals = item.indexOf('=');
      String key = equals < 0 ? item : item.substring(0, equals);
      String value = equals < 0 ? "on" : item.substring(equals + 1);
      if (!KEY.matcher(key).matches()) {
        throw malformed(
            text, "'" + item + "' is not an option", "write KEY=VALUE; double a literal comma");
      }
      if (options.putIfAbsent(key, value) != null) {
        throw malformed(text, "the option '" + key + "' is given twice", "keep one");
      }
    }
    return new TransportAddress(scheme, target, options);
  }

  private static boolean isScheme(String text) {
    return SCHEME.matcher(text).matches();
  }

  private static boolean hasControlCharacter(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }

  private static TransportException malformed(String text, String why, String hint) {
    return new TransportException(
        Kind.ADDRESS, "'" + printable(text) + "' is not an address: " + why, hint, null);
  }

  private static String printable(String text) {
    return text.codePoints()
        .map(point -> Character.isISOControl(point) ? '?' : point)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Returns the name of the transport: lower case, never empty. */
  public String scheme() {
    return scheme;
  }

  /** Returns where the address leads, in the transport's own form; may be empty. */
  public String target() {
    return target;
  }

  /** Returns the options in the order they were written; unmodifiable. */
  public Map<String, String> options() {
    return java.util.Collections.unmodifiableSequencedMap(options);
  }

  /**
   * Returns the text of an option, where it was given.
   *
   * @param key the option's name
   */
  public Optional<String> option(String key) {
    return Optional.ofNullable(options.get(key));
  }

  /**
   * Returns this address with another target and the same options.
   *
   * @param newTarget the target, commas not doubled
   * @throws IllegalArgumentException if it holds a control character
   */
  public TransportAddress withTarget(String newTarget) {
    if (hasControlCharacter(newTarget)) {
      throw new IllegalArgumentException("not a target: it holds a control character");
    }
    return new TransportAddress(scheme, newTarget, options);
  }

  /**
   * Returns this address with one option more, or with another value of one that it has.
   *
   * @param key the option's name
   * @param value its text, commas not doubled
   * @throws IllegalArgumentException if the key is none, or the value holds a control character
   */
  public TransportAddress withOption(String key, String value) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("not an option key: '" + key + "'");
    }
    if (hasControlCharacter(value)) {
      throw new IllegalArgumentException("not a value: it holds a control character");
    }
    SequencedMap<String, String> more = new LinkedHashMap<>(options);
    more.put(key, value);
    return new TransportAddress(scheme, target, more);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TransportAddress that
        && scheme.equals(that.scheme)
        && target.equals(that.target)
        && options.equals(that.options);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * scheme.hashCode() + target.hashCode()) + options.hashCode();
  }

  /** Returns the address as text that {@link #parse} reads as an equal one. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(scheme).append(':').append(doubled(target));
    options.forEach(
        (key, value) -> text.append(',').append(key).append('=').append(doubled(value)));
    return text.toString();
  }

  private static String doubled(String item) {
    return item.replace(",", ",,");
  }

  /** Splits at single commas and undoubles the others. */
  private static final class Cursor {
    private final String text;
    private int next;

    Cursor(String text, int start) {
      this.text = text;
      this.next = start;
    }

    /** Past the end is {@code length + 1}: after a final comma one empty item is still to come. */
    boolean hasNext() {
      return next <= text.length();
    }

    String nextItem() {
      StringBuilder item = new StringBuilder();
      while (next < text.length()) {
        char c = text.charAt(next++);
        if (c == ',') {
          if (next >= text.length() || text.charAt(next) != ',') {
            return item.toString();
          }
          next++;
        }
        item.append(c);
      }
      next = text.length() + 1;
      return item.toString();
    }
  }
}
