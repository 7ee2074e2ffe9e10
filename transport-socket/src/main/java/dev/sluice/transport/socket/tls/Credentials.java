package dev.sluice.transport.socket.tls;

import dev.sluice.api.TransportException;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What one side shows, and whom it believes; immutable.
 *
 * @param files where it was read
 * @param key the key of the first certificate of the chain
 * @param chain this side's certificate, then those of the authorities between, as in its file
 * @param authorities those that are believed
 * @param revocations lists of certificates that are not believed any more
 */
record Credentials(
    TlsFolder files,
    PrivateKey key,
    List<X509Certificate> chain,
    List<X509Certificate> authorities,
    List<X509CRL> revocations) {

  /** Returns this side's own certificate. */
  X509Certificate certificate() {
    return chain.getFirst();
  }

  /**
   * Makes sure that this side's certificate is still valid: the peer would only say that it refuses
   * it.
   */
  Credentials requireValid() throws TransportException {
    files.requireValid(certificate());
    return this;
  }
}
