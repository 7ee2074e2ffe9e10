package dev.sluice.transport.socket.tls;

import com.google.common.base.Throwables;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom a connection is meant to lead to, and what to say where it leads to somebody else.
 *
 * @param own what this side believes
 * @param peer the other end, for messages
 * @param name what the peer's certificate has to be for; empty: its name does not matter
 * @param pin the one certificate it may have; empty: any
 */
record PeerCheck(Credentials own, String peer, Optional<String> name, Optional<Pin> pin) {

  /** Returns what the JDK does not look for: why a chain that it believes is not to be believed. */
  Optional<TransportException> refusalOf(X509Certificate[] chain) {
    return untimelyIn(chain, null)
        .or(() -> untimelyAuthorityOf(chain))
        .or(() -> revocationOf(chain))
        .or(() -> pinRefusalOf(chain[0]));
  }

  /** The JDK takes a certificate that stands among the authorities at any time. */
  private Optional<TransportException> untimelyIn(
      X509Certificate[] chain, @Nullable Exception refused) {
    Instant now = Instant.now();
    for (X509Certificate certificate : chain) {
      if (certificate.getNotAfter().toInstant().isBefore(now)) {
        return Optional.of(
            refusal(
                "the certificate of "
                    + of(certificate)
                    + " expired at "
                    + certificate.getNotAfter().toInstant(),
                "the peer needs a new certificate; check the clocks of both machines",
                refused));
      }
      if (certificate.getNotBefore().toInstant().isAfter(now)) {
        return Optional.of(
            refusal(
                "the certificate of "
                    + of(certificate)
                    + " is valid only from "
                    + certificate.getNotBefore().toInstant(),
                "check the clocks of both machines",
                refused));
      }
    }
    return Optional.empty();
  }

  /** Nor does it look at the dates of an authority. */
  private Optional<TransportException> untimelyAuthorityOf(X509Certificate[] chain) {
    List<X509Certificate> issuers =
        own.authorities().stream().filter(authority -> issuedAnyOf(authority, chain)).toList();
    return issuers.isEmpty() || issuers.stream().anyMatch(PeerCheck::isValidNow)
        ? Optional.empty()
        : Optional.of(
            refusal(
                "the certificate of "
                    + of(chain[0])
                    + " was issued by "
                    + Subjects.subject(issuers.getFirst())
                    + ", who is valid only from "
                    + issuers.getFirst().getNotBefore().toInstant()
                    + " to "
                    + issuers.getFirst().getNotAfter().toInstant(),
                "put a certificate of an authority that is valid into "
                    + own.files().authoritiesFile()
                    + ", on both sides; check the clocks of both machines",
                null));
  }

  private static boolean isValidNow(X509Certificate certificate) {
    try {
      certificate.checkValidity();
      return true;
    } catch (CertificateExpiredException | CertificateNotYetValidException untimely) {
      return false;
    }
  }

  private Optional<TransportException> revocationOf(X509Certificate[] chain) {
    Instant now = Instant.now();
    for (X509CRL list : own.revocations()) {
      for (X509Certificate certificate : chain) {
        if (!list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal())) {
          continue;
        }
        if (list.getNextUpdate() != null && list.getNextUpdate().toInstant().isBefore(now)) {
          return Optional.of(
              refusal(
                  "whether the certificate of "
                      + of(certificate)
                      + " was revoked is unknown: the"
                      + " list in "
                      + own.files().path()
                      + " was to be renewed by "
                      + list.getNextUpdate().toInstant(),
                  "put a new ca-crl.pem there",
                  null));
        }
        if (list.isRevoked(certificate)) {
          return Optional.of(
              refusal(
                  "the certificate of "
                      + of(certificate)
                      + " was revoked, as ca-crl.pem in "
                      + own.files().path()
                      + " says",
                  "the peer needs a new certificate",
                  null));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<TransportException> pinRefusalOf(X509Certificate certificate) {
    if (pin.isEmpty()) {
      return Optional.empty();
    }
    try {
      Pin actual = Pin.of(certificate);
      return actual.equals(pin.get())
          ? Optional.empty()
          : Optional.of(
              refusal(
                  "the certificate of "
                      + of(certificate)
                      + " is not the pinned one: its SHA-256 is "
                      + actual
                      + ", that of tls-pin= is "
                      + pin.get(),
                  "somebody sits between, or the peer has a new certificate: compare with openssl"
                      + " x509 -noout -fingerprint -sha256 on its machine",
                  null));
    } catch (CertificateEncodingException unreadable) {
      return Optional.of(
          refusal("the certificate of " + of(certificate) + " has no encoding", "", unreadable));
    }
  }

  /**
   * Returns in words why the JDK does not believe a chain.
   *
   * @param refused what the JDK said
   * @param nameOnly whether the chain would do for another name
   */
  TransportException explain(
      X509Certificate[] chain, CertificateException refused, boolean nameOnly) {
    Optional<TransportException> untimely = untimelyIn(chain, refused);
    if (untimely.isPresent()) {
      return untimely.get();
    }
    X509Certificate certificate = chain[0];
    if (nameOnly && name.isPresent()) {
      return refusal(
          "the certificate of "
              + of(certificate)
              + " is for "
              + Subjects.hosts(certificate)
              + ", not for "
              + name.get(),
          "connect to a name that it is for, or write that as tls-hostname=NAME",
          refused);
    }
    if (own.authorities().stream().noneMatch(authority -> issuedAnyOf(authority, chain))) {
      return refusal(
          "the certificate of "
              + of(certificate)
              + " was issued by "
              + Subjects.issuer(chain[chain.length - 1])
              + ", who is none of those in "
              + own.files().authoritiesFile(),
          "both sides need certificates of an authority that the other's ca-cert.pem holds; one of"
              + " the same name is another one if its key is another",
          refused);
    }
    return refusal(
        "the certificate of "
            + of(certificate)
            + " is refused: "
            + Throwables.getRootCause(refused).getMessage(),
        "compare it with what docs/tls.md says of certificates",
        refused);
  }

  private static boolean issuedAnyOf(X509Certificate authority, X509Certificate[] chain) {
    for (X509Certificate certificate : chain) {
      try {
        certificate.verify(authority.getPublicKey());
        return true;
      } catch (GeneralSecurityException another) {
        // The next one.
      }
    }
    return false;
  }

  private String of(X509Certificate certificate) {
    return peer + " (" + Subjects.subject(certificate) + ")";
  }

  private static TransportException refusal(
      String message, String hint, @Nullable Exception cause) {
    return new TransportException(Kind.IDENTITY, message, hint, cause);
  }
}
