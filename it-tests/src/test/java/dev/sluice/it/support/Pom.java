package dev.sluice.it.support;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** What a {@code pom.xml} says, without what it inherits. */
public final class Pom {
  /**
   * A dependency.
   *
   * @param group its group
   * @param artifact its artifact
   * @param version its version; empty: managed elsewhere
   * @param scope its scope
   * @param optional whether nobody gets it along
   */
  public record Dependency(
      String group, String artifact, String version, String scope, boolean optional) {
    /** Returns whether somebody who uses the artifact needs this at run time. */
    public boolean isPassedOn() {
      return !optional && (scope.equals("compile") || scope.equals("runtime"));
    }
  }

  private final Element project;

  private Pom(Element project) {
    this.project = project;
  }

  /**
   * Reads one.
   *
   * @param file the file
   */
  public static Pom of(Path file) throws IOException {
    try {
      return new Pom(
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(file.toFile())
              .getDocumentElement());
    } catch (ParserConfigurationException | SAXException malformed) {
      throw new IOException(file + ": " + malformed.getMessage(), malformed);
    }
  }

  /**
   * Returns the text of an element.
   *
   * @param path the names of the elements around it, and its own, below the project
   */
  public String text(String... path) {
    Optional<Element> element = Optional.of(project);
    for (String name : path) {
      element = element.flatMap(parent -> children(parent, name).stream().findFirst());
    }
    return element.map(found -> found.getTextContent().strip()).orElse("");
  }

  /** Returns the folders of its modules. */
  public List<String> modules() {
    return children(project, "modules").stream()
        .flatMap(modules -> children(modules, "module").stream())
        .map(module -> module.getTextContent().strip())
        .toList();
  }

  /** Returns what it depends on. */
  public List<Dependency> dependencies() {
    return dependenciesOf(project);
  }

  /** Returns what it only tells the versions of. */
  public List<Dependency> managedDependencies() {
    return children(project, "dependencyManagement").stream()
        .flatMap(managed -> dependenciesOf(managed).stream())
        .toList();
  }

  private static List<Dependency> dependenciesOf(Element parent) {
    return children(parent, "dependencies").stream()
        .flatMap(all -> children(all, "dependency").stream())
        .map(
            each ->
                new Dependency(
                    textOf(each, "groupId", ""),
                    textOf(each, "artifactId", ""),
                    textOf(each, "version", ""),
                    textOf(each, "scope", "compile"),
                    textOf(each, "optional", "false").equals("true")))
        .toList();
  }

  private static String textOf(Element parent, String name, String otherwise) {
    return children(parent, name).stream()
        .findFirst()
        .map(found -> found.getTextContent().strip())
        .orElse(otherwise);
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    NodeList nodes = parent.getChildNodes();
    for (int i = 0; i < nodes.getLength(); i++) {
      Node node = nodes.item(i);
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }
}
