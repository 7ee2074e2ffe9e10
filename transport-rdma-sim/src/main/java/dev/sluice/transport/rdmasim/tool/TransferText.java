package dev.sluice.transport.rdmasim.tool;

import dev.sluice.api.ByteCounts;
import dev.sluice.transport.rdmasim.simulation.FaultRule;
import dev.sluice.transport.rdmasim.simulation.Jitter;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.Loss;
import dev.sluice.transport.rdmasim.simulation.QueuePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A transfer as people read it. */
final class TransferText {
  private TransferText() {}

  /** Returns what is known before it begins. */
  static String facts(Scenario scenario) {
    LinkProfile link = scenario.effectiveLink();
    StringBuilder text = new StringBuilder(title(scenario.link()) + "\n");
    line(text, "rate", Amounts.rate(rate(link)) + ", " + packets(link));
    line(
        text,
        "round trip",
        Amounts.time(link.roundTripNanos())
            + ", in which the link holds "
            + ByteCounts.format(link.bandwidthDelayProductBytes())
            + "; time-out "
            + timeout(link));
    line(text, "troubles", String.join(", ", troubles(scenario)));
    line(
        text,
        "transfer",
        ByteCounts.format(scenario.sizeBytes())
            + " by "
            + scenario.mode().text()
            + " in messages of "
            + ByteCounts.format(scenario.messageBytes())
            + ", window "
            + window(scenario)
            + ", seed "
            + scenario.seed());
    link.warnings().forEach(warning -> line(text, "warning", warning));
    if (isShort(scenario)) {
      line(
          text,
          "warning",
          "so few bytes that the round trips count, of which the formula knows nothing");
    }
    if (scenario.mode() == Mode.STREAM
        && scenario.effectiveWindowBytes() < 2 * link.bandwidthDelayProductBytes()) {
      line(
          text,
          "warning",
          "the ring is less than twice what the link holds, so that the sender waits for credit");
    }
    if (scenario.mode() == Mode.STREAM
        && scenario.queueLength() * scenario.messageBytes() < scenario.effectiveWindowBytes()) {
      line(
          text,
          "warning",
          Amounts.count(scenario.queueLength())
              + " messages, the longest queue, are less than the ring, so that the sender waits for"
              + " places in its queue: use --message "
              + ByteCounts.format(
                  Math.ceilDiv(scenario.effectiveWindowBytes(), scenario.queueLength())));
    }
    return text.toString();
  }

  /** Less than what makes the first and the last round trip a tenth of the time. */
  private static boolean isShort(Scenario scenario) {
    LinkProfile link = scenario.effectiveLink();
    return scenario.sizeBytes() < 10 * Math.max(1, link.bandwidthDelayProductBytes());
  }

  /** What the preset says of itself does not hold any more where something was changed. */
  private static String title(LinkProfile link) {
    return link.equals(LinkProfile.preset(link.name()))
        ? link.name() + ": " + link.doc()
        : link.name() + ", with changes";
  }

  /** A rate without limit is infinite. */
  static double rate(LinkProfile link) {
    return link.bitsPerSecond() == 0 ? Double.POSITIVE_INFINITY : link.bitsPerSecond();
  }

  private static String packets(LinkProfile link) {
    return "packets of %d + %d bytes (%.1f %% payload)"
        .formatted(link.mtuBytes(), link.headerBytes(), 100 * link.payloadEfficiency());
  }

  private static String timeout(LinkProfile link) {
    return link.timeoutCode() == 0
        ? "never (code 0)"
        : Amounts.time(link.timeoutNanos()) + " (code " + link.timeoutCode() + ")";
  }

  private static String window(Scenario scenario) {
    return scenario.mode() != Mode.STREAM && scenario.effectiveLink().windowBytes() == 0
        ? "unlimited"
        : ByteCounts.format(scenario.effectiveWindowBytes());
  }

