package dev.sluice.it.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Loudly;
import dev.sluice.it.support.Outcome;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A network that dies without a word: two network namespaces, and a link between them that is set
 * down. Nothing is reset and nothing ends, so only timers can tell.
 */
@Timeout(120)
class RelayNetworkIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static final int READ_FAILED = 5;
  private static final int TIMED_OUT = 10;

  @TempDir Path folder;

  private final String near = "sluice-near-" + ProcessHandle.current().pid();
  private final String far = "sluice-far-" + ProcessHandle.current().pid();

  @BeforeEach
  void makeNetwork() throws Exception {
    Outcome made =
        shell(
            "set -e; ip netns add %1$s; ip netns add %2$s;"
                + " ip link add v0 netns %1$s type veth peer name v1 netns %2$s;"
                + " ip -n %1$s addr add 10.77.0.1/24 dev v0; ip -n %1$s link set v0 up;"
                + " ip -n %2$s addr add 10.77.0.2/24 dev v1; ip -n %2$s link set v1 up;"
                + " ip -n %1$s link set lo up; ip -n %2$s link set lo up");
    Loudly.require(
        made.code() == 0,
        "RelayNetworkIT, all 2 tests",
        "no network namespaces (needs root and iproute2): " + made.err());
  }

  @AfterEach
  void removeNetwork() throws Exception {
    shell("ip netns del %1$s; ip netns del %2$s");
  }

  private Outcome shell(String script) throws Exception {
    return Command.of("bash", "-c", script.formatted(near, far)).run();
  }

  private Running in(String namespace, Command command) throws IOException {
    return command.under("ip", "netns", "exec", namespace).start();
  }

  /** The writer learns of it: what it sends is not acknowledged, and then not taken. */
  @Test
  void linkGoesDown_theSendingRelayStalls_andTheReceivingOneIsIdle() throws Exception {
    Path source = Bytes.file(folder.resolve("in"), 256L << 20);
    try (Running receiver =
            in(
                far,
                Command.sluice("relay", "tcp:10.77.0.2:4444,plaintext=on")
                    .plus("unix:" + folder.resolve("sink.sock"), "--once")
                    .plus("--idle-timeout", "4s"));
        Running sink =
            Command.sluice("copy", "unix:" + folder.resolve("sink.sock"), "null:").start()) {
      sink.awaitListening();
      receiver.awaitListening();
      try (Running sender =
              in(
                  near,
                  Command.sluice("relay", "unix:" + folder.resolve("source.sock"))
                      .plus("tcp:10.77.0.2:4444,plaintext=on", "--once", "--rate", "20MiB")
                      .plus("--stall-timeout", "3s", "--idle-timeout", "60s"));
          Running feeder =
              Command.sluice("copy", "file:" + source, sender.awaitListening()).start()) {
        receiver.awaitSaying("connection 1: outgoing");
        shell("ip -n %1$s link set v0 down");

        Outcome sent = sender.await(SOON);
        assertEquals(TIMED_OUT, sent.code(), sent::toString);
        sent.noTrace();
        assertTrue(sent.err().contains("outgoing") && sent.err().contains("10.77.0.2"), sent::err);
        assertTrue(sent.err().matches("(?s).*after \\d+ bytes.*"), sent::err);
        Outcome received = receiver.await(SOON);
        assertEquals(TIMED_OUT, received.code(), received::toString);
        received.noTrace();
        assertTrue(feeder.await(SOON).code() != 0, "the source was told of success");
        // A plain unix socket cannot tell it an abort from an end: it must end, however.
        sink.await(SOON).noTrace();
      }
    }
  }

  /** Keep-alive ends a connection that has nothing to say: nobody else would. */
  @Test
  void linkGoesDown_idleConnectionsEndByKeepAlive() throws Exception {
    String brief = ",keep-alive-idle=2,keep-alive-interval=1,keep-alive-count=2";
    String sinkAddress = "unix:" + folder.resolve("sink.sock");
    try (Running sink = Command.sluice("copy", sinkAddress, "null:").start();
        Running receiver =
            in(
                far,
                Command.sluice("relay", "tcp:10.77.0.2:4444,plaintext=on" + brief)
                    .plus(sink.awaitListening(), "--once"))) {
      receiver.awaitListening();
      try (Running sender =
          in(near, Command.of("socat", "-u", "EXEC:sleep 60", "TCP:10.77.0.2:4444"))) {
        receiver.awaitSaying("connection 1: outgoing");
        shell("ip -n %1$s link set v0 down");

        Outcome received = receiver.await(SOON);
        assertEquals(READ_FAILED, received.code(), received::toString);
        assertTrue(sender.isAlive(), "it was to be silent");
      }
    }
  }
}
