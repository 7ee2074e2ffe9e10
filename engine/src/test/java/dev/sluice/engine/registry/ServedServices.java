package dev.sluice.engine.registry;

import dev.sluice.api.spi.TransportProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Finds the classes of the tests, and of all service files for transports only the given ones: the
 * file number n lies in {@code memory:/jar<n>}.
 */
class ServedServices extends ClassLoader {
  static final String SERVICE_FILE = "META-INF/services/" + TransportProvider.class.getName();

  private final List<URL> files = new ArrayList<>();

  /** Serves files with these contents. */
  ServedServices(String... contents) {
    super(ServedServices.class.getClassLoader());
    for (String content : contents) {
      files.add(inMemory("memory:/jar" + files.size() + "/" + SERVICE_FILE, content));
    }
  }

  /** Serves one file that names these classes. */
  static ServedServices naming(Class<?>... providers) {
    StringBuilder content = new StringBuilder();
    for (Class<?> provider : providers) {
      content.append(provider.getName()).append('\n');
    }
    return new ServedServices(content.toString());
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return name.equals(SERVICE_FILE) ? Collections.enumeration(files) : super.getResources(name);
  }

  private static URL inMemory(String uri, String content) {
    URLStreamHandler handler =
        new URLStreamHandler() {
          @Override
          protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
              @Override
              public void connect() {}

              @Override
              public InputStream getInputStream() {
                return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
              }
            };
          }
        };
    try {
      return URL.of(URI.create(uri), handler);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