  private static List<String> troubles(Scenario scenario) {
    LinkProfile link = scenario.effectiveLink();
    List<String> troubles = new ArrayList<>(List.of("loss " + loss(link.loss())));
    addShare(troubles, "corrupt ", link.corruptProbability());
    addShare(troubles, "duplicate ", link.duplicateProbability());
    addShare(troubles, "reorder ", link.reorderProbability());
    if (!link.jitter().equals(Jitter.none())) {
      troubles.add("jitter " + link.jitter());
    }
    if (link.queuePolicy() == QueuePolicy.DROP_TAIL) {
      troubles.add("queue " + ByteCounts.format(link.queueBytes()));
    }
    link.outages().forEach(outage -> troubles.add("outage " + outage));
    scenario.faults().rules().forEach(rule -> troubles.add("fault " + rule));
    return troubles;
  }

  /** Returns it as it is written in a link. */
  static String loss(Loss loss) {
    return loss instanceof Loss.Bernoulli each
        ? Amounts.probability(each.probability())
        : loss.toString();
  }

  private static void addShare(List<String> troubles, String name, double probability) {
    if (probability > 0) {
      troubles.add(name + Amounts.probability(probability));
    }
  }

  /** Returns what became of it. */
  static String outcome(TransferResult result) {
    StringBuilder text = new StringBuilder("\n");
    double goodput = result.bitsPerSecond();
    line(text, "time", Amounts.time(result.timeNanos()) + " of virtual time");
    line(text, "goodput", Amounts.rate(goodput) + shares(result, goodput));
    line(
        text,
        "packets",
        Amounts.count(result.sentPackets())
            + ", of which "
            + Amounts.count(result.resentPackets())
            + " ("
            + Amounts.share(result.resentPackets(), result.sentPackets())
            + ") are retransmissions; "
            + Amounts.count(result.lostPackets())
            + " were lost");
    line(
        text,
        "answers",
        Amounts.count(result.acknowledgements())
            + " acknowledgements, "
            + Amounts.count(result.sequenceNaks())
            + " sequence NAKs, "
            + Amounts.count(result.notReadyNaks())
            + " RNR NAKs");
    line(
        text,
        "stalls",
        Amounts.count(result.timeouts())
            + " time-outs, "
            + Amounts.count(result.creditStalls())
            + " credit stalls");
    result.missedFaults().forEach(rule -> text.append(missed(rule)));
    text.append("\nwhere the time went\n").append(uses(result));
    return text.toString();
  }

  /** Returns what is told of a fault that changed nothing. */
  static String missed(FaultRule rule) {
    StringBuilder text = new StringBuilder();
    line(text, "warning", "fault " + rule + " found nothing to strike");
    return text.toString();
  }

  private static String shares(TransferResult result, double goodput) {
    double formula = Formula.bitsPerSecond(result.scenario());
    return Double.isInfinite(formula)
        ? ""
        : ", "
            + Amounts.share(goodput, rate(result.scenario().effectiveLink()))
            + " of the rate, "
            + Amounts.share(goodput, formula)
            + " of the formula's "
            + Amounts.rate(formula);
  }

  private static String uses(TransferResult result) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<Use, Long> use : result.uses().entrySet()) {
      if (use.getValue() > 0) {
        text.append(use(use.getKey().text(), use.getValue(), result.timeNanos()));
      }
    }
    return text.append(use("total", result.timeNanos(), result.timeNanos())).toString();
  }

  private static String use(String name, long nanos, long ofNanos) {
    return "  %-25s %10s  %7s%n"
        .formatted(name, Amounts.time(nanos), Amounts.share(nanos, ofNanos));
  }

  /** Returns what tells whether another run was the same, and how to run it. */
  static String repetition(TransferResult result, String command, boolean verbose) {
    StringBuilder text = new StringBuilder("\n");
    if (verbose) {
      result.details().forEach(detail -> line(text, "detail", detail));
    }
    line(text, "trace", result.trace() + ", " + Amounts.count(result.eventCount()) + " events");
    line(text, "repeat", command);
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("  %-11s %s%n".formatted(name, value));
  }
}
