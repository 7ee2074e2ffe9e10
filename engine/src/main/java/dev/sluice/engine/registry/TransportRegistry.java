package dev.sluice.engine.registry;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Option.Side;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The installed transports: opens channels by address.
 *
 * <p>A provider that cannot be loaded, or that claims what another has, does not disturb the
 * others: it is told in {@link #failures()}. What is installed does not change.
 *
 * <h2>Ownership</h2>
 *
 * Whoever made the registry closes it, after the channels and listeners that it opened; those
 * belong to whoever opened them.
 *
 * <h2>Threading</h2>
 *
 * Safe for any thread. Providers are called in the caller's thread.
 *
 * <h2>Errors</h2>
 *
 * The methods that open something throw
 *
 * <ul>
 *   <li>{@link TransportException} of kind {@link TransportException.Kind#ADDRESS} for an address
 *       that cannot be right: malformed, of an unknown scheme, with an option that is unknown, for
 *       the other side, or of the wrong type;
 *   <li>{@link SchemeUnavailableException} for a scheme that is known and cannot be used;
 *   <li>the {@link IOException} of the provider; whatever else a provider throws, or a null that it
 *       returns, as a {@link TransportException} of kind {@link TransportException.Kind#IO} that
 *       names the provider. An OutOfMemoryError passes;
 *   <li>{@link IllegalStateException} after {@link #close}.
 * </ul>
 */
public final class TransportRegistry implements AutoCloseable {
  private final SchemeTable table;
  private final List<Plugins> plugins;
  private volatile boolean closed;

  private TransportRegistry(SchemeTable table, List<Plugins> plugins) {
    this.table = table;
    this.plugins = plugins;
  }

  /**
   * Loads the providers of an application: those that a class loader finds on the class path, and
   * those of the named modules that it and its parents define. The context class loader is never
   * asked.
   *
   * <p>Then loads the plugins: each jar, and each sub-folder with all its jars, of the given
   * folders. A plugin sees the JDK, the packages of {@code dev.sluice.api}, and nothing else of the
   * host or of other plugins. What somebody else than this user and root could change is refused.
   *
   * @param host the application's class loader
   * @param pluginFolders folders with plugins; one that cannot be used is told in {@link #failures}
   */
  public static TransportRegistry load(ClassLoader host, Path... pluginFolders) {
    // A null would mean the system class loader.
    Objects.requireNonNull(host, "host");
    Admission admission = new Admission();
    Discovery.in(host, Origin.HOST, admission).run();
    // Without plugins none of their classes is needed at a start.
    return pluginFolders.length == 0
        ? new TransportRegistry(admission.result(), List.of())
        : withPlugins(pluginFolders, admission);
  }

  private static TransportRegistry withPlugins(Path[] folders, Admission admission) {
    Plugins plugins = new Plugins(admission);
    try {
      for (Path folder : folders) {
        plugins.load(folder);
      }
      return new TransportRegistry(admission.result(), List.of(plugins));
    } catch (RuntimeException | Error failure) {
      plugins.close();
      throw failure;
    }
  }

  /**
   * Returns a registry of given providers, with the same checks as {@link #load}.
   *
   * @param providers the providers
   */
  public static TransportRegistry of(TransportProvider... providers) {
    Admission admission = new Admission();
    for (TransportProvider provider : providers) {
      admission.admit(Origin.HOST, Objects.requireNonNull(provider, "provider"));
    }
    return new TransportRegistry(admission.result(), List.of());
  }

  /**
   * Opens the outgoing side of an address.
   *
   * @param address such as {@code tcp:host:4444}
   * @return a channel that writes; the caller owns it
   * @throws IOException see the class
   */
  public TransportChannel connect(String address) throws IOException {
    return connect(TransportAddress.parse(address), TransportContext.defaults());
  }

  /**
   * Opens the outgoing side of an address.
   *
   * @param address where to
   * @param context durations and the logger
   * @return a channel that writes; the caller owns it
   * @throws IOException see the class
   */
  public TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    return call(address, context, Side.CONNECT, provider -> provider.connect(address, context));
  }

  /**
   * Opens the incoming side of an address.
   *
   * @param address such as {@code tcp::4444}
   * @return a listener whose channels read; the caller owns it
   * @throws IOException see the class
   */
  public TransportListener listen(String address) throws IOException {
    return listen(TransportAddress.parse(address), TransportContext.defaults());
  }

  /**
   * Opens the incoming side of an address.
   *
   * @param address where
   * @param context durations and the logger
   * @return a listener whose channels read; the caller owns it
   * @throws IOException see the class
   */
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    return call(address, context, Side.LISTEN, provider -> provider.listen(address, context));
  }

  /**
   * Looks at what {@link #connect} would refuse whoever is there, as far as that can be seen
   * without connecting.
   *
   * @param address where to
   * @param context durations and the logger
   * @throws IOException see the class
   */
  public void checkConnect(TransportAddress address, TransportContext context) throws IOException {
    TransportAddress _ =
        call(
            address,
            context,
            Side.CONNECT,
            provider -> {
              provider.checkConnect(address, context);
              return address;
            });
  }

  private <T> T call(
      TransportAddress address,
      TransportContext context,
      Side side,
      ProviderCall.Request<T> request)
      throws IOException {
    Objects.requireNonNull(context, "context");
    requireOpen();
    return new ProviderCall(table.require(address), address, side).run(request);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the registry is closed");
    }
  }

  /**
   * Returns a scheme that is installed, whether or not it is available here.
   *
   * @param scheme the name of the scheme
   */
  public Optional<InstalledScheme> find(String scheme) {
    return table.find(scheme);
  }

  /**
   * Returns the provider of an address itself, for tools that test or describe transports: calls to
   * it are not checked as those of {@link #connect} and {@link #listen} are.
   *
   * @param address its options may be of either side; its target is not looked at
   * @throws TransportException of kind {@link TransportException.Kind#ADDRESS} if the scheme is not
   *     installed, or an option is unknown or of the wrong type; {@link SchemeUnavailableException}
   *     if the scheme cannot be used
   * @throws IllegalStateException after {@link #close}
   */
  public TransportProvider provider(TransportAddress address) throws TransportException {
    requireOpen();
    Claim claim = table.require(address);
    new AddressCheck(claim.scheme().scheme(), address, Side.BOTH).run();
    return claim.provider();
  }

  /** Returns all schemes that are installed, sorted by name. */
  public List<InstalledScheme> schemes() {
    return table.schemes();
  }

  /** Returns the providers, and the single schemes, that are not used, and why. */
  public List<ProviderFailure> failures() {
    return table.failures();
  }

  /**
   * Ends the registry: nothing can be opened through it any more, and the jars of plugins are
   * closed; what is installed can still be read. Calling it again does nothing.
   */
  @Override
  public void close() {
    closed = true;
    plugins.forEach(Plugins::close);
  }
}
