package dev.sluice.engine.transfer;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.api.spi.TransportProvider;
import java.io.IOException;
import java.util.List;

/** A provider that describes its scheme otherwise. */
record OneScheme(TransportProvider provider, Scheme scheme) implements TransportProvider {
  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public List<Scheme> schemes() {
    return List.of(scheme);
  }

  @Override
  public TransportChannel connect(TransportAddress address, TransportContext context)
      throws IOException {
    return provider.connect(address, context);
  }

  @Override
  public TransportListener listen(TransportAddress address, TransportContext context)
      throws IOException {
    return provider.listen(address, context);
  }
}
