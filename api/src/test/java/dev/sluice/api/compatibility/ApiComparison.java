package dev.sluice.api.compatibility;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What has become of an API.
 *
 * @param breaks changes with which a plugin that was compiled before may stop working
 * @param additions other changes
 */
record ApiComparison(List<String> breaks, List<String> additions) {
  /** What makes two lines tell of one member: its name. */
  private static final Pattern MEMBER = Pattern.compile("(\\w+)(?= = |\\(|$)");

  /** It is compiled into plugins so that it can grow. */
  private static final Pattern SPI_VERSION = Pattern.compile(".* int SPI_VERSION = (\\d+)");

  /**
   * Compares.
   *
   * @param before what plugins were compiled against
   * @param after what they are to work with
   */
  static ApiComparison of(ApiDump before, ApiDump after) {
    ApiComparison comparison = new ApiComparison(new ArrayList<>(), new ArrayList<>());
    before
        .types()
        .forEach(
            (type, lines) -> {
              if (after.types().containsKey(type)) {
                comparison.compare(type, lines, after.types().get(type));
              } else {
                comparison.breaks.add(type + ": the type is gone");
              }
            });
    after.types().keySet().stream()
        .filter(type -> !before.types().containsKey(type))
        .forEach(type -> comparison.additions.add(type + ": a new type"));
    return comparison;
  }

  private void compare(String type, SortedSet<String> before, SortedSet<String> after) {
    List<String> fresh = after.stream().filter(line -> !before.contains(line)).toList();
    for (String line : before) {
      if (!after.contains(line)) {
        boolean harmless = line.startsWith(ApiDump.RESTRICTS) || isRaised(line, fresh);
        (harmless ? additions : breaks).add(type + ": gone: " + line + successor(line, fresh));
      }
    }
    for (String line : fresh) {
      boolean harmless = line.startsWith(ApiDump.OFFERS);
      (harmless ? additions : breaks).add(type + ": new: " + line);
    }
  }

  private static boolean isRaised(String line, List<String> fresh) {
    Optional<Integer> before = spiVersion(line).findFirst();
    return before.isPresent()
        && fresh.stream()
            .flatMap(ApiComparison::spiVersion)
            .anyMatch(version -> version > before.get());
  }

  private static Stream<Integer> spiVersion(String line) {
    Matcher version = SPI_VERSION.matcher(line);
    return version.matches() ? Stream.of(Integer.valueOf(version.group(1))) : Stream.empty();
  }

  private static String successor(String line, List<String> fresh) {
    List<String> sameName =
        fresh.stream()
            .filter(other -> other.startsWith(ApiDump.OFFERS))
            .filter(other -> !Collections.disjoint(member(line), member(other)))
            .toList();
    return sameName.isEmpty() ? "" : "; now: " + String.join(", now: ", sameName);
  }

  private static List<String> member(String line) {
    return MEMBER.matcher(line).results().limit(1).map(found -> found.group(1)).toList();
  }
}
