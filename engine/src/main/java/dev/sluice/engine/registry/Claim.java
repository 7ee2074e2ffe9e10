package dev.sluice.engine.registry;

import dev.sluice.api.spi.TransportProvider;

/**
 * A scheme that a provider says it serves.
 *
 * @param scheme what is told of it
 * @param provider who serves it
 */
record Claim(InstalledScheme scheme, TransportProvider provider) {}
