package dev.sluice.transport.socket;

import dev.sluice.transport.socket.tls.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The other side of a connection with TLS, with nothing of Sluice in it: a socket of the JDK, and
 * the plain one beneath, which can be cut.
 */
record TlsPeer(SSLSocket tls, Socket plain) implements AutoCloseable {
  private static final char[] PASSWORD = "secret".toCharArray();

  /**
   * Connects; the hand-shake comes with the first bytes.
   *
   * @param own what it shows; null: nothing
   */
  static TlsPeer connect(int port, X509Certificate authority, @Nullable Issued own)
      throws Exception {
    Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
    return new TlsPeer(over(plain, authority, own), plain);
  }

  /** Takes the next connection. */
  static TlsPeer accept(ServerSocket server, X509Certificate authority, @Nullable Issued own)
      throws Exception {
    Socket plain = server.accept();
    SSLSocket tls = over(plain, authority, own);
    tls.setUseClientMode(false);
    tls.setNeedClientAuth(true);
    return new TlsPeer(tls, plain);
  }

  private static SSLSocket over(Socket plain, X509Certificate authority, @Nullable Issued own)
      throws Exception {
    return (SSLSocket)
        context(authority, own).getSocketFactory().createSocket(plain, "localhost", 0, false);
  }

  private static SSLContext context(X509Certificate authority, @Nullable Issued own)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", authority);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own == null ? null : keys(own), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyManager[] keys(Issued own) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", own.key(), PASSWORD, own.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, PASSWORD);
    return factory.getKeyManagers();
  }

  /** Ends the connection as a program does that knows nothing of close_notify. */
  void cut() throws IOException {
    plain.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    plain.close();
  }
}
