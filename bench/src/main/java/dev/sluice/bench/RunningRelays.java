package dev.sluice.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The processes of a chain, to be killed in the end. */
final class RunningRelays implements AutoCloseable {
  /** What is to be measured. */
  interface Work {
    void run() throws IOException, InterruptedException;
  }

  private final List<Process> processes = new ArrayList<>();

  private RunningRelays() {}

  /** Starts the last one first, since each connects to the next, which must listen by then. */
  static RunningRelays start(RelayChain chain) throws IOException, InterruptedException {
    RunningRelays running = new RunningRelays();
    try {
      for (RelayChain.Stage stage : chain.stages().reversed()) {
        running.start(stage);
      }
      return running;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      running.close();
      throw failed;
    }
  }

  private void start(RelayChain.Stage stage) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(stage.command())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    processes.add(process);
    LoopbackPort.awaitListener(stage.port(), process::isAlive);
  }

  /** Returns what the work took of time, and of all processes together. */
  ProcessRun during(Work work) throws IOException, InterruptedException {
    ProcessUsage before = usage();
    long start = System.nanoTime();
    work.run();
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    ProcessUsage after = usage();
    return new ProcessRun(elapsed, after.cpu().minus(before.cpu()), after.peakResidentBytes());
  }

  private ProcessUsage usage() {
    ProcessUsage sum = ProcessUsage.NONE;
    for (Process process : processes) {
      sum = sum.plus(ProcessUsage.of(process.pid()).orElse(ProcessUsage.NONE));
    }
    return sum;
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.destroyForcibly().onExit().join();
    }
  }
}
