package dev.sluice.api.spi;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import java.io.IOException;
import java.util.List;

/**
 * The service that a transport provides; found by {@link java.util.ServiceLoader}.
 *
 * <p>An implementation is a public final class with a public constructor without parameters that
 * does nothing. It is named in {@code META-INF/services} (the annotation {@code AutoService} writes
 * that file) and, for the module path, in the {@code provides} of its {@code module-info}.
 *
 * <h2>Threading</h2>
 *
 * Called by many threads at once, so it keeps no state, or guards it. {@link #connect} and {@link
 * #listen} run in the caller's thread, end within 1 s of its interrupt, and leave nothing open when
 * they throw.
 *
 * <h2>Errors</h2>
 *
 * {@link #connect} and {@link #listen} throw {@link dev.sluice.api.TransportException}: of kind
 * {@code ADDRESS} for a target they cannot read, {@code UNREACHABLE} for an endpoint that is
 * absent, refuses or is taken, {@code IO} for the rest.
 */
public interface TransportProvider {
  /** The version of this SPI. A compile-time constant, so it is copied into whoever names it. */
  int SPI_VERSION = 1;

  /**
   * Returns {@link #SPI_VERSION}: the constant is inlined when the provider is compiled, so this
   * tells which SPI it was compiled for. Not a default method, which would always name the host's.
   */
  int spiVersion();

  /** Returns the schemes this provider serves, at least one. Read once, when it is loaded. */
  List<Scheme> schemes();

  /**
   * Opens the outgoing side: a channel that writes.
   *
   * @param address of one of {@link #schemes()}; its options are known and have the right types
   * @param context durations and the logger
   * @return a channel that is ready for transfers and that the caller owns
   * @throws IOException if it cannot be opened
   */
  TransportChannel connect(TransportAddress address, TransportContext context) throws IOException;

  /**
   * Opens the incoming side: a listener whose channels read.
   *
   * @param address of one of {@link #schemes()}; its options are known and have the right types
   * @param context durations and the logger
   * @return a listener that the caller owns
   * @throws IOException if the endpoint cannot be bound or is known to be absent
   */
  TransportListener listen(TransportAddress address, TransportContext context) throws IOException;

  /**
   * Looks at what {@link #connect} would refuse whoever is there: a target or options that mean
   * nothing, certificates that cannot be used, what a policy is against. Connects to nobody and
   * looks up no name, so it returns at once. For those who connect again and again, such as a
   * relay, and want to know at their start. Looks at nothing unless a provider overrides it.
   *
   * @param address of one of {@link #schemes()}; its options are known and have the right types
   * @param context durations and the logger
   * @throws IOException as {@link #connect} would
   */
  default void checkConnect(TransportAddress address, TransportContext context)
      throws IOException {}
}
