package dev.sluice.transport.socket.tls;

import dev.sluice.api.TransportException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a peer is believed, for one connection: the JDK looks at the chain, the dates and
 * the name, then come the revocations and the pin. Keeps the reason in words where it is not,
 * because the JDK's own text names neither file nor subject.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager chains;
  private final PeerCheck check;
  private volatile @Nullable TransportException refusal;

  private PeerTrust(X509ExtendedTrustManager chains, PeerCheck check) {
    this.chains = chains;
    this.check = check;
  }

  static PeerTrust of(PeerCheck check) throws GeneralSecurityException {
    return new PeerTrust(chainsTo(check.own()), check);
  }

  private static X509ExtendedTrustManager chainsTo(Credentials own)
      throws GeneralSecurityException {
    Set<TrustAnchor> anchors =
        own.authorities().stream()
            .map(authority -> new TrustAnchor(authority, null))
            .collect(Collectors.toSet());
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
    // The JDK's own check would ask servers on the network; ours looks into the folder.
    parameters.setRevocationEnabled(false);
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(new CertPathTrustManagerParameters(parameters));
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  /** Returns why the peer was not believed; empty: it was, or was not asked for. */
  Optional<TransportException> refusal() {
    return Optional.ofNullable(refusal);
  }

  @Override
  public void checkClientTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    decide(
        chain,
        () -> chains.checkClientTrusted(chain, authType, engine),
        () -> chains.checkClientTrusted(chain, authType));
  }

  @Override
  public void checkServerTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    decide(
        chain,
        () -> chains.checkServerTrusted(chain, authType, engine),
        () -> chains.checkServerTrusted(chain, authType));
  }

  /** A look at a chain. */
  @FunctionalInterface
  private interface Look {
    void run() throws CertificateException;
  }

  private void decide(X509Certificate[] chain, Look all, Look withoutName)
      throws CertificateException {
    try {
      all.run();
    } catch (CertificateException refused) {
      refusal = check.explain(chain, refused, passes(withoutName));
      throw refused;
    }
    Optional<TransportException> more = check.refusalOf(chain);
    if (more.isPresent()) {
      refusal = more.get();
      throw new CertificateException(more.get().getMessage(), more.get());
    }
  }

  private static boolean passes(Look look) {
    try {
      look.run();
      return true;
    } catch (CertificateException refused) {
      return false;
    }
  }

  /** Looks at this side's own chain; see {@link TlsSession#rehearse}. */
  void rehearse() {
    boolean _ =
        passes(
            () ->
                chains.checkClientTrusted(
                    check.own().chain().toArray(X509Certificate[]::new), "UNKNOWN"));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw withoutEngine();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw withoutEngine();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    throw withoutEngine();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    throw withoutEngine();
  }

  /** The name to check belongs to an engine. */
  private static CertificateException withoutEngine() {
    return new CertificateException("only peers of an SSLEngine are judged here");
  }

  /**
   * Names none in the request for a certificate: a client, such as QEMU's, shows the one that it
   * has, and is told what is wrong with that, where it would otherwise show none.
   */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
