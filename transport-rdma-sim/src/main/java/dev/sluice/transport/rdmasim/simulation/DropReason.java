package dev.sluice.transport.rdmasim.simulation;

/** Why a link did not deliver a packet. */
public enum DropReason {
  /** The profile's loss took it. */
  LOSS,
  /** It was damaged, and the receiver's check found that. */
  CORRUPT,
  /** The queue had no room. */
  QUEUE,
  /** The link was cut. */
  PARTITION,
  /** A rule of the plan took it. */
  FAULT
}
