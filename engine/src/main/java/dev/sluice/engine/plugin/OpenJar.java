package dev.sluice.engine.plugin;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** A jar of a plugin, open until it is closed. Safe for any thread. */
final class OpenJar implements Closeable {
  private final Path path;
  private final JarFile file;
  private final ProtectionDomain domain;

  private OpenJar(Path path, JarFile file) throws IOException {
    this.path = path;
    this.file = file;
    this.domain =
        new ProtectionDomain(
            new CodeSource(path.toUri().toURL(), (CodeSigner @Nullable []) null), null);
  }

  /**
   * Opens a jar, with what it has for this version of Java.
   *
   * @throws PluginException if it cannot be read, or is none
   */
  static OpenJar open(Path path) throws PluginException {
    try {
      if (!Files.exists(path)) {
        throw new NoSuchFileException(path.toString());
      }
      if (!Files.isReadable(path)) {
        throw new AccessDeniedException(path.toString());
      }
      if (!Files.isRegularFile(path)) {
        // Opening a FIFO would wait for somebody to write to it.
        throw noJar(path, "not a regular file", null);
      }
      return new OpenJar(
          path, new JarFile(path.toFile(), true, ZipFile.OPEN_READ, Runtime.version()));
    } catch (ZipException damaged) {
      throw noJar(path, String.valueOf(damaged.getMessage()), damaged);
    } catch (IOException failure) {
      throw PluginException.unreadable(failure);
    }
  }

  private static PluginException noJar(Path path, String why, @Nullable Throwable cause) {
    return new PluginException(
        path.getFileName() + " is no jar, or not a whole one: " + why,
        "copy it again, and compare its length with the original's",
        cause);
  }

  /** Returns an entry; empty if there is none, and for all after the end. */
  Optional<JarEntry> find(String name) {
    try {
      return Optional.ofNullable(file.getJarEntry(name));
    } catch (IllegalStateException closed) {
      return Optional.empty();
    }
  }

  /** Returns the content of an entry. */
  byte[] read(JarEntry entry) throws IOException {
    try (InputStream content = file.getInputStream(entry)) {
      return content.readAllBytes();
    }
  }

  /** Returns what the manifest says of the jar as a whole. */
  Attributes attributes() throws IOException {
    @Nullable Manifest manifest = file.getManifest();
    return manifest == null ? new Attributes() : manifest.getMainAttributes();
  }

  /** Returns who the classes of this jar are. */
  ProtectionDomain domain() {
    return domain;
  }

  /** Returns the usual URL of an entry, but reading from this open jar. */
  URL url(JarEntry entry) {
    try {
      String name = new URI(null, null, "/" + entry.getRealName(), null).getRawPath();
      return URL.of(URI.create("jar:" + path.toUri() + "!" + name), new Handler(entry));
    } catch (URISyntaxException | MalformedURLException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public String toString() {
    return path.toString();
  }

  /** The JDK's own would open the jar again, and keep it open in a cache. */
  private final class Handler extends URLStreamHandler {
    private final JarEntry entry;

    Handler(JarEntry entry) {
      this.entry = entry;
    }

    @Override
    protected URLConnection openConnection(URL url) throws IOException {
      if (!url.getPath().endsWith("!/" + entry.getRealName())) {
        // One that was resolved against ours.
        return URI.create(url.toExternalForm()).toURL().openConnection();
      }
      return new Connection(url, entry);
    }
  }

  private final class Connection extends URLConnection {
    private final JarEntry entry;

    Connection(URL url, JarEntry entry) {
      super(url);
      this.entry = entry;
    }

    @Override
    public void connect() {
      // It is open.
    }

    @Override
    public long getContentLengthLong() {
      return entry.getSize();
    }

    @Override
    public InputStream getInputStream() throws IOException {
      try {
        return file.getInputStream(entry);
      } catch (IllegalStateException closed) {
        throw new IOException("the plugin of " + url + " was closed", closed);
      }
    }
  }
}
