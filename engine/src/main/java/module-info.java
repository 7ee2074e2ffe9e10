import dev.sluice.api.spi.TransportProvider;

/**
 * The engine of Sluice: half-channels over a transport's channel, the registry of transports, and
 * transfers from address to address.
 *
 * @uses TransportProvider every installed transport is found through this service
 */
module dev.sluice.engine {
  requires transitive dev.sluice.api;
  requires static transitive org.jspecify;
  requires com.google.common;

  exports dev.sluice.engine;
  exports dev.sluice.engine.registry;
  exports dev.sluice.engine.transfer;

  uses TransportProvider;
}
