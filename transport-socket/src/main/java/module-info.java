/**
 * The transports {@code tcp} and {@code unix}.
 *
 * <p>Linux is assumed: the meaning of {@code SO_LINGER}, {@code /proc} and the errors of the system
 * calls are Linux's.
 *
 * @provides dev.sluice.api.spi.TransportProvider for both schemes
 */
// AutoService's annotations have no module descriptor, and are not there at run time.
@SuppressWarnings("requires-automatic")
module dev.sluice.transport.socket {
  requires static com.google.auto.service;
  requires com.google.common;
  requires dev.sluice.api;
  requires jdk.net;

  provides dev.sluice.api.spi.TransportProvider with
      dev.sluice.transport.socket.SocketTransport;
}
