package dev.sluice.it.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The artifacts that others depend on, as this build has made them. */
public final class Published {
  private static final String GROUP = "dev/sluice";

  private Published() {}

  /** Returns the folders of the modules that are published; {@code .} is the parent of most. */
  public static List<String> folders() throws IOException {
    List<String> folders = new ArrayList<>(List.of("."));
    for (String folder : pom(".").modules()) {
      if (!pom(folder).text("properties", "maven.deploy.skip").equals("true")) {
        folders.add(folder);
      }
    }
    return folders;
  }

  /**
   * Returns what a module says of itself.
   *
   * @param folder the module's folder
   */
  public static Pom pom(String folder) throws IOException {
    return Pom.of(Project.root().resolve(folder).resolve("pom.xml"));
  }

  /**
   * Puts the artifacts into a folder, in the places where Maven looks for them in a repository.
   *
   * @param repository the folder; may be there already
   */
  public static void to(Path repository) throws IOException {
    for (String folder : folders()) {
      Pom pom = pom(folder);
      String name = pom.text("artifactId") + "-" + Project.version();
      Path place =
          Files.createDirectories(
              repository.resolve(GROUP).resolve(pom.text("artifactId")).resolve(Project.version()));
      copy(Project.root().resolve(folder).resolve("pom.xml"), place.resolve(name + ".pom"));
      if (!pom.text("packaging").equals("pom")) {
        copy(Project.jar(folder), place.resolve(name + ".jar"));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }
}
