package dev.sluice.cli.session;

/** How progress is shown. */
public enum ProgressStyle {
  /** One line of a terminal, drawn again and again. */
  LIVE,
  /** A line every ten seconds. */
  LINES,
  /** Not at all. */
  NONE
}
