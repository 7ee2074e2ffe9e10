/**
 * The {@code sluice} command.
 *
 * <p>Knows no transport: those on its module path are found at run time, and so are further
 * sub-commands.
 *
 * @uses java.util.spi.ToolProvider a tool named {@code sluice-NAME} is the command {@code sluice
 *     NAME}
 */
@SuppressWarnings("requires-automatic") // Micrometer, which is optional.
module dev.sluice.cli {
  requires dev.sluice.engine;
  requires dev.sluice.vmstate;
  requires com.fasterxml.jackson.core;
  requires info.picocli;
  requires java.logging;
  requires jdk.httpserver;
  // For signals; see StopSignals.
  requires jdk.unsupported;
  requires me.tongfei.progressbar;
  // Both are resolved where metrics are asked for only: all other runs start faster without.
  requires static micrometer.core;
  requires static micrometer.registry.prometheus;
  requires static org.jspecify;

  exports dev.sluice.cli.logging to
      java.logging;

  opens dev.sluice.cli to
      info.picocli;
  opens dev.sluice.cli.console to
      info.picocli;
  opens dev.sluice.cli.copy to
      info.picocli;
  opens dev.sluice.cli.demo to
      info.picocli;
  opens dev.sluice.cli.relay to
      info.picocli;
  opens dev.sluice.cli.session to
      info.picocli;
  opens dev.sluice.cli.transports to
      info.picocli;

  uses java.util.spi.ToolProvider;
}
