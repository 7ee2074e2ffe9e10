/**
 * The conformance kit for transports, and test doubles for everyone who works with channels.
 *
 * <p>{@link dev.sluice.tck} has the class that a transport author extends, {@link
 * dev.sluice.tck.fixture} what it asks for. {@link dev.sluice.tck.memory} has channels that live in
 * memory, {@link dev.sluice.tck.fault} decorators that make any channel fail, dawdle or keep a log;
 * those two need no test framework.
 */
// AutoService's annotations, needed by the compiler only, are an automatic module.
@SuppressWarnings("requires-automatic")
module dev.sluice.tck {
  requires transitive dev.sluice.api;
  requires static com.google.auto.service;
  requires static org.jspecify;
  requires transitive org.junit.jupiter.api;
  requires org.junit.jupiter.params;
  requires org.junit.platform.commons;
  // Runs the tests for the command, which has picocli; an author's build needs neither the tool nor
  // picocli.
  requires org.junit.platform.engine;
  requires org.junit.platform.launcher;
  requires static info.picocli;
  requires org.opentest4j;

  exports dev.sluice.tck;
  exports dev.sluice.tck.fault;
  exports dev.sluice.tck.fixture;
  exports dev.sluice.tck.memory;

  // Reflection of the test engine.
  opens dev.sluice.tck to
      org.junit.platform.commons;
  opens dev.sluice.tck.conformance to
      org.junit.platform.commons;
  opens dev.sluice.tck.contract to
      org.junit.platform.commons;
  opens dev.sluice.tck.tool to
      info.picocli,
      org.junit.platform.commons;

  uses dev.sluice.api.spi.TransportProvider;

  provides java.util.spi.ToolProvider with
      dev.sluice.tck.tool.TckTool;
}
