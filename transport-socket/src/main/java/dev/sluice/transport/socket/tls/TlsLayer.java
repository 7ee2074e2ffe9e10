package dev.sluice.transport.socket.tls;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.TransportContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Puts TLS on connected channels, in the way that one address says.
 *
 * <h2>Threading</h2>
 *
 * Safe for any thread.
 */
public final class TlsLayer {
  /** Where the certificates of the next connection come from. */
  @FunctionalInterface
  private interface Source {
    Credentials current() throws TransportException;
  }

  private final TlsOptions options;
  private final Source source;
  private final Optional<String> peerName;
  private final TlsTimes times;

  private TlsLayer(TlsOptions options, Source source, Optional<String> peerName, TlsTimes times) {
    this.options = options;
    this.source = source;
    this.peerName = peerName;
    this.times = times;
  }

  /**
   * Returns what a side that connects needs; the certificates are read now.
   *
   * @param address may turn TLS on
   * @param host the name that the peer's certificate has to be for unless the address names
   *     another; empty: the address has none
   * @param linger how long the orderly end may take
   * @param context gives the time for the hand-shake
   * @return empty: no TLS
   * @throws TransportException of kind ADDRESS for options that do not fit together, IDENTITY for
   *     certificates that cannot be used, LIMIT if there is no descriptor to read them with
   */
  public static Optional<TlsLayer> toConnect(
      TransportAddress address, Optional<String> host, Duration linger, TransportContext context)
      throws TransportException {
    Optional<TlsOptions> options = TlsOptions.in(address);
    if (options.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> name = options.get().hostname().or(() -> host);
    if (name.isEmpty() && options.get().pin().isEmpty()) {
      throw new TransportException(
          Kind.ADDRESS,
          "'" + address + "' does not say who has to be at the other end",
          "a path is no name: add tls-hostname=NAME, which the certificate there is for, or its"
              + " tls-pin=SHA256",
          null);
    }
    Credentials own = new TlsFolder(options.get().folder(), Role.CLIENT).read();
    return Optional.of(
        new TlsLayer(
            options.get(), () -> own, name, new TlsTimes(context.handshakeTimeout(), linger)));
  }

  /**
   * Looks at what {@link #toConnect} would refuse, and prepares the JDK for connections.
   *
   * @throws TransportException as {@link #toConnect}
   */
  public static void checkConnect(
      TransportAddress address, Optional<String> host, Duration linger, TransportContext context)
      throws TransportException {
    Optional<TlsLayer> layer = toConnect(address, host, linger, context);
    if (layer.isPresent()) {
      Preparation.run(layer.get().source.current());
    }
  }

  /**
   * Returns what a side that listens needs; the certificates are read now, and again when they have
   * changed.
   *
   * @param address may turn TLS on
   * @param linger how long the orderly end may take
   * @param context gives the time for the hand-shake, and the logger
   * @return empty: no TLS
   * @throws TransportException as {@link #toConnect}
   */
  public static Optional<TlsLayer> toListen(
      TransportAddress address, Duration linger, TransportContext context)
      throws TransportException {
    Optional<TlsOptions> options = TlsOptions.in(address);
    if (options.isEmpty()) {
      return Optional.empty();
    }
    CredentialSource source =
        CredentialSource.of(new TlsFolder(options.get().folder(), Role.SERVER), context.logger());
    Preparation.run(source.current());
    return Optional.of(
        new TlsLayer(
            options.get(),
            source::current,
            Optional.empty(),
            new TlsTimes(context.handshakeTimeout(), linger)));
  }

  /**
   * Returns a channel over one that has connected, with the hand-shake done.
   *
   * @param channel becomes the new one's; aborted where this throws
   * @throws IOException if the hand-shake fails
   */
  public TransportChannel connected(TransportChannel channel) throws IOException {
    TransportChannel secured = over(channel);
    secured.establish();
    return secured;
  }

  /**
   * Returns a channel over one that was accepted, with the hand-shake to come.
   *
   * @param channel becomes the new one's
   */
  public TransportChannel accepted(TransportChannel channel) {
    return over(channel);
  }

  private TransportChannel over(TransportChannel channel) {
    return new TlsChannel(
        channel,
        () ->
            TlsSession.of(
                new PeerCheck(source.current(), channel.info().name(), peerName, options.pin())),
        times,
        options.closeNotify());
  }
}
