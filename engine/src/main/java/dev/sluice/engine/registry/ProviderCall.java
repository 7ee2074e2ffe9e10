package dev.sluice.engine.registry;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.Option.Side;
import dev.sluice.api.spi.TransportProvider;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Runs a provider's code and lets only that out which the SPI allows. */
final class ProviderCall {
  private final InstalledScheme scheme;
  private final TransportProvider provider;
  private final TransportAddress address;
  private final Side side;

  ProviderCall(Claim claim, TransportAddress address, Side side) {
    this.scheme = claim.scheme();
    this.provider = claim.provider();
    this.address = address;
    this.side = side;
  }

  /** What is asked of a provider. */
  @FunctionalInterface
  interface Request<T> {
    /** Opens something, or breaks the contract in any way. */
    @Nullable T of(TransportProvider provider) throws IOException;
  }

  /**
   * Checks the address and asks the provider.
   *
   * @throws IOException what the check or the provider threw; what the provider must not throw, as
   *     the cause of a {@link TransportException} of kind {@link Kind#IO}
   */
  <T> T run(Request<T> request) throws IOException {
    @Nullable T opened;
    try {
      // Within the same net: the parsers of the options are the provider's code as well.
      new AddressCheck(scheme.scheme(), address, side).run();
      opened = request.of(provider);
    } catch (IOException allowed) {
      throw allowed;
    } catch (Throwable broken) {
      // Throwable, because a provider can throw checked exceptions that no compiler saw.
      Fatal.rethrow(broken);
      throw brokeContract("threw " + Advice.reason(broken), broken);
    }
    if (opened == null) {
      throw brokeContract("returned null", null);
    }
    return opened;
  }

  private TransportException brokeContract(String how, @Nullable Throwable broken) {
    return new TransportException(
        Kind.IO,
        "transport provider %s broke its contract: %s '%s' %s"
            .formatted(
                scheme.provider(),
                side == Side.CONNECT ? "connecting to" : "listening on",
                address,
                how),
        broken instanceof LinkageError linkage
            ? Advice.onLinkage(scheme.origin(), linkage)
            : "report it to the author of the transport",
        broken);
  }
}
