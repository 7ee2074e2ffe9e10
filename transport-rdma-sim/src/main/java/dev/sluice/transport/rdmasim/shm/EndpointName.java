package dev.sluice.transport.rdmasim.shm;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.util.regex.Pattern;

/** The NAME of {@code rdma-sim:NAME}, which becomes part of a file's name. */
record EndpointName(String text) {
  /** Ends the file name of a listening socket; nothing else in the folder ends so. */
  static final String SUFFIX = ".sock";

  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /**
   * Checks a name.
   *
   * @throws TransportException of kind ADDRESS if it cannot be one
   */
  static EndpointName parse(String text) throws TransportException {
    if (!ALLOWED.matcher(text).matches()) {
      throw new TransportException(
          Kind.ADDRESS,
          "'" + text + "' is no name for an rdma-sim endpoint",
          "write rdma-sim:NAME with 1 to 64 of A-Z a-z 0-9 . _ - and a letter or digit first",
          null);
    }
    return new EndpointName(text);
  }

  /**
   * Reads the name of an endpoint's socket.
   *
   * @param fileName with {@link #SUFFIX}
   * @throws TransportException of kind ADDRESS if it is none
   */
  static EndpointName ofFile(String fileName) throws TransportException {
    return parse(fileName.substring(0, fileName.length() - SUFFIX.length()));
  }

  String fileName() {
    return text + SUFFIX;
  }

  @Override
  public String toString() {
    return "rdma-sim:" + text;
  }
}
