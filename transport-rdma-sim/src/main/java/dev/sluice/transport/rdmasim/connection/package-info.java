/**
 * Connecting two queue pairs by name: who listens, who asks, and what they tell each other before
 * the first message. The same for every fabric.
 */
@NullMarked
package dev.sluice.transport.rdmasim.connection;

import org.jspecify.annotations.NullMarked;
