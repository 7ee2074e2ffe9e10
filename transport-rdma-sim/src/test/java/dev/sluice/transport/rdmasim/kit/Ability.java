package dev.sluice.transport.rdmasim.kit;

/** What a {@link Rig} can show besides the semantics that all of them share. */
public enum Ability {
  /** Retries are counted and take their time, so that a request can run out of them. */
  TIMED_RETRIES,
  /** The link's clock is exact to the nanosecond, and stands still between events. */
  EXACT_TIME,
  /** Packets can be lost, doubled and delayed on purpose. */
  FAULTS,
  /** The two devices share memory that either can map, as two processes do. */
  SHARED_MEMORY
}
