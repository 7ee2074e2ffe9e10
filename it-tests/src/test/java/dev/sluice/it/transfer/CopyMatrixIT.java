package dev.sluice.it.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.engine.transfer.Copy;
import dev.sluice.engine.transfer.CopyListener;
import dev.sluice.engine.transfer.CopyOptions;
import dev.sluice.engine.transfer.CopyResult;
import dev.sluice.engine.transfer.DigestAlgorithm;
import dev.sluice.it.support.Bytes;
import dev.sluice.it.support.Folder;
import dev.sluice.it.support.Installed;
import dev.sluice.it.support.Peer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every transport against every other; the other ends of the sockets and FIFOs are bare NIO. Those
 * of rdma-sim are channels of its own: nothing else speaks it.
 */
class CopyMatrixIT {
  private static final List<Integer> SIZES =
      List.of(0, 1, 4095, 4096, 4097, (1 << 20) + 1, 8 << 20);

  /** High enough to let every copy be over in no time, low enough to take the way with a budget. */
  private static final long RATE = 1L << 30;

  private static TransportRegistry registry = TransportRegistry.of();

  @TempDir Path folder;

  @BeforeAll
  static void load() {
    registry = TransportRegistry.load(CopyMatrixIT.class.getClassLoader());
    assertEquals(List.of(), registry.failures());
  }

  @AfterAll
  static void close() {
    registry.close();
  }

  static Stream<Arguments> pairs() {
    return Stream.of(Feeder.values())
        .flatMap(from -> Stream.of(Drain.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void copy_deliversEveryByte(Feeder from, Drain to) throws Exception {
    if (from == Feeder.TCP6 || to == Drain.TCP6) {
      Peer.requireIpv6("CopyMatrixIT, one pair of the 13 with tcp over IPv6");
    }
    for (int byteCount : SIZES) {
      byte[] bytes = Bytes.random(byteCount);
      copyAndCompare(from, to, bytes, CopyOptions.DEFAULTS);
      copyAndCompare(
          from, to, bytes, CopyOptions.DEFAULTS.withDigest(DigestAlgorithm.SHA256).withRate(RATE));
      copyAndCompare(from, to, bytes, CopyOptions.DEFAULTS.withDigest(DigestAlgorithm.CRC32C));
    }
  }

  private void copyAndCompare(Feeder from, Drain to, byte[] bytes, CopyOptions options)
      throws Exception {
    Path work = Files.createTempDirectory(folder, "copy");
    String incoming = from.prepare(work, bytes);
    Drain.Opened drain = to.open(registry, work);
    List<Task<byte[]>> senders = new ArrayList<>();
    CopyListener listener =
        new CopyListener() {
          @Override
          public void listening(TransportAddress address) {
            if (from.awaitsSender()) {
              senders.add(from.send(registry, address.toString(), bytes));
            }
          }
        };

    CopyResult result =
        new Copy(
                registry,
                TransportAddress.parse(incoming),
                TransportAddress.parse(drain.address()),
                options,
                listener)
            .run();

    byte[] expected = from.expected(bytes);
    assertEquals(expected.length, result.byteCount());
    assertEquals(options.digest().map(algorithm -> digest(algorithm, expected)), result.digest());
    byte[] received = drain.received().call();
    if (received != null) {
      assertArrayEquals(expected, received);
    }
    for (Task<byte[]> sender : senders) {
      sender.result();
    }
    assertNoRemains(work);
  }

  /**
   * The drain's socket file is ours, the rest has to be what was copied from and to. The folder in
   * which the sides of rdma-sim meet stays, empty.
   */
  private static void assertNoRemains(Path work) throws Exception {
    List<String> known = List.of("in.bin", "in.fifo", "out.bin", "out.fifo", "out.sock");
    for (String name : Folder.names(work)) {
      if (work.resolve(name).equals(Folder.meeting(work))) {
        Folder.assertHolds(Folder.meeting(work));
      } else {
        assertTrue(known.contains(name), () -> name + " is left");
      }
    }
  }

  private static String digest(DigestAlgorithm algorithm, byte[] bytes) {
    return switch (algorithm) {
      case SHA256 -> Bytes.sha256(bytes);
      case CRC32C -> {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        yield "%08x".formatted(sum.getValue());
      }
    };
  }

  @Test
  void matrix_coversEveryInstalledScheme() {
    // stdio: belongs to the process; CopyCommandIT copies from and to it.
    assertEquals(
        Installed.OWN_SCHEMES, registry.schemes().stream().map(scheme -> scheme.name()).toList());
  }
}
