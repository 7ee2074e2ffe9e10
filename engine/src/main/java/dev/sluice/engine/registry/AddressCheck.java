package dev.sluice.engine.registry;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.Option.Side;
import dev.sluice.api.spi.Scheme;
import java.util.List;

/** Holds the options of an address against what its scheme says, before a provider sees them. */
final class AddressCheck {
  private final Scheme scheme;
  private final TransportAddress address;
  private final Side side;

  /**
   * @param side the one that the address is on; BOTH: either, an option is legal on one of them
   */
  AddressCheck(Scheme scheme, TransportAddress address, Side side) {
    this.scheme = scheme;
    this.address = address;
    this.side = side;
  }

  /**
   * Checks keys, sides and values.
   *
   * @throws TransportException of kind {@link Kind#ADDRESS} at the first option that is wrong
   */
  void run() throws TransportException {
    for (String key : address.options().keySet()) {
      Option<?> option =
          scheme.options().stream()
              .filter(known -> known.key().equals(key))
              .findFirst()
              .orElseThrow(() -> unknown(key));
      if (!isForThisSide(option)) {
        throw wrongSide(option);
      }
      var _ = option.given(address);
    }
  }

  private boolean isForThisSide(Option<?> option) {
    return side == Side.BOTH || option.side() == Side.BOTH || option.side() == side;
  }

  private TransportException unknown(String key) {
    List<String> keys = scheme.options().stream().map(Option::key).toList();
    String meant = NearMiss.of(key, keys).map(near -> "did you mean '" + near + "'? ").orElse("");
    return new TransportException(
        Kind.ADDRESS,
        "unknown option '" + key + "' in '" + address + "'",
        meant + optionsOfThisSide() + commaHint(key),
        null);
  }

  /** A key alone is "on": it may be what follows a comma in the name of a file. */
  private String commaHint(String key) {
    return "on".equals(address.options().get(key))
        ? "; a comma that belongs to a name is written twice"
        : "";
  }

  private TransportException wrongSide(Option<?> option) {
    return new TransportException(
        Kind.ADDRESS,
        "option '%s' works on %s only, and '%s' is on %s"
            .formatted(option.key(), words(option.side()), address, words(side)),
        optionsOfThisSide(),
        null);
  }

  private String optionsOfThisSide() {
    List<String> legal =
        scheme.options().stream().filter(this::isForThisSide).map(Option::key).toList();
    return scheme.name()
        + ": takes "
        + (legal.isEmpty() ? "no options" : String.join(", ", legal))
        + (side == Side.BOTH ? "" : " on " + words(side));
  }

  private static String words(Side side) {
    return switch (side) {
      case CONNECT -> "the outgoing (connecting) side";
      case LISTEN -> "the incoming (listening) side";
      case BOTH -> "both sides";
    };
  }
}
