package dev.sluice.engine.plugin;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lists plugin folders and what belongs to a plugin; whatever begins with a dot is left out. */
public final class PluginFolder {
  private PluginFolder() {}

  /**
   * Returns the plugins of a folder: its jars, and its sub-folders, sorted by name. Other files are
   * nobody's business.
   *
   * @param folder the folder
   * @throws PluginException if it cannot be read, or if somebody else could change it
   */
  public static List<Path> pluginsIn(Path folder) throws PluginException {
    WriteAccess.requireOwn(folder);
    return list(folder).stream()
        .filter(plugin -> isJar(plugin) || Files.isDirectory(plugin))
        .toList();
  }

  /**
   * Returns the jars of a plugin.
   *
   * @param plugin a jar, or a sub-folder
   * @throws PluginException if one cannot be read, or if somebody else could change it
   */
  static List<Path> jarsOf(Path plugin) throws PluginException {
    WriteAccess.requireOwn(plugin);
    if (!Files.isDirectory(plugin)) {
      return List.of(plugin);
    }
    List<Path> jars = list(plugin).stream().filter(PluginFolder::isJar).toList();
    for (Path jar : jars) {
      WriteAccess.requireOwn(jar);
    }
    if (jars.isEmpty()) {
      throw new PluginException(
          "the sub-folder has no jars in it",
          "put the plugin and the jars it depends on there, or remove it",
          null);
    }
    return jars;
  }

  private static boolean isJar(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".jar") && !Files.isDirectory(file);
  }

  private static List<Path> list(Path folder) throws PluginException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream =
        Files.newDirectoryStream(
            folder, entry -> !String.valueOf(entry.getFileName()).startsWith("."))) {
      stream.forEach(entries::add);
    } catch (DirectoryIteratorException failure) {
      throw PluginException.unreadable(requireNonNull(failure.getCause()));
    } catch (IOException failure) {
      throw PluginException.unreadable(failure);
    }
    entries.sort(null);
    return entries;
  }
}
