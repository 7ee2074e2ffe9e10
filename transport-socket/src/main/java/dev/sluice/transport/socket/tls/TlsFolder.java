package dev.sluice.transport.socket.tls;

import com.google.common.collect.Sets;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.socket.system.Descriptors;
import dev.sluice.transport.socket.system.SystemWords;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder of certificates in the layout of QEMU and libvirt, seen by one side.
 *
 * @param path of the folder
 * @param role which side
 */
record TlsFolder(Path path, Role role) {
  private static final String AUTHORITIES = "ca-cert.pem";
  private static final String REVOCATIONS = "ca-crl.pem";

  private static final Set<PosixFilePermission> OF_OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private static final String HOW_TO_MAKE = "docs/tls.md shows how to make the files with openssl";

  Path certificateFile() {
    return path.resolve(role.certificateFile());
  }

  Path keyFile() {
    return path.resolve(role.keyFile());
  }

  Path authoritiesFile() {
    return path.resolve(AUTHORITIES);
  }

  private Path revocationsFile() {
    return path.resolve(REVOCATIONS);
  }

  /**
   * Returns what tells whether the files are still those that were read: the time of the last
   * change counts a new mode too, and the number of the file one that was put in its place.
   */
  List<Map<String, Object>> stamps() {
    List<Map<String, Object>> stamps = new ArrayList<>();
    for (Path file : List.of(authoritiesFile(), certificateFile(), keyFile(), revocationsFile())) {
      try {
        stamps.add(Files.readAttributes(file, "unix:dev,ino,size,ctime"));
      } catch (IOException absent) {
        stamps.add(Map.of());
      }
    }
    return stamps;
  }

  /**
   * Reads the files.
   *
   * @throws TransportException naming the file: of kind IDENTITY if one is absent, is not what it
   *     should be, or can be read by too many; of kind LIMIT if there is no descriptor to read it
   */
  Credentials read() throws TransportException {
    List<X509Certificate> authorities = certificates(authoritiesFile());
    List<X509Certificate> chain = certificates(certificateFile());
    PrivateKey key = key();
    if (!KeyMatch.holds(chain.getFirst(), key)) {
      throw failure(
          keyFile() + " is not the key of the certificate in " + certificateFile(),
          "put the two files there that were made together",
          null);
    }
    return new Credentials(this, key, chain, authorities, revocations(authorities)).requireValid();
  }

  private List<X509Certificate> certificates(Path file) throws TransportException {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Pem.Block block : Pem.blocks(contents(file))) {
        if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
          certificates.add(
              (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
        }
      }
    } catch (CertificateException | IllegalArgumentException malformed) {
      throw failure(file + " holds a certificate that cannot be read", HOW_TO_MAKE, malformed);
    }
    if (certificates.isEmpty()) {
      throw failure(file + " holds no certificate in PEM form", HOW_TO_MAKE, null);
    }
    return List.copyOf(certificates);
  }

  private PrivateKey key() throws TransportException {
    Path file = keyFile();
    byte[] contents = contents(file);
    requirePrivate(file);
    Pem.Block block =
        Pem.blocks(contents).stream()
            .filter(each -> each.label().endsWith("PRIVATE KEY"))
            .findFirst()
            .orElseThrow(() -> failure(file + " holds no key in PEM form", HOW_TO_MAKE, null));
    if (block.isEncrypted()) {
      throw failure(
          file + " is encrypted, and there is nobody to ask for its password",
          "decrypt it with openssl pkey -in OLD -out NEW, and let only its user read it",
          null);
    }
    try {
      return PrivateKeys.read(block.label(), block.der());
    } catch (IllegalArgumentException malformed) {
      throw failure(file + " holds a key that cannot be read", HOW_TO_MAKE, malformed);
    }
  }

  private static void requirePrivate(Path file) throws TransportException {
    Set<PosixFilePermission> permissions = permissions(file);
    if (!Sets.intersection(permissions, OF_OTHERS).isEmpty()) {
      throw failure(
          file
              + " can be read or written by others than its user ("
              + PosixFilePermissions.toString(permissions)
              + ")",
          "a key is its user's alone: chmod 600 " + file,
          null);
    }
  }

  private static Set<PosixFilePermission> permissions(Path file) throws TransportException {
    try {
      return Files.getPosixFilePermissions(file);
    } catch (IOException unreadable) {
      throw unreadable(file, unreadable);
    }
  }

  private List<X509CRL> revocations(List<X509Certificate> authorities) throws TransportException {
    Path file = revocationsFile();
    if (Files.notExists(file)) {
      return List.of();
    }
    List<X509CRL> lists = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Pem.Block block : Pem.blocks(contents(file))) {
        if (block.label().equals("X509 CRL")) {
          lists.add((X509CRL) factory.generateCRL(new ByteArrayInputStream(block.der())));
        }
      }
    } catch (GeneralSecurityException | IllegalArgumentException malformed) {
      throw failure(file + " holds a list that cannot be read", HOW_TO_MAKE, malformed);
    }
    if (lists.isEmpty()) {
      throw failure(file + " holds no revocation list in PEM form", "remove it", null);
    }
    for (X509CRL list : lists) {
      if (!isSignedByOneOf(authorities, list)) {
        throw failure(
            file + " holds a list that none of " + authoritiesFile() + " signed",
            "make it with the key of the authority that the certificates are of",
            null);
      }
    }
    return List.copyOf(lists);
  }

  private static boolean isSignedByOneOf(List<X509Certificate> authorities, X509CRL list) {
    for (X509Certificate authority : authorities) {
      try {
        list.verify(authority.getPublicKey());
        return true;
      } catch (GeneralSecurityException another) {
        // The next one.
      }
    }
    return false;
  }

  void requireValid(X509Certificate certificate) throws TransportException {
    String what = certificateFile() + " (" + Subjects.subject(certificate) + ")";
    try {
      certificate.checkValidity();
    } catch (CertificateExpiredException expired) {
      throw failure(
          what + " expired at " + certificate.getNotAfter().toInstant(),
          "put a new certificate there"
              + (role == Role.SERVER ? "; running listeners read it by themselves" : ""),
          expired);
    } catch (CertificateNotYetValidException early) {
      throw failure(
          what + " is valid only from " + certificate.getNotBefore().toInstant(),
          "check the clock of this machine",
          early);
    }
  }

  /** Where a file may be read and yet is not, it may be for want of a descriptor, for a moment. */
  private static byte[] contents(Path file) throws TransportException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException absent) {
      throw failure("there is no " + file, HOW_TO_MAKE, absent);
    } catch (IOException failure) {
      if (!Files.isReadable(file)) {
        throw unreadable(file, failure);
      }
      Descriptors.require(1, "reading " + file);
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException again) {
      throw unreadable(file, again);
    }
  }

  private static TransportException unreadable(Path file, IOException failure) {
    return failure(
        file + " cannot be read: " + SystemWords.of(failure),
        "let the user of this process read it",
        failure);
  }

  private static TransportException failure(
      String message, String hint, @Nullable Exception cause) {
    return new TransportException(Kind.IDENTITY, message, hint, cause);
  }
}
