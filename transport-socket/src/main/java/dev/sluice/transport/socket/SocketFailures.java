package dev.sluice.transport.socket;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.socket.system.SystemWords;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the JDK throws for sockets into what the SPI promises.
 *
 * <p>The JDK gives no error numbers, only classes and the system's texts, which are in the user's
 * language. So kinds follow from the class and from what was being done; texts only refine the
 * wording.
 */
final class SocketFailures {
  private SocketFailures() {}

  /** Returns the failure of a transfer over an established connection: every one is its end. */
  static TransportException broken(String channelName, String doing, IOException cause) {
    String detail = SystemWords.of(cause);
    boolean reset = detail.startsWith("connection reset") || detail.startsWith("broken pipe");
    String message =
        reset
            ? channelName + " reset the connection while " + doing
            : "the connection to " + channelName + " broke while " + doing;
    return new TransportException(
        Kind.RESET,
        message + " (" + detail + ")",
        "see the peer's own messages for why it gave up",
        cause);
  }

  static TransportException unreachable(String message, String hint, @Nullable Throwable cause) {
    return new TransportException(Kind.UNREACHABLE, message, hint, cause);
  }
}
