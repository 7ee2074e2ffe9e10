package dev.sluice.transport.socket.tls;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;

/**
 * Private keys of PEM blocks. The JDK reads PKCS#8 ({@code PRIVATE KEY}); {@code openssl genrsa
 * -traditional}, {@code openssl ecparam -genkey} and {@code certtool} also write the older forms of
 * PKCS#1 ({@code RSA PRIVATE KEY}) and SEC 1 ({@code EC PRIVATE KEY}), which are put into its
 * envelope here.
 */
final class PrivateKeys {
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  private static final byte[] VERSION_0 = Der.element(Der.INTEGER, new byte[] {0});

  /** SEQUENCE { rsaEncryption, NULL }. */
  private static final byte[] RSA_ALGORITHM =
      HexFormat.of().parseHex("300d06092a864886f70d0101010500");

  /** OBJECT IDENTIFIER id-ecPublicKey. */
  private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("06072a8648ce3d0201");

  private PrivateKeys() {}

  /**
   * Reads a key.
   *
   * @param label of the block
   * @param der its bytes
   * @throws IllegalArgumentException if it is none, or of a kind that is not known here
   */
  static PrivateKey read(String label, byte[] der) {
    return switch (label) {
      case "PRIVATE KEY" -> decode(der);
      case "RSA PRIVATE KEY" -> decode(envelope(RSA_ALGORITHM, der));
      case "EC PRIVATE KEY" -> decode(envelope(ecAlgorithm(der), der));
      default -> throw new IllegalArgumentException("a " + label + " is not of a known form");
    };
  }

  /** The curve stands inside an EC key of SEC 1, and beside it in PKCS#8. */
  private static byte[] ecAlgorithm(byte[] der) {
    byte[] curve =
        Der.findInSequence(der, Der.TAGGED_0)
            .orElseThrow(() -> new IllegalArgumentException("the key does not name its curve"));
    return Der.element(Der.SEQUENCE, EC_PUBLIC_KEY, curve);
  }

  private static byte[] envelope(byte[] algorithm, byte[] key) {
    return Der.element(Der.SEQUENCE, VERSION_0, algorithm, Der.element(Der.OCTET_STRING, key));
  }

  /** Each key factory reads its own algorithm and refuses the others. */
  private static PrivateKey decode(byte[] pkcs8) {
    IllegalArgumentException unknown =
        new IllegalArgumentException("the key is neither of RSA nor of an elliptic curve");
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException other) {
        unknown.addSuppressed(other);
      } catch (NoSuchAlgorithmException never) {
        throw new AssertionError(never);
      }
    }
    throw unknown;
  }
}
