package dev.sluice.tck.conformance;

import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The results of one run against one transport; closing them writes the report. Any thread. */
final class Results implements AutoCloseable {
  private final Queue<Result> all = new ConcurrentLinkedQueue<>();
  private final String transport;
  private final long seed;
  private final Specification specification;
  private final Optional<String> folder;

  Results(String transport, long seed, Specification specification, Optional<String> folder) {
    this.transport = transport;
    this.seed = seed;
    this.specification = specification;
    this.folder = folder;
  }

  void add(Result result) {
    all.add(result);
  }

  @Override
  public void close() {
    ReportFiles.write(Report.of(transport, seed, specification, List.copyOf(all)), folder);
  }
}
