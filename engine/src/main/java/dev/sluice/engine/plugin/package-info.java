/**
 * Plugins as they lie on the disk: a jar, or a sub-folder with jars, of a plugin folder. {@code
 * PluginFolder} lists them, {@code WriteAccess} tells who else could change them, {@code
 * PluginLoader} loads the classes of one. For {@link dev.sluice.engine.registry} only.
 */
@NullMarked
package dev.sluice.engine.plugin;

import org.jspecify.annotations.NullMarked;
