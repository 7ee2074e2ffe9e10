package dev.sluice.it.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.it.support.Certificates;
import dev.sluice.it.support.Command;
import dev.sluice.it.support.Peer;
import dev.sluice.it.support.Project;
import dev.sluice.it.support.Running;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a relay takes for a hundred connections that are all open and busy. */
@Timeout(180)
class RelayCrowdIT {
  private static final int CONNECTION_COUNT = 100;
  private static final long BYTE_COUNT = 16 << 20;

  @TempDir Path folder;

  @Test
  void hundredConnections_stayWithinHundredMebibytes() throws Exception {
    long peak = peakOfHundred("", "relay-memory-100.txt");
    assertTrue(peak <= 100L << 20, () -> "100 connections took " + peak + " bytes");
  }

  /** What docs/performance.md says, and what a noisy machine may add. */
  @Test
  void hundredConnectionsWithTls_stayWithinHundredAndFiftyMebibytes() throws Exception {
    Certificates.requireOpenssl("RelayCrowdIT, 1 test");
    long peak =
        peakOfHundred(",tls=on,tls-dir=" + Certificates.in(folder), "relay-memory-100-tls.txt");
    assertTrue(peak <= 150L << 20, () -> "100 connections took " + peak + " bytes");
  }

  /**
   * Returns the greatest resident memory, in bytes.
   *
   * @param options of the incoming side's address
   * @param report where to write it down, in the scratch folder
   */
  private static long peakOfHundred(String options, String report) throws Exception {
    TransportRegistry registry = TransportRegistry.load(RelayCrowdIT.class.getClassLoader());
    List<AutoCloseable> open = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool();
        ServerSocketChannel reader = Peer.tcp("127.0.0.1");
        Running relay =
            Command.sluice("relay", "tcp:127.0.0.1:0" + options, Peer.address(reader)).start()) {
      TransportAddress address = TransportAddress.parse(relay.awaitListening() + options);
      List<Callable<Long>> tasks = new ArrayList<>();
      for (int n = 0; n < CONNECTION_COUNT; n++) {
        TransportChannel source = registry.connect(address, TransportContext.defaults());
        SocketChannel sink = reader.accept();
        open.addAll(List.of(source, sink));
        tasks.add(() -> drain(sink));
        tasks.add(() -> send(source));
      }
      for (Future<Long> task : threads.invokeAll(tasks)) {
        assertEquals(BYTE_COUNT, task.get());
      }
      long peak = peakOf(relay.pid());
      Files.writeString(Project.scratch().resolve(report), Long.toString(peak));
      closeAll(open);
      relay.signal("TERM");
      relay.await(Duration.ofSeconds(10)).succeeded();
      return peak;
    } finally {
      closeAll(open);
      registry.close();
    }
  }

  private static void closeAll(List<AutoCloseable> open) throws Exception {
    for (AutoCloseable end : open) {
      end.close();
    }
  }

  private static long send(TransportChannel source) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(1 << 16);
    long left = BYTE_COUNT;
    while (left > 0) {
      block.clear().limit((int) Math.min(block.capacity(), left));
      left -= source.write(block);
    }
    source.shutdown(Direction.WRITE);
    return BYTE_COUNT;
  }

  private static long drain(SocketChannel sink) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(1 << 16);
    long byteCount = 0;
    for (int count; (count = sink.read(block.clear())) >= 0; ) {
      byteCount += count;
    }
    sink.shutdownOutput();
    return byteCount;
  }

  private static long peakOf(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }
}
