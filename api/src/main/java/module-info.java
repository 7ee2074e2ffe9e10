/**
 * The channel contract of Sluice and the SPI of its transports.
 *
 * <p>{@link dev.sluice.api} is for everyone who holds a channel; {@link dev.sluice.api.spi} is for
 * those who write a transport. The numbered rules behind both are in {@code
 * docs/spec/channel-contract.md}.
 */
module dev.sluice.api {
  requires static transitive org.jspecify;

  exports dev.sluice.api;
  exports dev.sluice.api.spi;
}
