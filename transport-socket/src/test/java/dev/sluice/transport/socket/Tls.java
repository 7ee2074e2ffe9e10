package dev.sluice.transport.socket;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** Shorthand of the tests: connections with TLS. */
final class Tls {
  static final TransportContext CONTEXT =
      Sockets.CONTEXT.withHandshakeTimeout(Duration.ofSeconds(10));

  private static final SocketTransport TRANSPORT = new SocketTransport();

  private Tls() {}

  /** Returns addresses to listen at, with names that certificates have. */
  static Stream<String> everywhere() throws IOException {
    return Stream.of("tcp:127.0.0.1:0", "unix:" + Sockets.freshPath());
  }

  static String options(Path certificates) {
    return ",tls=on,tls-dir=" + certificates;
  }

  /** Also says who is at the other end, where the address does not. */
  static String clientOptions(String address, Path certificates) {
    return options(certificates) + (address.startsWith("unix") ? ",tls-hostname=localhost" : "");
  }

  static TransportListener listen(String address) throws IOException {
    return TRANSPORT.listen(Sockets.address(address), CONTEXT);
  }

  static TransportChannel connect(String address) throws IOException {
    return TRANSPORT.connect(Sockets.address(address), CONTEXT);
  }

  /** The next channel, its hand-shake done. */
  static TransportChannel accept(TransportListener listener) throws IOException {
    TransportChannel channel = listener.accept().orElseThrow();
    channel.establish();
    return channel;
  }

  static Sockets.Pair pair(String listenAt, Path certificates) throws Exception {
    return pair(listenAt, options(certificates), clientOptions(listenAt, certificates));
  }

  static Sockets.Pair pair(String listenAt, String serverOptions, String clientOptions)
      throws Exception {
    try (TransportListener listener = listen(listenAt + serverOptions)) {
      Caller.Call<TransportChannel> accepting = Caller.PLATFORM.start(() -> accept(listener));
      TransportChannel connected = connect(listener.address() + clientOptions);
      return new Sockets.Pair(connected, accepting.result());
    }
  }
}
