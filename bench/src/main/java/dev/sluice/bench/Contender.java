package dev.sluice.bench;

import java.util.List;
import java.util.function.Function;

/**
 * One of the programs of a comparison.
 *
 * @param name as the table shows it
 * @param command the command line, given the endpoint that the round uses: a path or a port
 */
record Contender(String name, Function<String, List<String>> command) implements Comparison.Named {
  static Contender of(String name, Function<String, List<String>> command) {
    return new Contender(name, command);
  }
}
