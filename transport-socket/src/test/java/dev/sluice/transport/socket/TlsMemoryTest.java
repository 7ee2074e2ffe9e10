package dev.sluice.transport.socket;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.tck.fault.ForwardingChannel;
import dev.sluice.transport.socket.tls.Authority;
import dev.sluice.transport.socket.tls.TlsLayer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How much a connection with TLS asks for at a time, which is the size of its buffers. */
@Timeout(30)
class TlsMemoryTest {
  private static final int SENT_BYTE_COUNT = 4 << 20;

  /** The greatest record, with what TLS puts around it; RFC 8446, 5.2. */
  private static final int GREATEST_RECORD_BYTE_COUNT = (16 << 10) + 512;

  @TempDir static Path certificates;

  @BeforeAll
  static void makeCertificates() throws IOException {
    Authority.root("CN=Root").fill(certificates);
  }

  /** As a relay of many connections takes it. */
  @Test
  void readerOfLittleAtATime_getsASmallBuffer() throws Exception {
    int greatest = greatestRead(16 << 10);
    assertTrue(greatest <= GREATEST_RECORD_BYTE_COUNT, () -> "asked for " + greatest);
  }

  @Test
  void readerOfMuchAtATime_getsALargeBuffer() throws Exception {
    int greatest = greatestRead(1 << 20);
    assertTrue(greatest >= 100 << 10, () -> "asked for " + greatest);
  }

  /** Returns the greatest room that the channel beneath was asked to fill. */
  private static int greatestRead(int byteCountAtATime) throws Exception {
    try (TransportListener listener = Sockets.listen("tcp:127.0.0.1:0")) {
      String options = Tls.options(certificates);
      Caller.Call<TransportChannel> connecting =
          Caller.PLATFORM.start(() -> Tls.connect(listener.address() + options));
      Watched watched = new Watched(listener.accept().orElseThrow());
      TransportChannel channel = over(watched, listener.address() + options);
      channel.establish();
      TransportChannel sender = connecting.result();
      try {
        Caller.Call<Boolean> sending =
            Caller.PLATFORM.start(
                () -> {
                  Sockets.writeFully(sender, Sockets.bytes(SENT_BYTE_COUNT));
                  return true;
                });
        ByteBuffer room = ByteBuffer.allocate(byteCountAtATime);
        for (int left = SENT_BYTE_COUNT; left > 0; left -= room.position()) {
          assertTrue(channel.read(room.clear()) > 0, "it ended early");
        }
        sending.result();
      } finally {
        sender.abort();
        channel.abort();
      }
      return watched.greatest;
    }
  }

  private static TransportChannel over(TransportChannel plain, String address) throws IOException {
    TransportAddress parsed = Sockets.address(address);
    return TlsLayer.toListen(parsed, Duration.ofSeconds(10), Tls.CONTEXT)
        .orElseThrow()
        .accepted(plain);
  }

  private static final class Watched extends ForwardingChannel {
    private volatile int greatest;

    Watched(TransportChannel delegate) {
      super(delegate);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      greatest = Math.max(greatest, target.remaining());
      return super.read(target);
    }
  }
}
