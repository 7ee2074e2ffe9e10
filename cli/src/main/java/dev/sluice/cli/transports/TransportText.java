package dev.sluice.cli.transports;

import static java.util.stream.Collectors.joining;

import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.Option.Side;
import dev.sluice.api.spi.Scheme;
import dev.sluice.cli.console.Features;
import dev.sluice.cli.console.Table;
import dev.sluice.engine.registry.InstalledScheme;
import dev.sluice.engine.registry.Origin;
import dev.sluice.engine.registry.ProviderFailure;
import dev.sluice.engine.registry.TransportRegistry;
import java.nio.file.Path;
import java.util.List;

/** Transports as people read them. */
final class TransportText {
  private TransportText() {}

  static String list(TransportRegistry registry) {
    StringBuilder text = new StringBuilder();
    Table table = new Table("NAME", "MAY HAVE", "FROM", "STATE");
    for (InstalledScheme installed : registry.schemes()) {
      table.row(
          installed.name(),
          Features.text(installed.scheme().features()),
          from(installed),
          state(installed.scheme()));
    }
    text.append(registry.schemes().isEmpty() ? "No transports are installed.\n" : table.text());
    for (ProviderFailure failure : registry.failures()) {
      text.append('\n').append(failure.describe()).append('\n');
    }
    return text.toString();
  }

  static String describe(InstalledScheme installed) {
    Scheme scheme = installed.scheme();
    StringBuilder text = new StringBuilder();
    text.append(form(scheme)).append(scheme.options().isEmpty() ? "" : "[,OPTION=VALUE...]");
    text.append('\n').append(Table.wrapped("  ", scheme.doc())).append('\n');
    Table facts = new Table("may have", Features.text(scheme.features()));
    facts.row("provider", provider(installed));
    facts.row("state", state(scheme));
    text.append(facts.text());
    if (!scheme.options().isEmpty()) {
      text.append('\n').append(options(scheme));
    }
    text.append("\nExamples ('-' is standard input or output):\n");
    String copy = "  sluice copy " + plugins(installed);
    text.append(copy).append(example(scheme, Side.LISTEN)).append(" -\n");
    text.append(copy).append("- ").append(example(scheme, Side.CONNECT)).append('\n');
    return text.toString();
  }

  private static String plugins(InstalledScheme installed) {
    return installed.origin().equals(Origin.HOST) ? "" : "--plugins DIR ";
  }

  private static String options(Scheme scheme) {
    Table table = new Table("OPTION", "TYPE", "DEFAULT", "SIDE", "MEANING");
    for (Option<?> option : scheme.options()) {
      table.row(
          option.key(), option.type(), option.defaultText(), side(option.side()), option.doc());
    }
    return table.text();
  }

  private static String form(Scheme scheme) {
    return scheme.name() + ":" + scheme.targetForm();
  }

  /** With the first option of that side, to show how one is written. */
  private static String example(Scheme scheme, Side side) {
    return form(scheme)
        + scheme.options().stream()
            .filter(option -> option.side() == side)
            .findFirst()
            .map(option -> "," + option.key() + "=" + option.defaultText())
            .orElse("");
  }

  private static String side(Side side) {
    return switch (side) {
      case CONNECT -> "outgoing";
      case LISTEN -> "incoming";
      case BOTH -> "both";
    };
  }

  private static String state(Scheme scheme) {
    return scheme.unavailability().map(reason -> "not usable: " + reason).orElse("ready");
  }

  private static String from(InstalledScheme installed) {
    return installed
        .location()
        .map(place -> String.valueOf(Path.of(place).getFileName()))
        .orElse("unknown");
  }

  private static String provider(InstalledScheme installed) {
    return List.of(
            installed.className(),
            installed.version().orElse(""),
            installed.location().map(place -> "(" + place + ")").orElse(""))
        .stream()
        .filter(part -> !part.isEmpty())
        .collect(joining(" "));
  }
}
