package dev.sluice.transport.socket.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may lie in a folder of certificates, and what is said of the rest. */
@Timeout(30)
class TlsFolderTest {
  @TempDir Path folder;

  private final Authority authority = Authority.root("CN=Root");

  @BeforeEach
  void fill() throws IOException {
    authority.fill(folder);
  }

  private Credentials read() throws TransportException {
    return new TlsFolder(folder, Role.SERVER).read();
  }

  private TransportException failure() {
    TransportException failure = assertThrows(TransportException.class, this::read);
    assertEquals(Kind.IDENTITY, failure.kind());
    assertTrue(failure.hint().isPresent(), failure::toString);
    return failure;
  }

  private void requireFailure(String... words) {
    String text = String.valueOf(failure().getMessage());
    for (String word : words) {
      assertTrue(text.contains(word), () -> "'" + word + "' is not in: " + text);
    }
  }

  private Issued issue(KeyPair keys) {
    Instant now = Instant.now();
    Duration day = Duration.ofDays(1);
    return authority.issue("CN=server", keys, now.minus(day), now.plus(day), "localhost");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca-cert.pem", "server-cert.pem", "server-key.pem"})
  void fileThatIsMissing_isNamed(String name) throws Exception {
    Files.delete(folder.resolve(name));
    requireFailure("there is no " + folder.resolve(name));
  }

  /** Only those of one side are needed. */
  @Test
  void filesOfTheOtherSide_areNotLookedFor() throws Exception {
    Files.delete(folder.resolve("client-cert.pem"));
    Files.delete(folder.resolve("client-key.pem"));
    assertEquals(1, read().chain().size());
  }

  @ParameterizedTest
  @CsvSource({
    "ca-cert.pem, holds no certificate",
    "server-cert.pem, holds no certificate",
    "server-key.pem, holds no key"
  })
  void fileOfSomethingElse_isNamed(String name, String what) throws Exception {
    PemFiles.write(folder.resolve(name), "Nothing that concerns us\n");
    requireFailure(folder.resolve(name) + " " + what);
  }

  @Test
  void certificateThatIsCut_isNamed() throws Exception {
    PemFiles.write(folder.resolve("ca-cert.pem"), "CERTIFICATE", new byte[] {48, 3, 2});
    requireFailure(folder.resolve("ca-cert.pem").toString(), "cannot be read");
    PemFiles.write(folder.resolve("ca-cert.pem"), PemFiles.block("CERTIFICATE", new byte[0]));
    requireFailure(folder.resolve("ca-cert.pem").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"})
  void keyThatIsNone_isNamed(String label) throws Exception {
    PemFiles.write(folder.resolve("server-key.pem"), label, new byte[] {48, 1, 7});
    requireFailure(folder.resolve("server-key.pem").toString(), "cannot be read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw----r--", "rw--w----", "rw-rw-rw-", "rwx--x---"})
  void keyOfMoreThanItsUser_isRefused(String permissions) throws Exception {
    Path key = folder.resolve("server-key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(permissions));
    requireFailure(key.toString(), permissions);
  }

  @Test
  void keyOfAnotherCertificate_isRefused() throws Exception {
    PemFiles.write(
        folder.resolve("server-key.pem"),
        "PRIVATE KEY",
        Authority.ellipticKeys().getPrivate().getEncoded());
    requireFailure("server-key.pem is not the key of", "server-cert.pem");
    KeyPair rsa = generate("RSA", 2048);
    PemFiles.write(folder.resolve("server-key.pem"), "PRIVATE KEY", rsa.getPrivate().getEncoded());
    requireFailure("server-key.pem is not the key of");
  }

  @Test
  void keyThatIsEncrypted_isRefused() throws Exception {
    Path key = folder.resolve("server-key.pem");
    PemFiles.write(key, "ENCRYPTED PRIVATE KEY", new byte[] {1});
    requireFailure(key.toString(), "encrypted");
    PemFiles.write(
        key,
        """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-256-CBC,00

        AA==
        -----END RSA PRIVATE KEY-----
        """);
    requireFailure(key.toString(), "encrypted");
  }

  private static KeyPair generate(String algorithm, int size) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (size > 0) {
      generator.initialize(size);
    }
    return generator.generateKeyPair();
  }

  @ParameterizedTest
  @CsvSource({"RSA, 2048", "EC, 256", "EC, 384", "EC, 521", "Ed25519, 0", "RSASSA-PSS, 2048"})
  void keysOfPkcs8_areRead(String algorithm, int size) throws Exception {
    Issued issued = issue(generate(algorithm, size)).write(folder, "server");
    assertEquals(issued.key(), read().key());
  }

  /** As {@code openssl genrsa -traditional} writes them. */
  @Test
  void keysOfPkcs1_areRead() throws Exception {
    Issued issued = issue(generate("RSA", 3072)).write(folder, "server");
    PemFiles.write(folder.resolve("server-key.pem"), "RSA PRIVATE KEY", inner(issued.key()));
    assertEquals(issued.key(), read().key());
  }

  /** As {@code openssl ecparam -genkey} writes them: the curve twice, and text around. */
  @ParameterizedTest
  @ValueSource(ints = {256, 384, 521})
  void keysOfSec1_areRead(int size) throws Exception {
    Issued issued = issue(generate("EC", size)).write(folder, "server");
    PrivateKeyInfo info = PrivateKeyInfo.getInstance(issued.key().getEncoded());
    byte[] curve = info.getPrivateKeyAlgorithm().getParameters().toASN1Primitive().getEncoded();
    byte[] bits = ((ECPrivateKey) issued.key()).getS().toByteArray();
    byte[] key = new byte[(size + 7) / 8];
    int length = Math.min(key.length, bits.length);
    System.arraycopy(bits, bits.length - length, key, key.length - length, length);
    byte[] sec1 =
        Der.element(
            Der.SEQUENCE,
            Der.element(Der.INTEGER, new byte[] {1}),
            Der.element(Der.OCTET_STRING, key),
            Der.element(Der.TAGGED_0, curve));
    PemFiles.write(
        folder.resolve("server-key.pem"),
        "Key of a server\n"
            + PemFiles.block("EC PARAMETERS", curve)
            + PemFiles.block("EC PRIVATE KEY", sec1));
    assertEquals(((ECPrivateKey) issued.key()).getS(), ((ECPrivateKey) read().key()).getS());
  }

  private static byte[] inner(PrivateKey key) throws IOException {
    return PrivateKeyInfo.getInstance(key.getEncoded())
        .parsePrivateKey()
        .toASN1Primitive()
        .getEncoded();
  }

  @Test
  void certificateThatIsNotValidYet_isRefused() throws Exception {
    authority.issueEarly("CN=early", "localhost").write(folder, "server");
    requireFailure("server-cert.pem", "CN=early", "valid only from");
  }

  @ParameterizedTest
  @CsvSource({
    "'tcp::1,tls-dir=/x', tls-dir= but no TLS",
    "'tcp::1,tls=off,tls-pin=00', tls-pin= but no TLS",
    "'tcp::1,tls-close-notify=off', no TLS",
    "'tcp::1,tls=on', no certificates",
    "'tcp::1,tls=on,tls-dir=', no certificates",
    "'tcp::1,tls=on,tls-dir=/x,tls-pin=12:34', 64 hexadecimal digits"
  })
  void optionsThatDoNotFit_areRefused(String address, String words) {
    TransportException failure =
        assertThrows(
            TransportException.class, () -> TlsOptions.in(TransportAddress.parse(address)));
    assertEquals(Kind.ADDRESS, failure.kind());
    assertTrue(String.valueOf(failure.getMessage()).contains(words), failure::toString);
  }

  /** What lengths a hostile file may tell. */
  @Test
  void der_neverReadsPastItsEnd() {
    for (int length = 0; length < 256; length++) {
      byte[] hostile = {48, (byte) length, (byte) 0xa0, (byte) length, 1};
      try {
        Der.findInSequence(hostile, Der.TAGGED_0);
      } catch (IllegalArgumentException refused) {
        assertTrue(String.valueOf(refused.getMessage()).contains("element"), refused::toString);
      }
    }
  }
}
