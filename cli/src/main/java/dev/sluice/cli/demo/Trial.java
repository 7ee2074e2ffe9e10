package dev.sluice.cli.demo;

import dev.sluice.api.ChannelFeature;
import dev.sluice.cli.console.ExitCode;
import dev.sluice.cli.console.Features;
import dev.sluice.cli.console.Quantities;
import java.util.Optional;
import java.util.Set;

/**
 * What the demo found of one transport.
 *
 * @param name the scheme
 * @param features those of the open channel, else those that the scheme may have
 * @param passage how the stream got through, if it did
 * @param verdict what is to be said of it
 * @param code what the exit status would be if this were the only one
 */
record Trial(
    String name,
    Set<ChannelFeature> features,
    Optional<Passage> passage,
    String verdict,
    ExitCode code) {

  /** A transport that took the whole stream. */
  static Trial passed(String name, Passage passage, Sum sent) {
    boolean equal = passage.received().map(sent::equals).orElse(true);
    String verdict =
        passage
            .received()
            .map(
                sum ->
                    equal
                        ? "equal"
                        : "NOT EQUAL: " + Quantities.bytes(sum.byteCount()) + " came out")
            .orElse("counts only");
    return new Trial(
        name,
        passage.features(),
        Optional.of(passage),
        verdict,
        equal ? ExitCode.COMPLETE : ExitCode.INTEGRITY);
  }

  /** A transport that did not. */
  static Trial failed(String name, Set<ChannelFeature> features, String message, ExitCode code) {
    return new Trial(name, features, Optional.empty(), "FAILED: " + message, code);
  }

  /** A transport that cannot be tried. */
  static Trial untried(String name, Set<ChannelFeature> features, String reason) {
    return new Trial(name, features, Optional.empty(), "not tried: " + reason, ExitCode.COMPLETE);
  }

  /** Returns the cells of a row. */
  String[] row(long byteCount) {
    return new String[] {
      name,
      Features.text(features),
      passage.map(_ -> Long.toString(byteCount)).orElse("-"),
      passage.map(through -> Quantities.seconds(through.elapsed())).orElse("-"),
      passage.map(through -> Quantities.rate(byteCount, through.elapsed())).orElse("-"),
      verdict
    };
  }
}
