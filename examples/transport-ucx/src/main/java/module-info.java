/** Sluice channels over UCX. */
module dev.sluice.example.ucx {
  requires dev.sluice.api;
  requires jucx;
  requires static org.jspecify;

  provides dev.sluice.api.spi.TransportProvider with
      dev.sluice.example.ucx.UcxTransport;
}
