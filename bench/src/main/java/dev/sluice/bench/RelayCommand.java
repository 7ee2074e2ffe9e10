package dev.sluice.bench;

import dev.sluice.api.ByteCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code sluice relay} beside {@code socat} and HAProxy in TCP mode, all as processes that serve
 * one connection after the other on loopback: bytes a second, processor time for each GiB, memory.
 *
 * <p>Usage: {@code RelayCommand SLUICE_SCRIPT MEBIBYTES ROUNDS}. A peer that is not installed is
 * told of, and left out.
 */
public final class RelayCommand {
  private RelayCommand() {}

  /** Lets all relays take turns, round by round, and prints a table. */
  public static void main(String[] args) throws IOException, InterruptedException {
    long byteCount = Long.parseLong(args[1]) << 20;
    int rounds = Integer.parseInt(args[2]);
    Path folder = Files.createTempDirectory("bench-relay");
    List<RelayPeer> peers = new ArrayList<>();
    try (RelaySink sink = new RelaySink()) {
      for (RelayPeer.Program program : RelayPeer.programs(args[0], folder, sink.port())) {
        RelayPeer.start(program).ifPresent(peers::add);
      }
      List<List<RelayTransfer>> transfers = peers.stream().map(_ -> newRuns()).toList();
      for (int round = 0; round <= rounds; round++) {
        for (int i = 0; i < peers.size(); i++) {
          RelayTransfer transfer = RelayTransfer.run(peers.get(i), sink, byteCount);
          // The first round is each program's warm-up.
          if (round > 0) {
            transfers.get(i).add(transfer);
          }
        }
      }
      print(peers, transfers, byteCount, rounds);
    } finally {
      peers.forEach(RelayPeer::close);
      RelayPeer.deleteConfiguration(folder);
    }
  }

  private static List<RelayTransfer> newRuns() {
    return new ArrayList<>();
  }

  private static void print(
      List<RelayPeer> peers, List<List<RelayTransfer>> transfers, long byteCount, int rounds)
      throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%n### relay, tcp to tcp on loopback (%s, %d rounds)%n%n",
        ByteCounts.format(byteCount),
        rounds);
    System.out.println("| program | rate | Sluice is | processor a GiB | peak resident |");
    System.out.println("|---|---|---|---|---|");
    double first = 0;
    for (int i = 0; i < peers.size(); i++) {
      double seconds = median(transfers.get(i).stream().map(RelayTransfer::seconds).toList());
      double processor =
          median(transfers.get(i).stream().map(RelayTransfer::processorSeconds).toList());
      first = first == 0 ? seconds : first;
      System.out.printf(
          Locale.ROOT,
          "| %s | %s/s | %.2f x | %.3f s | %s |%n",
          peers.get(i).name(),
          ByteCounts.format((long) (byteCount / seconds)),
          seconds / first,
          processor / byteCount * (1 << 30),
          ByteCounts.format(peers.get(i).peakResidentByteCount()));
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
