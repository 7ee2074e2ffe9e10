package dev.sluice.engine;

/** What becomes of borrowed memory once it was sent. */
public enum AfterFlush {
  /** It stays as it is. */
  KEEP,

  /**
   * The whole pages inside it go back to the operating system. Anonymous memory is freed and reads
   * as zeros from then on; the pages of a mapped file only leave the resident set.
   */
  RELEASE
}
