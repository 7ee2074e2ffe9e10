package dev.sluice.transport.rdmasim.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What to type to see a run again. */
final class RepeatCommand {
  private static final String SEED = "--seed";

  /** What no shell changes. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private RepeatCommand() {}

  /** Returns the command with its arguments, and with the seed if they have none. */
  static String of(List<String> arguments, long seed) {
    List<String> words = new ArrayList<>(List.of("sluice", "simulate"));
    arguments.stream().map(RepeatCommand::quoted).forEach(words::add);
    if (arguments.stream().noneMatch(word -> word.equals(SEED) || word.startsWith(SEED + "="))) {
      words.add(SEED);
      words.add(Long.toString(seed));
    }
    return String.join(" ", words);
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
