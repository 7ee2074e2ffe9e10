package dev.sluice.bench;

import java.util.List;

/**
 * Relays in a row, each a process.
 *
 * @param name as the table shows it
 * @param commands their command lines, the first one that the sender meets first; none: nothing
 *     between sender and receiver
 */
record RelayChain(String name, List<List<String>> commands) implements Comparison.Named {}
