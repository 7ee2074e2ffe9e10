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
 * @param verdict what is to be said of it, in a word or two
 * @param note what is to be said beyond that
 * @param code what the exit status would be if this were the only one
 */
record Trial(
    String name,
    Set<ChannelFeature> features,
    Optional<Passage> passage,
    String verdict,
    Optional<String> note,
    ExitCode code) {

  /** A transport that took the whole stream. */
  static Trial passed(String name, Passage passage, Sum sent) {
    if (passage.received().isEmpty()) {
      return passed(name, passage, "counts only", Optional.empty(), ExitCode.COMPLETE);
    }
    Sum received = passage.received().get();
    return received.equals(sent)
        ? passed(name, passage, "equal", Optional.empty(), ExitCode.COMPLETE)
        : passed(
            name,
            passage,
            "NOT EQUAL",
            Optional.of(
                Quantities.bytes(received.byteCount())
                    + " came out, with the digest "
                    + received.digest()),
            ExitCode.INTEGRITY);
  }

  private static Trial passed(
      String name, Passage passage, String verdict, Optional<String> note, ExitCode code) {
    return new Trial(name, passage.features(), Optional.of(passage), verdict, note, code);
  }

  /** A transport that did not. */
  static Trial failed(String name, Set<ChannelFeature> features, String reason, ExitCode code) {
    return new Trial(name, features, Optional.empty(), "FAILED", Optional.of(reason), code);
  }

  /** A transport that cannot be used here. */
  static Trial unavailable(String name, Set<ChannelFeature> features, String reason) {
    return untried(name, features, reason, ExitCode.UNAVAILABLE);
  }

  /** A transport that does not say how to try it, which is its right. */
  static Trial homeless(String name, Set<ChannelFeature> features) {
    return untried(name, features, "it names no address to try it at", ExitCode.COMPLETE);
  }

  private static Trial untried(
      String name, Set<ChannelFeature> features, String reason, ExitCode code) {
    return new Trial(name, features, Optional.empty(), "not tried", Optional.of(reason), code);
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
