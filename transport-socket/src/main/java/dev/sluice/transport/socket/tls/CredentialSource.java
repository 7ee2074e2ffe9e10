package dev.sluice.transport.socket.tls;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The certificates of a side that listens, for as long as it does: read anew when the files have
 * changed, so that a certificate is replaced without a restart.
 *
 * <p>Files that cannot be used, such as a certificate that was put there before its key, change
 * nothing: what was read last is used, and the logger told, until it has expired.
 *
 * <h2>Threading</h2>
 *
 * Safe for any thread.
 */
final class CredentialSource {
  private final TlsFolder files;
  private final System.Logger logger;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by {@link #lock}, as is the next. */
  private Credentials last;

  private List<Map<String, Object>> stamps;

  private CredentialSource(
      TlsFolder files, System.Logger logger, Credentials first, List<Map<String, Object>> stamps) {
    this.files = files;
    this.logger = logger;
    this.last = first;
    this.stamps = stamps;
  }

  /**
   * Reads the files for the first time.
   *
   * @throws TransportException as {@link TlsFolder#read}
   */
  static CredentialSource of(TlsFolder files, System.Logger logger) throws TransportException {
    // Asked for first: what changes while they are read is read again.
    List<Map<String, Object>> stamps = files.stamps();
    return new CredentialSource(files, logger, files.read(), stamps);
  }

  /**
   * Returns what the files hold now.
   *
   * @throws TransportException of kind IDENTITY if that has expired
   */
  Credentials current() throws TransportException {
    lock.lock();
    try {
      List<Map<String, Object>> now = files.stamps();
      if (!now.equals(stamps)) {
        readAgain(now);
      }
      return last.requireValid();
    } finally {
      lock.unlock();
    }
  }

  private void readAgain(List<Map<String, Object>> now) {
    try {
      last = files.read();
      stamps = now;
    } catch (TransportException unusable) {
      if (unusable.kind() == Kind.LIMIT) {
        // Read by the next connection that finds a descriptor.
        return;
      }
      stamps = now;
      logger.log(
          System.Logger.Level.WARNING,
          "the certificates in {0} have changed and cannot be used: {1}; those from before stay in"
              + " use",
          files.path(),
          unusable.getMessage());
    }
  }
}
