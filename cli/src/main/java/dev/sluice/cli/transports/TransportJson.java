package dev.sluice.cli.transports;

import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.Scheme;
import dev.sluice.cli.console.Features;
import dev.sluice.cli.console.JsonObject;
import dev.sluice.engine.registry.InstalledScheme;
import dev.sluice.engine.registry.ProviderFailure;
import dev.sluice.engine.registry.TransportRegistry;
import java.util.Locale;

/** Transports as programs read them. */
final class TransportJson {
  private TransportJson() {}

  static void list(TransportRegistry registry, JsonObject json) {
    json.<InstalledScheme>objects("transports", registry.schemes(), TransportJson::describe);
    json.<ProviderFailure>objects("failures", registry.failures(), TransportJson::failure);
  }

  static void describe(InstalledScheme installed, JsonObject json) {
    Scheme scheme = installed.scheme();
    json.text("name", scheme.name());
    json.text("target", scheme.targetForm());
    json.text("doc", scheme.doc());
    json.texts("features", Features.names(scheme.features()));
    json.text("unavailability", scheme.unavailability());
    json.text("class", installed.className());
    json.text("version", installed.version());
    json.text("location", installed.location());
    json.text("origin", installed.origin().name());
    json.number("spi_version", installed.spiVersion());
    json.<Option<?>>objects("options", scheme.options(), TransportJson::option);
  }

  private static void option(Option<?> option, JsonObject json) {
    json.text("key", option.key());
    json.text("type", option.type());
    json.text("default", option.defaultText());
    json.text(
        "side",
        switch (option.side()) {
          case CONNECT -> "outgoing";
          case LISTEN -> "incoming";
          case BOTH -> "both";
        });
    json.text("doc", option.doc());
  }

  private static void failure(ProviderFailure failure, JsonObject json) {
    json.text("class", failure.className());
    json.text("location", failure.location());
    json.text("origin", failure.origin().name());
    json.text("stage", failure.stage().name().toLowerCase(Locale.ROOT));
    json.text("scheme", failure.scheme());
    json.text("reason", failure.reason());
    json.text("advice", failure.advice());
  }
}
