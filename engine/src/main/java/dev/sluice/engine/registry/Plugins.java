package dev.sluice.engine.registry;

import dev.sluice.api.spi.TransportProvider;
import dev.sluice.engine.plugin.PluginException;
import dev.sluice.engine.plugin.PluginFolder;
import dev.sluice.engine.plugin.PluginLoader;
import dev.sluice.engine.registry.ProviderFailure.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.InvalidModuleDescriptorException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings the providers of plugin folders before the admission, each plugin with a class loader of
 * its own. For one thread.
 *
 * <h2>Ownership</h2>
 *
 * Whoever made it closes it, when no provider is used any more.
 */
final class Plugins implements AutoCloseable {
  private final Admission admission;
  private final List<PluginLoader> loaders = new ArrayList<>();
  private final Set<Path> folders = new HashSet<>();

  Plugins(Admission admission) {
    this.admission = admission;
  }

  /** Loads what is in a folder; a folder that is named again is passed over. */
  void load(Path folder) {
    Path absolute = folder.toAbsolutePath();
    if (!folders.add(identityOf(absolute))) {
      return;
    }
    try {
      List<Path> plugins = PluginFolder.pluginsIn(absolute);
      plugins.forEach(this::loadPlugin);
      if (plugins.isEmpty()) {
        refuse(
            absolute,
            Stage.LOCATE,
            "the folder has no plugins in it",
            "put the jar of a plugin there, or a sub-folder with a plugin and the jars it needs",
            Optional.empty());
      }
    } catch (PluginException unusable) {
      refuse(absolute, Stage.OPEN, unusable.reason(), unusable.advice(), Optional.of(unusable));
    }
  }

  /** One folder may have many names, and two of them look like one where links are in the way. */
  private static Path identityOf(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException unreadable) {
      // What is wrong with it is told when it is opened.
      return folder;
    }
  }

  private void loadPlugin(Path plugin) {
    PluginLoader loader;
    try {
      loader = PluginLoader.open(plugin);
    } catch (PluginException unusable) {
      refuse(plugin, Stage.OPEN, unusable.reason(), unusable.advice(), Optional.of(unusable));
      return;
    }
    loaders.add(loader);
    if (!Discovery.in(loader, new Origin(plugin.toString()), admission).run()) {
      refuse(
          plugin,
          Stage.LOCATE,
          "it names no transport provider",
          namingAdvice(loader),
          Optional.empty());
    }
  }

  private static String namingAdvice(PluginLoader loader) {
    return isNamedByItsModule(loader)
        ? "its module-info is not read in a plugin folder: it has to name its provider in "
            + Declarations.SERVICE_FILE
            + " too"
        : "a plugin names its provider in "
            + Declarations.SERVICE_FILE
            + "; a library goes into a sub-folder, with the plugin that needs it";
  }

  private static boolean isNamedByItsModule(PluginLoader loader) {
    @Nullable URL module = loader.findResource("module-info.class");
    if (module == null) {
      return false;
    }
    try (InputStream in = module.openStream()) {
      return ModuleDescriptor.read(in).provides().stream()
          .anyMatch(provides -> provides.service().equals(TransportProvider.class.getName()));
    } catch (IOException | InvalidModuleDescriptorException unreadable) {
      // Whatever it says is not read anyway.
      return false;
    }
  }

  private void refuse(
      Path place, Stage stage, String reason, String advice, Optional<Throwable> cause) {
    admission.refuse(
        new ProviderFailure(
            Optional.empty(),
            Optional.of(place.toString()),
            new Origin(place.toString()),
            stage,
            Optional.empty(),
            reason,
            advice,
            cause));
  }

  /** Closes the jars; what is not loaded by then cannot be loaded any more. */
  @Override
  public void close() {
    loaders.forEach(PluginLoader::close);
  }
}
