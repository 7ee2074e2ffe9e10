package dev.sluice.tck.tool;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.api.spi.TransportTool.Transports;
import dev.sluice.tck.fixture.Pair;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the command finds out about an address before the kit can run: whether the ends are there at
 * the same time, and which features the channels declare.
 */
final class Candidate {
  private static final String FOLDER = "{dir}";

  private Candidate() {}

  /**
   * Describes a transport to the kit.
   *
   * @param named an address, or the name of a scheme that knows where it can be tried
   */
  static TransportFixture fixture(Transports transports, String named) throws ToolFailure {
    boolean isScheme = named.indexOf(':') < 0;
    TransportAddress address = isScheme ? scheme(named) : parsed(named);
    TransportProvider provider = provider(transports, address);
    Scheme scheme =
        provider.schemes().stream()
            .filter(each -> each.name().equals(address.scheme()))
            .findFirst()
            .orElseThrow();
    if (scheme.dropsBytes()) {
      throw ToolFailure.usage(
          "'" + named + "' gives nothing back of what is written to it",
          "the kit needs both ends of a stream");
    }
    String text =
        isScheme
            ? scheme
                .loopback(Path.of(FOLDER))
                .map(TransportAddress::toString)
                .orElseThrow(
                    () ->
                        ToolFailure.usage(
                            "scheme '" + named + "' does not tell where it can be tried",
                            whereToTry(scheme)))
            : named;
    return probed(TransportFixture.of(provider, text), text);
  }

  private static TransportAddress scheme(String name) throws ToolFailure {
    try {
      return TransportAddress.of(name, "");
    } catch (IllegalArgumentException malformed) {
      throw ToolFailure.usage(
          "'" + name + "' is neither an address nor the name of a scheme",
          "write SCHEME:TARGET, or a name that 'sluice transports' lists");
    }
  }

  private static String whereToTry(Scheme scheme) {
    return scheme.targetForm().isEmpty()
        ? "the kit needs an address whose two ends meet in this process"
        : "write an address: " + scheme.name() + ":" + scheme.targetForm();
  }

  private static TransportAddress parsed(String text) throws ToolFailure {
    try {
      return TransportAddress.parse(text);
    } catch (TransportException malformed) {
      throw ToolFailure.unusable(malformed);
    }
  }

  private static TransportProvider provider(Transports transports, TransportAddress address)
      throws ToolFailure {
    try {
      return transports.provider(address);
    } catch (TransportException unusable) {
      throw ToolFailure.unusable(unusable);
    }
  }

  private static TransportFixture probed(TransportFixture bare, String text) throws ToolFailure {
    Path folder = temporaryFolder();
    try {
      Optional<TransportException> absent = absence(bare, folder, text);
      return absent.isEmpty()
          ? bare.features(array(featuresOfPair(bare, folder)))
          : stored(bare, folder, text, absent.get());
    } catch (IOException failed) {
      throw ToolFailure.unopened(text, failed);
    } finally {
      delete(folder);
    }
  }

  /** A medium without a peer cannot be listened on before it was written; empty: it has a peer. */
  private static Optional<TransportException> absence(
      TransportFixture bare, Path folder, String text) throws IOException, ToolFailure {
    try (TransportListener listener = bare.listen(folder, bare.context())) {
      if (listener.awaitsPeer()) {
        return Optional.empty();
      }
    } catch (TransportException absent) {
      if (absent.kind() == TransportException.Kind.UNREACHABLE) {
        return Optional.of(absent);
      }
      throw absent;
    }
    throw bare.scheme().targetForm().isEmpty()
        ? ToolFailure.usage("the two ends of '" + text + "' do not meet", whereToTry(bare.scheme()))
        : ToolFailure.wouldDestroy(text);
  }

  private static Set<ChannelFeature> featuresOfPair(TransportFixture bare, Path folder)
      throws IOException {
    try (Pair pair = bare.open(folder)) {
      return pair.outgoing().features();
    }
  }

  private static TransportFixture stored(
      TransportFixture bare, Path folder, String text, TransportException absent)
      throws ToolFailure {
    Set<ChannelFeature> features;
    try {
      TransportChannel channel = bare.create(folder);
      features = channel.features();
      channel.abort();
    } catch (IOException failed) {
      throw ToolFailure.unopened(text, absent, failed);
    }
    if (!text.contains(FOLDER)) {
      throw ToolFailure.neverFresh(text);
    }
    return bare.stored().features(array(features));
  }

  private static ChannelFeature[] array(Set<ChannelFeature> features) {
    return features.toArray(ChannelFeature[]::new);
  }

  private static Path temporaryFolder() throws ToolFailure {
    try {
      return Files.createTempDirectory("sluice-tck");
    } catch (IOException failed) {
      throw ToolFailure.noFolder(failed);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException left) {
      throw new UncheckedIOException(left);
    }
  }
}
