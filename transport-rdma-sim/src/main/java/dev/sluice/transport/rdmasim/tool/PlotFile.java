package dev.sluice.transport.rdmasim.tool;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a plot goes.
 *
 * @param path of the file
 * @param format svg or png
 */
record PlotFile(Path path, String format) {
  private static final List<String> FORMATS = List.of("svg", "png");

  /**
   * Looks at a path before a simulation that may take long.
   *
   * @throws ToolFailure if its end tells no format, or it cannot be written
   */
  static PlotFile of(String text) throws ToolFailure {
    String format = text.substring(text.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (!FORMATS.contains(format)) {
      throw ToolFailure.usage(
          "the plot '" + text + "' ends in no known format",
          "use a name that ends in .svg or .png",
          null);
    }
    try {
      Path path = Path.of(text);
      Path folder = path.toAbsolutePath().getParent();
      if (Files.isDirectory(path)) {
        throw notWritable(text, "it is a folder", null);
      }
      if (folder == null || !Files.isDirectory(folder)) {
        throw notWritable(text, "there is no folder " + folder, null);
      }
      if (!Files.isWritable(Files.exists(path) ? path : folder)) {
        throw notWritable(text, "permission denied", null);
      }
      return new PlotFile(path, format);
    } catch (InvalidPathException wrong) {
      throw ToolFailure.usage(
          "'" + text + "' names no file: " + wrong.getReason(), "use another name", wrong);
    }
  }

  void write(byte[] bytes) throws ToolFailure {
    try {
      Files.write(path, bytes);
    } catch (IOException failed) {
      // Of many systems' errors the message is but the path.
      String message = String.valueOf(failed.getMessage());
      String why =
          failed instanceof FileSystemException told && told.getReason() != null
              ? told.getReason()
              : message.equals(path.toString()) ? "the system refuses it" : message;
      throw notWritable(path.toString(), why, failed);
    }
  }

  private static ToolFailure notWritable(String path, String why, @Nullable Throwable cause) {
    return ToolFailure.io(
        "cannot write the plot " + path + ": " + why,
        "name a file in a folder that you can write to",
        cause);
  }
}
