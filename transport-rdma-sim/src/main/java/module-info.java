/**
 * Simulated RDMA: verbs semantics in one process under virtual time, and between processes over
 * shared memory as the transport {@code rdma-sim}.
 */
// AutoService's annotations, needed by the compiler only, and XChart are automatic modules.
@SuppressWarnings("requires-automatic")
module dev.sluice.transport.rdmasim {
  requires transitive dev.sluice.api;
  requires static com.google.auto.service;
  requires com.fasterxml.jackson.core;
  requires info.picocli;
  // For plots.
  requires java.desktop;
  requires xchart;
  // Used by XChart alone, to write SVG; being automatic, it is not found without being asked for.
  requires VectorGraphics2D;

  exports dev.sluice.transport.rdmasim.connection;
  exports dev.sluice.transport.rdmasim.simulation;
  exports dev.sluice.transport.rdmasim.stream;
  exports dev.sluice.transport.rdmasim.verbs;
  exports dev.sluice.transport.rdmasim.virtual;

  opens dev.sluice.transport.rdmasim.tool to
      info.picocli;

  provides dev.sluice.api.spi.TransportProvider with
      dev.sluice.transport.rdmasim.RdmaSimTransport;
  provides java.util.spi.ToolProvider with
      dev.sluice.transport.rdmasim.tool.SimulateTool;
}
