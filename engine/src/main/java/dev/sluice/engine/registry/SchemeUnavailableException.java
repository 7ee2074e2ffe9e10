package dev.sluice.engine.registry;

import dev.sluice.api.TransportException;
import java.io.Serial;

/**
 * An address names a scheme that is known and that cannot be used: its provider says that something
 * is missing on this system, or the scheme was refused because several providers claim it. Of kind
 * {@link dev.sluice.api.TransportException.Kind#UNREACHABLE}; the type tells it from an endpoint
 * that does not answer.
 */
public final class SchemeUnavailableException extends TransportException {
  @Serial private static final long serialVersionUID = 1;

  /** The scheme. */
  private final String scheme;

  SchemeUnavailableException(String scheme, String message, String hint) {
    super(Kind.UNREACHABLE, message, hint, null);
    this.scheme = scheme;
  }

  /** Returns the scheme that cannot be used. */
  public String scheme() {
    return scheme;
  }
}
