package dev.sluice.it.structure;

import java.util.List;
import java.util.Locale;

/** Plugins that cannot be used, each for another reason, and what a user has to be told. */
enum BrokenPlugin {
  NO_SERVICE_ENTRY("names no transport provider", "META-INF/services/dev.sluice.api.spi") {
    @Override
    PackedPlugin change(PackedPlugin plugin) {
      return plugin.withoutService();
    }
  },
  CLASS_NOT_FOUND("acme.Provider", "stale entry") {
    @Override
    PackedPlugin change(PackedPlugin plugin) {
      return plugin.without("Provider");
    }
  },
  MISSING_DEPENDENCY("acme/Library", "the jars it depends on") {
    @Override
    PackedPlugin change(PackedPlugin plugin) {
      return plugin.without("Library");
    }
  },
  NEWER_JAVA("class file version 99", "compiled for Java 55, and this is Java") {
    @Override
    PackedPlugin change(PackedPlugin plugin) {
      return plugin.forJava(55);
    }
  },
  NO_PUBLIC_CONSTRUCTOR("acme.Provider", "needs a public constructor without parameters") {
    @Override
    PackedPlugin change(PackedPlugin plugin) {
      return plugin.members("private Provider() {}");
    }
  },
  THROWING_INITIALISER("For input string: \"fast\"", "static initialiser failed") {
    @Override
    PackedPlugin change(PackedPlugin plugin) {
      return plugin.members("static final int SPEED = Integer.parseInt(\"fast\");");
    }
  },
  WRONG_SPI("compiled for SPI 99, the host has 1", "get a newer host, or a build for SPI 1") {
    @Override
    PackedPlugin change(PackedPlugin plugin) {
      return plugin.spiVersion(99);
    }
  },
  SCHEME_TAKEN("scheme file is taken by", "remove this provider") {
    @Override
    PackedPlugin change(PackedPlugin plugin) {
      return plugin.scheme("file");
    }
  };

  private final String reason;
  private final String advice;

  BrokenPlugin(String reason, String advice) {
    this.reason = reason;
    this.advice = advice;
  }

  /** Breaks a plugin that would work. */
  abstract PackedPlugin change(PackedPlugin plugin);

  String fileName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".jar";
  }

  /** Returns what has to be in the text about it. */
  List<String> told() {
    return List.of(fileName(), reason, advice);
  }
}
