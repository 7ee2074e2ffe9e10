/**
 * The transports {@code file:}, {@code stdio:} and {@code null:}; for Linux.
 *
 * <p>Nothing is exported: the provider is found by {@link java.util.ServiceLoader}, and everything
 * an address may say is in its {@link dev.sluice.api.spi.Scheme}s.
 */
// AutoService's annotations are an automatic module, needed by the compiler only.
@SuppressWarnings("requires-automatic")
module dev.sluice.transport.file {
  requires dev.sluice.api;
  requires com.google.common;
  requires static com.google.auto.service;

  provides dev.sluice.api.spi.TransportProvider with
      dev.sluice.transport.file.FileTransport;
}
