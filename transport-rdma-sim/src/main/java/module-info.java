/**
 * Simulated RDMA: verbs semantics in one process under virtual time, and between processes over
 * shared memory as the transport {@code rdma-sim}.
 */
// AutoService's annotations are an automatic module, needed by the compiler only.
@SuppressWarnings("requires-automatic")
module dev.sluice.transport.rdmasim {
  requires transitive dev.sluice.api;
  requires static com.google.auto.service;

  exports dev.sluice.transport.rdmasim.connection;
  exports dev.sluice.transport.rdmasim.simulation;
  exports dev.sluice.transport.rdmasim.stream;
  exports dev.sluice.transport.rdmasim.verbs;
  exports dev.sluice.transport.rdmasim.virtual;

  provides dev.sluice.api.spi.TransportProvider with
      dev.sluice.transport.rdmasim.RdmaSimTransport;
}
