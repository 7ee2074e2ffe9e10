/**
 * {@code sluice relay} behind its arguments: {@link dev.sluice.cli.relay.RelaySession} runs one
 * relay under signals, {@link dev.sluice.cli.relay.RelayReport}s tell of it: to people, to
 * programs, to who started it, and to who scrapes metrics.
 */
@NullMarked
package dev.sluice.cli.relay;

import org.jspecify.annotations.NullMarked;
