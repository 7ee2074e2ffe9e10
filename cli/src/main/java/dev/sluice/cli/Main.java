package dev.sluice.cli;

import dev.sluice.cli.console.Console;
import dev.sluice.engine.registry.TransportRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Starts the {@code sluice} command. */
public final class Main {
  private Main() {}

  /**
   * Runs the command and ends the process with its exit status; nothing else does.
   *
   * @param arguments of the command line
   */
  public static void main(String[] arguments) {
    ClassLoader loader = Main.class.getClassLoader();
    Sluice sluice =
        new Sluice(
            Console.system(),
            folders -> TransportRegistry.load(loader, folders.toArray(Path[]::new)),
            () -> OutsideTools.load(loader),
            self(),
            Objects.requireNonNullElse(System.getenv(Installation.VARIABLE), ""));
    System.exit(sluice.run(arguments));
  }

  /** The words that start this command again, from the module path or the class path. */
  private static List<String> self() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Module module = Main.class.getModule();
    if (module.isNamed()) {
      words.add("--module-path=" + System.getProperty("jdk.module.path"));
      words.add("--module=" + module.getName() + "/" + Main.class.getName());
    } else {
      words.add("--class-path=" + System.getProperty("java.class.path"));
      words.add(Main.class.getName());
    }
    return words;
  }
}
