package dev.sluice.transport.socket.tls;

import com.google.common.base.CharMatcher;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/** Certificates in words, for messages. */
final class Subjects {
  // The types of RFC 5280's GeneralName that a host name can be.
  private static final Set<Integer> DNS_OR_ADDRESS = Set.of(2, 7);

  private Subjects() {}

  /** Returns the subject; a certificate may come from anybody, so nothing of it moves a cursor. */
  static String subject(X509Certificate certificate) {
    return printable(certificate.getSubjectX500Principal());
  }

  static String issuer(X509Certificate certificate) {
    return printable(certificate.getIssuerX500Principal());
  }

  private static String printable(X500Principal name) {
    String text = printable(name.getName());
    return text.isEmpty() ? "(no subject)" : text;
  }

  private static String printable(String text) {
    return CharMatcher.javaIsoControl().replaceFrom(text, '?');
  }

  /** Returns the host names and addresses that a certificate is for. */
  static String hosts(X509Certificate certificate) {
    List<String> names =
        alternatives(certificate).stream()
            .filter(name -> DNS_OR_ADDRESS.contains((Integer) name.get(0)))
            .map(name -> printable(name.get(1).toString()))
            .toList();
    return names.isEmpty() ? "no host by name" : String.join(", ", names);
  }

  private static Collection<List<?>> alternatives(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException unreadable) {
      return List.of();
    }
  }
}
