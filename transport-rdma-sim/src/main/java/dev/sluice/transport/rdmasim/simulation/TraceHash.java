package dev.sluice.transport.rdmasim.simulation;

/**
 * A rolling hash of all that happened in a run, in order: two runs that took the same decisions
 * have the same value.
 *
 * <p>Every event is mixed in by the {@link Simulation}; who takes a decision (a packet lost, a
 * fault carried out) mixes it in as well. Belongs to the simulation's thread.
 */
public final class TraceHash {
  // Any odd constant with bits everywhere does; this is 2^64 divided by the golden ratio.
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private long value = MULTIPLIER;

  TraceHash() {}

  /**
   * Mixes one number in.
   *
   * @param number a time in ns, a kind, an identifier
   */
  public void mix(long number) {
    long mixed = (value ^ number) * MULTIPLIER;
    value = mixed ^ (mixed >>> 32);
  }

  /**
   * Mixes a decision in.
   *
   * @param kind what was decided, a constant of the caller
   * @param id whom it concerns
   * @param detail the rest
   */
  public void mix(long kind, long id, long detail) {
    mix(kind);
    mix(id);
    mix(detail);
  }

  /** Returns the hash of everything so far. */
  public long value() {
    return value;
  }

  /** Returns the value in 16 hexadecimal digits. */
  @Override
  public String toString() {
    return String.format("%016x", value);
  }
}
