package dev.sluice.transport.socket.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that issues certificates, made in the test. */
public final class Authority {
  private static final Duration DAY = Duration.ofDays(1);

  private final X509Certificate certificate;
  private final KeyPair keys;

  /** From this one's certificate to that below the root; empty for a root. */
  private final List<X509Certificate> chain;

  private Authority(X509Certificate certificate, KeyPair keys, List<X509Certificate> chain) {
    this.certificate = certificate;
    this.keys = keys;
    this.chain = chain;
  }

  /**
   * Returns a root.
   *
   * @param name such as {@code CN=Root}
   */
  public static Authority root(String name) {
    KeyPair keys = ellipticKeys();
    return new Authority(
        authority(name, keys.getPublic(), new X500Name(name), keys), keys, List.of());
  }

  /** Returns one whose time is over; what it issues is valid now all the same. */
  public static Authority expiredRoot(String name) {
    KeyPair keys = ellipticKeys();
    Instant now = Instant.now();
    return new Authority(
        authority(
            name,
            keys.getPublic(),
            new X500Name(name),
            keys,
            now.minus(DAY.multipliedBy(2)),
            now.minus(DAY)),
        keys,
        List.of());
  }

  /**
   * Returns one that this one has signed.
   *
   * @param name such as {@code CN=Below}
   */
  public Authority below(String name) {
    KeyPair own = ellipticKeys();
    X509Certificate signed = authority(name, own.getPublic(), subject(), keys);
    List<X509Certificate> longer = new ArrayList<>(List.of(signed));
    longer.addAll(chain);
    return new Authority(signed, own, longer);
  }

  /** Returns its own certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** As it is encoded: the order of its parts counts. */
  private X500Name subject() {
    return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
  }

  /** Returns keys of an elliptic curve. */
  public static KeyPair ellipticKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException missing) {
      throw new AssertionError(missing);
    }
  }

  /**
   * Returns a certificate that is valid now.
   *
   * @param subject such as {@code CN=a}
   * @param hosts names and addresses that it is for
   */
  public Issued issue(String subject, String... hosts) {
    return issue(subject, ellipticKeys(), Instant.now().minus(DAY), Instant.now().plus(DAY), hosts);
  }

  /** Returns one that is not valid any more. */
  public Issued issueExpired(String subject, String... hosts) {
    Instant now = Instant.now();
    return issue(subject, ellipticKeys(), now.minus(DAY.multipliedBy(2)), now.minus(DAY), hosts);
  }

  /** Returns one that is not valid yet. */
  public Issued issueEarly(String subject, String... hosts) {
    Instant now = Instant.now();
    return issue(subject, ellipticKeys(), now.plus(DAY), now.plus(DAY.multipliedBy(2)), hosts);
  }

  /** Returns one for keys that are there already. */
  public Issued issue(String subject, KeyPair owner, Instant from, Instant until, String... hosts) {
    try {
      JcaX509v3CertificateBuilder builder =
          builder(subject, owner.getPublic(), subject(), from, until);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      if (hosts.length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, false, names(hosts));
      }
      List<X509Certificate> all = new ArrayList<>(List.of(signed(builder, keys)));
      all.addAll(chain);
      return new Issued(owner.getPrivate(), all);
    } catch (CertIOException failed) {
      throw new AssertionError(failed);
    }
  }

  private static GeneralNames names(String... hosts) {
    GeneralName[] names = new GeneralName[hosts.length];
    for (int i = 0; i < hosts.length; i++) {
      boolean isAddress = hosts[i].contains(":") || Character.isDigit(hosts[i].charAt(0));
      names[i] =
          isAddress
              ? new GeneralName(
                  GeneralName.iPAddress, InetAddress.ofLiteral(hosts[i]).getHostAddress())
              : new GeneralName(GeneralName.dNSName, hosts[i]);
    }
    return new GeneralNames(names);
  }

  private static X509Certificate authority(
      String name, PublicKey key, X500Name issuer, KeyPair signer) {
    Instant now = Instant.now();
    return authority(name, key, issuer, signer, now.minus(DAY), now.plus(DAY));
  }

  private static X509Certificate authority(
      String name, PublicKey key, X500Name issuer, KeyPair signer, Instant from, Instant until) {
    try {
      JcaX509v3CertificateBuilder builder = builder(name, key, issuer, from, until);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      return signed(builder, signer);
    } catch (CertIOException failed) {
      throw new AssertionError(failed);
    }
  }

  @SuppressWarnings("JavaUtilDate") // what the library takes
  private static JcaX509v3CertificateBuilder builder(
      String subject, PublicKey key, X500Name issuer, Instant from, Instant until) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(64, new SecureRandom()),
        Date.from(from),
        Date.from(until),
        new X500Name(subject),
        key);
  }

  private static X509Certificate signed(JcaX509v3CertificateBuilder builder, KeyPair signer) {
    try {
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer(signer)));
    } catch (GeneralSecurityException failed) {
      throw new AssertionError(failed);
    }
  }

  private static ContentSigner signer(KeyPair signer) {
    try {
      return new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate());
    } catch (OperatorCreationException failed) {
      throw new AssertionError(failed);
    }
  }

  /**
   * Returns a list of certificates that are not to be believed any more.
   *
   * @param nextUpdate when the list itself is out of date
   */
  @SuppressWarnings("JavaUtilDate") // what the library takes
  public X509CRL revoke(Instant nextUpdate, X509Certificate... revoked) {
    try {
      JcaX509v2CRLBuilder builder =
          new JcaX509v2CRLBuilder(
              certificate.getSubjectX500Principal(), Date.from(Instant.now().minus(DAY)));
      builder.setNextUpdate(Date.from(nextUpdate));
      for (X509Certificate each : revoked) {
        builder.addCRLEntry(
            each.getSerialNumber(), Date.from(Instant.now()), CRLReason.keyCompromise);
      }
      return new JcaX509CRLConverter().getCRL(builder.build(signer(keys)));
    } catch (GeneralSecurityException failed) {
      throw new AssertionError(failed);
    }
  }

  /**
   * Makes a folder that serves both sides of a connection of this machine.
   *
   * @param folder where to make it
   */
  public Path fill(Path folder) throws IOException {
    Files.createDirectories(folder);
    PemFiles.write(folder.resolve("ca-cert.pem"), certificate);
    issue("CN=server", "localhost", "127.0.0.1", "::1").write(folder, "server");
    issue("CN=client").write(folder, "client");
    return folder;
  }

  /** Makes such a folder with authorities of its own. */
  public static Path fresh() throws IOException {
    Path folder = Files.createTempDirectory("tls");
    folder.toFile().deleteOnExit();
    return root("CN=Root").fill(folder);
  }
}
