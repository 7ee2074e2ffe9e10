package dev.sluice.transport.socket.tls;

/** Which side of a connection, and so which of the folder's certificates. */
enum Role {
  /** The side that connects. */
  CLIENT("client"),
  /** The side that listens. */
  SERVER("server");

  private final String fileNameStart;

  Role(String fileNameStart) {
    this.fileNameStart = fileNameStart;
  }

  String certificateFile() {
    return fileNameStart + "-cert.pem";
  }

  String keyFile() {
    return fileNameStart + "-key.pem";
  }
}
