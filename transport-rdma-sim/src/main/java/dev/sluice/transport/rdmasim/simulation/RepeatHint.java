package dev.sluice.transport.rdmasim.simulation;

/**
 * What somebody needs to see a run again, in one line for reports and failures of tests.
 *
 * @param seed the seed of the run
 * @param preset the name of the link's profile, with what was changed in it
 * @param version the version of Sluice, since another may take other decisions
 * @param command what to type
 */
public record RepeatHint(long seed, String preset, String version, String command) {
  /** Returns {@code seed 7, preset metro100, version 1.2: repeat with COMMAND}. */
  @Override
  public String toString() {
    return "seed "
        + seed
        + ", preset "
        + preset
        + ", version "
        + version
        + ": repeat with "
        + command;
  }
}
