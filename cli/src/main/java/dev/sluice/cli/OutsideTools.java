package dev.sluice.cli;

import java.lang.System.Logger.Level;
import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.spi.ToolProvider;

/** Sub-commands that come with other modules: tools whose name is {@code sluice-NAME}. */
final class OutsideTools {
  private static final String PREFIX = "sluice-";

  /** Errors in a row until it is given up: some come again with every call. */
  private static final int MAX_ERRORS = 64;

  private OutsideTools() {}

  /** Returns the tools by the name of their sub-command; those that cannot be loaded are missed. */
  static SortedMap<String, ToolProvider> load(ClassLoader loader) {
    SortedMap<String, ToolProvider> tools = new TreeMap<>();
    Iterator<ToolProvider> found = ServiceLoader.load(ToolProvider.class, loader).iterator();
    int errors = 0;
    while (errors < MAX_ERRORS) {
      try {
        if (!found.hasNext()) {
          break;
        }
        ToolProvider tool = found.next();
        errors = 0;
        if (tool.name().startsWith(PREFIX)) {
          tools.putIfAbsent(tool.name().substring(PREFIX.length()), tool);
        }
      } catch (ServiceConfigurationError | LinkageError | RuntimeException broken) {
        errors++;
        System.getLogger("dev.sluice.cli").log(Level.DEBUG, "a tool cannot be loaded", broken);
      }
    }
    return tools;
  }
}
