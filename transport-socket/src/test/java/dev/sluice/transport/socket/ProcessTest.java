package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can only be seen from another process. */
@Timeout(30)
class ProcessTest {
  @Test
  void killedProcess_resetsItsConnections() throws Exception {
    try (ServerSocketChannel server = Sockets.plainServer()) {
      Process child = start("", Child.Connected.class, "tcp:127.0.0.1:" + Sockets.port(server));
      try (SocketChannel peer = server.accept()) {
        assertEquals(Child.GREETING, Sockets.readOne(peer));
        child.destroyForcibly();
        SocketException failure = assertThrows(SocketException.class, () -> Sockets.readOne(peer));
        assertEquals("Connection reset", failure.getMessage());
      } finally {
        child.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void withoutADescriptor_acceptAndLookUpAreLimits_andTheListenerGoesOn() throws Exception {
    Process child = start("ulimit -n 128; ", Child.Exhausted.class, "tcp:127.0.0.1:0");
    try (BufferedReader output = child.inputReader()) {
      String address = output.readLine();
      try (SocketChannel peer =
          SocketChannel.open(Sockets.socketAddress(Sockets.address(address)))) {
        child.getOutputStream().write('\n');
        child.getOutputStream().flush();
        assertEquals(
            "LIMIT no descriptor for a connection that comes to "
                + address
                + ": too many open files",
            output.readLine());
        assertEquals(
            "LIMIT no descriptor for looking up the host name 'localhost': too many open files",
            output.readLine());
        assertEquals(Child.GREETING, Sockets.readOne(peer));
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  private static Process start(String preparation, Class<?> main, String address)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", preparation + "exec \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(main.getName(), address));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
