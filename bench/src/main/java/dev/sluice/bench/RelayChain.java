package dev.sluice.bench;

import java.util.List;

/**
 * Relays in a row, each a process.
 *
 * @param name as the table shows it
 * @param stages the first one that the sender meets first; none: nothing between sender and
 *     receiver
 */
record RelayChain(String name, List<Stage> stages) implements Comparison.Named {
  /**
   * A relay.
   *
   * @param port where it listens
   * @param command its command line
   */
  record Stage(int port, List<String> command) {}
}
