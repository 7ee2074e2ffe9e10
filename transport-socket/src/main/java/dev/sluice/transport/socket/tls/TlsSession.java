package dev.sluice.transport.socket.tls;

import com.google.common.net.InetAddresses;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one connection, and its failures in words.
 *
 * <p>Each connection has a context of its own, so none is resumed from another: the certificates of
 * both sides are looked at each time.
 */
final class TlsSession {
  private static final String PROTOCOL = "TLSv1.3";

  /**
   * The JDK sends no tickets for sessions that live longer than the seven days of RFC 8446. A peer
   * that only writes, such as QEMU, would close its socket with the ticket unread, which resets the
   * connection, and the end of its stream would be lost.
   */
  private static final int NO_TICKETS_SECONDS = 7 * 24 * 60 * 60 + 1;

  private static final String ALERT = "Received fatal alert: ";

  /** What a peer says that does not like the certificate it was shown. */
  private static final Set<String> OWN_CERTIFICATE_REFUSED =
      Set.of(
          "access_denied",
          "bad_certificate",
          "certificate_expired",
          "certificate_required",
          "certificate_revoked",
          "certificate_unknown",
          "unknown_ca",
          "unsupported_certificate");

  private static final Set<String> NOT_AGREED =
      Set.of(
          "handshake_failure",
          "insufficient_security",
          "no_application_protocol",
          "protocol_version",
          "unrecognized_name");

  private final PeerCheck check;
  private final PeerTrust trust;
  private final SSLEngine engine;

  private TlsSession(PeerCheck check, PeerTrust trust, SSLEngine engine) {
    this.check = check;
    this.trust = trust;
    this.engine = engine;
  }

  /**
   * Prepares a connection.
   *
   * @param check who the peer has to be
   * @throws TransportException if this JDK cannot do what is needed
   */
  static TlsSession of(PeerCheck check) throws TransportException {
    try {
      PeerTrust trust = PeerTrust.of(check);
      SSLContext context = SSLContext.getInstance(PROTOCOL);
      context.init(new KeyManager[] {new OwnKey(check.own())}, new TrustManager[] {trust}, null);
      context.getServerSessionContext().setSessionTimeout(NO_TICKETS_SECONDS);
      boolean isClient = check.own().files().role() == Role.CLIENT;
      SSLEngine engine =
          isClient && check.name().isPresent()
              ? context.createSSLEngine(check.name().get(), 0)
              : context.createSSLEngine();
      engine.setUseClientMode(isClient);
      engine.setSSLParameters(parameters(check, isClient));
      return new TlsSession(check, trust, engine);
    } catch (GeneralSecurityException missing) {
      throw new TransportException(
          Kind.IDENTITY, "this Java cannot do TLS 1.3: " + missing.getMessage(), missing);
    }
  }

  /**
   * Prepares a connection that is never made, and looks at this side's own certificates as if a
   * peer showed them, whatever comes of it.
   *
   * @throws TransportException as {@link #of}
   */
  static void rehearse(PeerCheck check) throws TransportException {
    of(check).trust.rehearse();
  }

