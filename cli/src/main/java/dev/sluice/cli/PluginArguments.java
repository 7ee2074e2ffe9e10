package dev.sluice.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * A command line without its {@code --plugins}: they are wherever one likes, before or after the
 * name of a sub-command that may know nothing of them; immutable.
 *
 * @param folders what they name, in this order
 * @param words the others
 * @param lacksFolder whether the last one names nothing
 */
record PluginArguments(List<String> folders, List<String> words, boolean lacksFolder) {
  static final String OPTION = "--plugins";
  private static final String WITH_VALUE = OPTION + "=";

  /** What comes behind this is no option. */
  private static final String END_OF_OPTIONS = "--";

  static PluginArguments of(String... arguments) {
    List<String> folders = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      String word = arguments[i];
      if (word.equals(END_OF_OPTIONS)) {
        words.addAll(List.of(arguments).subList(i, arguments.length));
        break;
      } else if (word.startsWith(WITH_VALUE)) {
        folders.add(word.substring(WITH_VALUE.length()));
      } else if (!word.equals(OPTION)) {
        words.add(word);
      } else if (i + 1 < arguments.length) {
        i++;
        folders.add(arguments[i]);
      } else {
        return new PluginArguments(folders, words, true);
      }
    }
    return new PluginArguments(folders, words, false);
  }
}
