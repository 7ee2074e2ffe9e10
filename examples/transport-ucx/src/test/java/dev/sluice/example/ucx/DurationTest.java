package dev.sluice.example.ucx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiting "for ever" is said with the longest duration there is. */
@Timeout(60)
class DurationTest {
  private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE);

  @Test
  void longestDurations_areTakenForWhatTheyAre() throws Exception {
    UcxTransport transport = new UcxTransport();
    TransportContext context =
        TransportContext.defaults()
            .withConnectTimeout(LONGEST)
            .withHandshakeTimeout(LONGEST)
            .withLinger(LONGEST);
    try (TransportListener listener =
        transport.listen(TransportAddress.parse("ucx:127.0.0.1:0"), context)) {
      FutureTask<TransportChannel> connecting =
          new FutureTask<>(() -> transport.connect(listener.address(), context));
      Thread.ofVirtual().start(connecting);
      TransportChannel incoming = listener.accept().orElseThrow();
      incoming.establish();
      TransportChannel outgoing = connecting.get();
      FutureTask<Integer> reading =
          new FutureTask<>(
              () -> {
                int count = incoming.read(ByteBuffer.allocate(10));
                incoming.close();
                return count;
              });
      Thread.ofVirtual().start(reading);
      outgoing.write(ByteBuffer.allocate(1));
      outgoing.close();
      assertEquals(1, reading.get());
    }
  }
}
