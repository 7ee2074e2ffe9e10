package dev.sluice.transport.rdmasim.virtual;

import dev.sluice.transport.rdmasim.simulation.Link;

/**
 * How one host reaches another.
 *
 * @param link that joins them
 * @param out its direction to the other
 * @param peer the other
 */
record Way(VirtualLink link, Link out, VirtualHost peer) {}
