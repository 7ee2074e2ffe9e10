/**
 * Test doubles for everyone who works with Sluice channels; none of them needs a test framework.
 *
 * <p>{@link dev.sluice.tck.memory} has channels that live in memory, {@link dev.sluice.tck.fault}
 * has decorators that make any channel fail, dawdle or keep a log.
 */
module dev.sluice.tck {
  requires transitive dev.sluice.api;
  requires static org.jspecify;

  exports dev.sluice.tck.fault;
  exports dev.sluice.tck.memory;
}
