package dev.sluice.cli;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.spi.TransportProvider;
import dev.sluice.api.spi.TransportTool.Transports;
import dev.sluice.cli.console.Failure;
import dev.sluice.cli.console.PluginFolderException;
import dev.sluice.engine.registry.ProviderFailure;
import dev.sluice.engine.registry.ProviderFailure.Stage;
import dev.sluice.engine.registry.TransportRegistry;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Loads the transports: those that come with the command, and those of the plugin folders that the
 * environment and the command line name. A folder that cannot be used at all is an error, because
 * somebody has named it; what is in it stops nobody.
 */
final class Installation {
  static final String VARIABLE = "SLUICE_PLUGINS";

  private final Function<List<Path>, TransportRegistry> loader;
  private final String pluginPath;
  private final List<String> named;

  /**
   * @param loader loads them, with the plugins of some folders
   * @param pluginPath the folders that the environment names
   * @param named the folders that the command line names
   */
  Installation(
      Function<List<Path>, TransportRegistry> loader, String pluginPath, List<String> named) {
    this.loader = loader;
    this.pluginPath = pluginPath;
    this.named = named;
  }

  /**
   * Loads the transports to use them.
   *
   * @throws PluginFolderException if a folder cannot be used at all
   */
  TransportRegistry load() {
    Set<String> folders = new LinkedHashSet<>();
    TransportRegistry registry = load(folders);
    Optional<ProviderFailure> unusable =
        registry.failures().stream()
            .filter(failure -> failure.stage() == Stage.OPEN)
            .filter(failure -> folders.contains(failure.origin().name()))
            .findFirst();
    if (unusable.isPresent()) {
      registry.close();
      throw new PluginFolderException(
          Failure.unavailable(
              "the plugin folder "
                  + unusable.get().origin()
                  + " is not used: "
                  + unusable.get().reason(),
              unusable.get().advice()));
    }
    return registry;
  }

  /** Returns the transports of a registry that was loaded here, as a tool sees them. */
  Transports of(TransportRegistry registry) {
    return new Transports() {
      @Override
      public TransportProvider provider(TransportAddress address) throws TransportException {
        return registry.provider(address);
      }

      @Override
      public List<String> arguments() {
        return named.stream().flatMap(folder -> Stream.of(PluginArguments.OPTION, folder)).toList();
      }
    };
  }

  /**
   * Loads the transports to tell of them, and of what cannot be used.
   *
   * @throws PluginFolderException if a folder is not there
   */
  TransportRegistry loadToExplain() {
    return load(new LinkedHashSet<>());
  }

  private TransportRegistry load(Set<String> names) {
    List<Path> folders = new ArrayList<>();
    if (!pluginPath.isEmpty()) {
      for (String folder : pluginPath.split(Pattern.quote(File.pathSeparator), -1)) {
        if (!folder.isEmpty()) {
          folders.add(folder(folder, VARIABLE));
        }
      }
    }
    for (String folder : named) {
      folders.add(folder(folder, PluginArguments.OPTION));
    }
    folders.forEach(folder -> names.add(folder.toString()));
    return loader.apply(folders);
  }

  private static Path folder(String text, String namedBy) {
    try {
      Path folder = Path.of(text).toAbsolutePath();
      if (!text.isEmpty() && Files.isDirectory(folder)) {
        return folder;
      }
      throw wrong(text, namedBy, Files.exists(folder) ? "is not a folder" : "does not exist");
    } catch (InvalidPathException malformed) {
      throw wrong(text, namedBy, "is not a path: " + malformed.getReason());
    }
  }

  private static PluginFolderException wrong(String folder, String namedBy, String why) {
    return new PluginFolderException(
        Failure.usage(
            "the plugin folder '" + folder + "' that " + namedBy + " names " + why,
            "name a folder with plugins in it: jars, or sub-folders with jars"));
  }
}
