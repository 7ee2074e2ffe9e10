package dev.sluice.tck.conformance;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** The results of one run against one transport; closing them hands over the report. Any thread. */
final class Results implements AutoCloseable {
  private final Queue<Result> all = new ConcurrentLinkedQueue<>();
  private final String transport;
  private final long seed;
  private final Specification specification;
  private final Consumer<Report> receiver;

  Results(String transport, long seed, Specification specification, Consumer<Report> receiver) {
    this.transport = transport;
    this.seed = seed;
    this.specification = specification;
    this.receiver = receiver;
  }

  void add(Result result) {
    all.add(result);
  }

  @Override
  public void close() {
    receiver.accept(Report.of(transport, seed, specification, List.copyOf(all)));
  }
}
