package dev.sluice.transport.socket.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate with its key.
 *
 * @param key the key
 * @param chain the certificate, then those of the authorities between
 */
public record Issued(PrivateKey key, List<X509Certificate> chain) {
  /** Returns the certificate. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /**
   * Writes both, the key for its user alone.
   *
   * @param side {@code server} or {@code client}
   */
  public Issued write(Path folder, String side) throws IOException {
    PemFiles.write(folder.resolve(side + "-cert.pem"), chain.toArray(X509Certificate[]::new));
    PemFiles.write(folder.resolve(side + "-key.pem"), "PRIVATE KEY", key.getEncoded());
    return this;
  }
}
