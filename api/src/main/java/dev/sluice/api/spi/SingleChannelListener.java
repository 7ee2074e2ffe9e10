package dev.sluice.api.spi;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A listener that hands out one channel, opened when it is asked for; for endpoints that are not
 * servers, such as files. {@code accept} gives the channel once and is exhausted afterwards.
 */
public final class SingleChannelListener implements TransportListener {
  /** Opens the channel. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Opens the channel, in the thread that accepts, without blocking.
     *
     * @throws IOException if it cannot be opened
     */
    TransportChannel open() throws IOException;
  }

  private final TransportAddress address;
  private final AtomicReference<@Nullable Opener> opener;
  private final Closeable unused;

  /**
   * Creates a listener.
   *
   * @param address what {@link #address()} returns
   * @param opener opens the one channel; must not block, else a {@code close} could not end it
   */
  public SingleChannelListener(TransportAddress address, Opener opener) {
    this(address, opener, () -> {});
  }

  /**
   * Creates a listener that holds something for its channel.
   *
   * @param address what {@link #address()} returns
   * @param opener see {@link #SingleChannelListener(TransportAddress, Opener)}; owns what is held
   *     from then on
   * @param unused ends what is held; called if the listener is closed before its channel was taken
   */
  public SingleChannelListener(TransportAddress address, Opener opener, Closeable unused) {
    this.address = address;
    this.opener = new AtomicReference<>(opener);
    this.unused = unused;
  }

  @Override
  public TransportAddress address() {
    return address;
  }

  @Override
  public boolean awaitsPeer() {
    return false;
  }

  @Override
  public Optional<TransportChannel> accept() throws IOException {
    Opener once = opener.getAndSet(null);
    return once == null ? Optional.empty() : Optional.of(once.open());
  }

  @Override
  public void close() throws IOException {
    if (opener.getAndSet(null) != null) {
      unused.close();
    }
  }
}
