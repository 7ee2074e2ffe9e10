package dev.sluice.transport.socket.tls;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.Option;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an address says about TLS.
 *
 * @param folder where the certificates are
 * @param hostname the name that the peer's certificate has to be for; empty: not given
 * @param pin the peer's certificate; empty: any that the authorities signed
 * @param closeNotify whether the end of a stream is one that TLS itself tells
 */
public record TlsOptions(
    Path folder, Optional<String> hostname, Optional<Pin> pin, boolean closeNotify) {
  /** Whether to use TLS. */
  public static final Option<Boolean> TLS =
      Option.flag(
          "tls", false, "TLS 1.3 with certificates on both sides, from the folder tls-dir=.");

  /** Where the certificates are. */
  public static final Option<String> DIR =
      Option.of(
          "tls-dir",
          "folder",
          "",
          text -> text,
          "The folder, as QEMU and libvirt have it: ca-cert.pem; server-cert.pem and server-key.pem"
              + " to listen; client-cert.pem and client-key.pem to connect; ca-crl.pem if some are"
              + " revoked. Read anew for each connection.");

  /** The name in the certificate of the side that listens. */
  public static final Option<String> HOSTNAME =
      Option.of(
              "tls-hostname",
              "name",
              "",
              text -> text,
              "The name that the certificate of the listening side has to be for, if that is not"
                  + " the host that is connected to.")
          .whenConnecting();

  /** The certificate of the peer. */
  public static final Option<String> PIN =
      Option.of(
          "tls-pin",
          "SHA-256",
          "",
          TlsOptions::parsePin,
          "The one certificate that the peer may have, besides all other checks: the fingerprint"
              + " that openssl x509 -noout -fingerprint -sha256 prints.");

  /** Whether TLS itself tells the end. */
  public static final Option<Boolean> CLOSE_NOTIFY =
      Option.flag(
          "tls-close-notify",
          true,
          "off: the end of the connection is the end of the stream, as between two QEMUs, which"
              + " never send close_notify. Whoever sits between can then cut a stream off unseen:"
              + " only for streams that tell their own end, as QEMU's do.");

  private static final List<Option<?>> DEPENDENT = List.of(DIR, HOSTNAME, PIN, CLOSE_NOTIFY);

  private static String parsePin(String text) {
    return text.isEmpty() ? text : Pin.parse(text).toString();
  }

  /**
   * Reads the options of an address.
   *
   * @param address where to look
   * @return empty: no TLS
   * @throws TransportException of kind ADDRESS if they do not fit together
   */
  public static Optional<TlsOptions> in(TransportAddress address) throws TransportException {
    if (!TLS.in(address)) {
      for (Option<?> option : DEPENDENT) {
        if (address.option(option.key()).isPresent()) {
          throw wrong(
              "'" + address + "' has " + option.key() + "= but no TLS",
              "add tls=on, or leave out " + option.key() + "=");
        }
      }
      return Optional.empty();
    }
    Optional<String> pin = given(PIN, address);
    return Optional.of(
        new TlsOptions(
            folder(address),
            given(HOSTNAME, address),
            pin.map(Pin::parse),
            CLOSE_NOTIFY.in(address)));
  }

  private static Optional<String> given(Option<String> option, TransportAddress address)
      throws TransportException {
    return option.given(address).filter(text -> !text.isEmpty());
  }

  private static Path folder(TransportAddress address) throws TransportException {
    String folder =
        given(DIR, address)
            .orElseThrow(
                () ->
                    wrong(
                        "'" + address + "' has tls=on but no certificates",
                        "add tls-dir=DIR, the folder with ca-cert.pem and the others"));
    try {
      return Path.of(folder);
    } catch (InvalidPathException notOne) {
      throw wrong(
          "tls-dir= of '" + address + "' is not a path here: " + notOne.getReason(),
          "name the folder with ca-cert.pem and the others");
    }
  }

  private static TransportException wrong(String message, String hint) {
    return new TransportException(Kind.ADDRESS, message, hint, null);
  }
}
