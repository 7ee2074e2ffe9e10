package dev.sluice.tck.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules of {@code docs/spec/channel-contract.md}, which is packed with the kit, so that the
 * page and the kit cannot differ. Immutable.
 *
 * <p>Of each rule the page tells, in paragraphs that start with {@code <br>}: {@code *Intent:},
 * then {@code *If this fails, check:} with items between semicolons, or {@code *Not tested:}.
 */
public final class Specification {
  private static final String PAGE = "channel-contract.md";
  private static final Pattern GROUP = Pattern.compile("^## (\\d+ .*)$");
  private static final Pattern RULE =
      Pattern.compile("^\\*\\*(CH-\\d+\\.\\d+)\\*\\* ((?:MUST|SHOULD)[^:]*: .*)$");
  private static final Pattern PART =
      Pattern.compile("^\\*(Intent|If this fails, check|Not tested): (.+)\\*$");
  private static final Pattern TEST_NAME = Pattern.compile("^ch(\\d+)_(\\d+)_.*");

  private final SequencedMap<String, Rule> rules;

  private Specification(SequencedMap<String, Rule> rules) {
    this.rules = rules;
  }

  /** Returns the rules that are packed with the kit. */
  public static Specification packed() {
    try (InputStream page = Specification.class.getResourceAsStream(PAGE)) {
      if (page == null) {
        throw new IllegalStateException("the kit was packed without " + PAGE);
      }
      return parse(new String(page.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException broken) {
      throw new UncheckedIOException("reading " + PAGE + " of the kit", broken);
    }
  }

  /**
   * Reads a page.
   *
   * @throws IllegalStateException if something in it looks like a rule and is none: it would not be
   *     tested, and nobody would notice
   */
  static Specification parse(String page) {
    SequencedMap<String, Rule> rules = new LinkedHashMap<>();
    String group = "";
    for (String paragraph : page.split("\n\\s*\n", -1)) {
      String line = paragraph.strip().replaceAll("\\s+", " ");
      Matcher heading = GROUP.matcher(line);
      Matcher rule = RULE.matcher(line);
      if (heading.matches()) {
        group = heading.group(1);
      } else if (rule.matches()) {
        Rule read = rule(rule.group(1), group, rule.group(2));
        if (rules.put(read.id(), read) != null) {
          throw new IllegalStateException(PAGE + " has two rules " + read.id());
        }
      } else if (line.startsWith("**CH-")) {
        throw malformed("this starts like a rule: ", line);
      } else if (line.startsWith("<br>")) {
        append(rules, line);
      }
    }
    return new Specification(rules);
  }

  private static IllegalStateException malformed(String what, String text) {
    return new IllegalStateException(
        PAGE + ": " + what + text.substring(0, Math.min(text.length(), 80)));
  }

  private static Rule rule(String id, String group, String paragraph) {
    if (group.isEmpty()) {
      throw malformed("no heading stands above ", id);
    }
    int end = paragraph.indexOf("<br>");
    Map<String, String> parts = parts(end < 0 ? "" : paragraph.substring(end));
    return new Rule(
        id,
        group,
        (end < 0 ? paragraph : paragraph.substring(0, end)).strip(),
        parts.getOrDefault("Intent", ""),
        Optional.ofNullable(parts.get("If this fails, check"))
            .map(Specification::items)
            .orElse(List.of()),
        Optional.ofNullable(parts.get("Not tested")));
  }

  /** A rule with a table goes on behind it. */
  private static void append(SequencedMap<String, Rule> rules, String paragraph) {
    if (rules.isEmpty()) {
      throw malformed("this belongs to no rule: ", paragraph);
    }
    Rule last = rules.lastEntry().getValue();
    Rule more = rule(last.id(), last.group(), paragraph);
    rules.put(
        last.id(),
        new Rule(
            last.id(),
            last.group(),
            last.text(),
            last.intent() + more.intent(),
            more.checks().isEmpty() ? last.checks() : more.checks(),
            last.notTested().or(more::notTested)));
  }

  private static Map<String, String> parts(String lines) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (String line : lines.split("<br>", -1)) {
      String text = line.strip();
      if (text.isEmpty()) {
        continue;
      }
      Matcher part = PART.matcher(text);
      if (!part.matches() || parts.put(part.group(1), part.group(2).strip()) != null) {
        throw malformed("this is no part of a rule, or one that it has already: ", text);
      }
    }
    return parts;
  }

  private static List<String> items(String text) {
    List<String> items = new ArrayList<>();
    for (String item : text.replaceAll("\\.$", "").split(";", -1)) {
      if (item.isBlank()) {
        throw malformed("an empty item among ", text);
      }
      items.add(item.strip());
    }
    return items;
  }

  /** Returns the rules in the order of the page. */
  public List<Rule> rules() {
    return List.copyOf(rules.values());
  }

  /**
   * Returns the rule that a test shows.
   *
   * @param methodName of the test, such as {@code ch2_2_emptyRead_returnsZero}
   * @return empty if the name carries no number, or not one of the page
   */
  public Optional<Rule> shownBy(String methodName) {
    Matcher name = TEST_NAME.matcher(methodName);
    return name.matches()
        ? Optional.ofNullable(rules.get("CH-" + name.group(1) + "." + name.group(2)))
        : Optional.empty();
  }

  /** Returns the rules by their numbers; unmodifiable. */
  public Map<String, Rule> byId() {
    return Collections.unmodifiableMap(rules);
  }
}
