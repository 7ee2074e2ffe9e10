package dev.sluice.transport.rdmasim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportProvider;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** CH-15.1 to 15.3: as a plugin is loaded, with nothing of the host but the API. */
@Timeout(20)
class LoadingTest {
  @TempDir(factory = InMemory.class)
  private Path base;

  /** Gives what a plugin may see of its host. */
  private static final class ApiOnly extends ClassLoader {
    ApiOnly() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith("dev.sluice.api.")) {
        return LoadingTest.class.getClassLoader().loadClass(name);
      }
      throw new ClassNotFoundException(name);
    }
  }

  @Test
  void provider_worksInAClassLoaderOfItsOwn() throws Exception {
    URL classes = RdmaSimTransport.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, new ApiOnly())) {
      assertThrows(ClassNotFoundException.class, () -> loader.loadClass("org.jspecify.Absent"));
      TransportProvider provider =
          ServiceLoader.load(TransportProvider.class, loader).findFirst().orElseThrow();
      assertNotSame(RdmaSimTransport.class, provider.getClass());
      assertEquals(TransportProvider.SPI_VERSION, provider.spiVersion());
      assertEquals("rdma-sim", provider.schemes().getFirst().name());
      TransportAddress address = Channels.address(Channels.at(base));
      try (TransportListener listener = provider.listen(address, Channels.CONTEXT)) {
        Caller.Call<TransportChannel> connecting =
            Caller.PLATFORM.start(() -> provider.connect(address, Channels.CONTEXT));
        TransportChannel accepted = listener.accept().orElseThrow();
        Channels.writeFully(accepted, Channels.one(7));
        // The peer is this module's other copy, or might be: nothing but memory is shared.
        assertEquals(7, Channels.readOne(connecting.result()));
        connecting.result().abort();
        accepted.abort();
      }
    }
  }

  /** Two copies of the transport, which know nothing of each other. */
  @Test
  void copiesInDifferentClassLoaders_talkToEachOther() throws Exception {
    URL classes = RdmaSimTransport.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, new ApiOnly());
        TransportListener listener = Channels.listen(Channels.at(base))) {
      TransportProvider other =
          ServiceLoader.load(TransportProvider.class, loader).findFirst().orElseThrow();
      Caller.Call<TransportChannel> connecting =
          Caller.PLATFORM.start(() -> other.connect(listener.address(), Channels.CONTEXT));
      TransportChannel accepted = listener.accept().orElseThrow();
      Channels.writeFully(accepted, Channels.one(7));
      assertEquals(7, Channels.readOne(connecting.result()));
      connecting.result().abort();
      accepted.abort();
    }
  }
}