  private static SSLParameters parameters(PeerCheck check, boolean isClient) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {PROTOCOL});
    if (!isClient) {
      parameters.setNeedClientAuth(true);
    } else if (check.name().isPresent()) {
      String name = check.name().get();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      if (!InetAddresses.isInetAddress(name) && isHostName(name)) {
        parameters.setServerNames(List.of(new SNIHostName(name)));
      }
    }
    return parameters;
  }

  /** What is none cannot be asked for; the check of the certificate then refuses it in words. */
  private static boolean isHostName(String name) {
    try {
      return !new SNIHostName(name).getAsciiName().isEmpty();
    } catch (IllegalArgumentException notOne) {
      return false;
    }
  }

  SSLEngine engine() {
    return engine;
  }

  /** Returns the peer, for messages. */
  String peer() {
    return check.peer();
  }

  /**
   * Returns the protection of an established connection, such as {@code TLSv1.3 ..., peer CN=a}.
   */
  String security() {
    SSLSession session = engine.getSession();
    String text = session.getProtocol() + " " + session.getCipherSuite();
    try {
      X509Certificate peer = (X509Certificate) session.getPeerCertificates()[0];
      return text + ", peer " + Subjects.subject(peer);
    } catch (SSLPeerUnverifiedException never) {
      return text;
    }
  }

  /** Returns what to say of a failed hand-shake. */
  TransportException refused(SSLException failure) {
    if (trust.refusal().isPresent()) {
      TransportException refusal = trust.refusal().get();
      refusal.addSuppressed(failure);
      return refusal;
    }
    String alert = alertIn(failure);
    if (!alert.isEmpty()) {
      return refusedByPeer(alert, failure);
    }
    String detail = String.valueOf(failure.getMessage());
    if (detail.contains("Empty client certificate chain")) {
      return identity(
          peer() + " showed no certificate",
          "the side that connects needs client-cert.pem and client-key.pem",
          failure);
    }
    return identity(
        "no TLS 1.3 could be agreed with " + peer() + ": " + detail,
        "both sides need TLS 1.3 and certificates of each other's authority",
        failure);
  }

  private TransportException refusedByPeer(String alert, SSLException failure) {
    return OWN_CERTIFICATE_REFUSED.contains(alert)
        ? identity(
            peer()
                + " refused our certificate "
                + check.own().files().certificateFile()
                + " ("
                + Subjects.subject(check.own().certificate())
                + "): "
                + alert,
            "see the peer's own messages; its ca-cert.pem has to hold the authority of ours, "
                + Subjects.issuer(check.own().certificate())
                + ", and the name or the pin that it asks for has to be that of ours",
            failure)
        : identity(
            peer() + " refused the TLS hand-shake: " + alert,
            "both sides need TLS 1.3; see the peer's own messages",
            failure);
  }

  /**
   * Returns what to say of a failure behind the hand-shake. In TLS 1.3 the side that connects
   * learns only there that its certificate was refused.
   */
  TransportException broken(SSLException failure) {
    String alert = alertIn(failure);
    if (OWN_CERTIFICATE_REFUSED.contains(alert) || NOT_AGREED.contains(alert)) {
      return refusedByPeer(alert, failure);
    }
    return alert.isEmpty()
        ? new TransportException(
            Kind.IO,
            "what " + peer() + " sent cannot be decrypted: " + failure.getMessage(),
            "something between changed it",
            failure)
        : new TransportException(
            Kind.RESET,
            peer() + " ended the TLS connection: " + alert,
            "see the peer's own messages for why it gave up",
            failure);
  }

  private static String alertIn(SSLException failure) {
    String message = String.valueOf(failure.getMessage());
    int at = message.indexOf(ALERT);
    return at < 0 ? "" : message.substring(at + ALERT.length()).trim();
  }

  private static TransportException identity(String message, String hint, SSLException cause) {
    return new TransportException(Kind.IDENTITY, message, hint, cause);
  }

  /** Returns that the stream ended without TLS saying so. */
  TransportException truncated() {
    return withoutCloseNotify("the stream is cut off", null);
  }

  /**
   * Returns that it did while this side waited for the peer to read everything.
   *
   * @param cut what a reader would be told
   */
  TransportException unconfirmed(TransportException cut) {
    return withoutCloseNotify("whether it read everything is unknown", cut);
  }

  private TransportException withoutCloseNotify(
      String consequence, @Nullable TransportException cause) {
    return new TransportException(
        Kind.TRUNCATED,
        peer() + " ended the connection without TLS's close_notify: " + consequence,
        "see the peer's own messages; if it never sends one, as QEMU, and its streams tell their"
            + " own end, add tls-close-notify=off",
        cause);
  }
}
