package dev.sluice.it.support;

/** Whom the command speaks to. */
public enum Mode {
  /** To people, on standard error. */
  PLAIN,
  /** To programs, in lines of JSON on standard output. */
  JSON
}
