package dev.sluice.transport.file;

import static dev.sluice.transport.file.Endpoints.accept;
import static dev.sluice.transport.file.Endpoints.connect;
import static dev.sluice.transport.file.Endpoints.listen;
import static dev.sluice.transport.file.Endpoints.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

final class NullChannelTest {
  @Test
  void write_countsAndDropsAllBuffers() throws IOException {
    try (NullChannel channel = (NullChannel) connect("null:")) {
      ByteBuffer[] sources = {
        ByteBuffer.allocate(3), ByteBuffer.allocate(0), ByteBuffer.allocateDirect(5)
      };
      assertEquals(8, channel.write(sources));
      assertFalse(sources[2].hasRemaining());
      write(channel, "ab");
      assertEquals(10, channel.droppedByteCount());
    }
  }

  @Test
  void close_logsTheCountForDebugging() throws IOException {
    List<String> messages = new ArrayList<>();
    Logger logger = Logger.getLogger("null-channel-test");
    logger.setLevel(Level.ALL);
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord message) {
            messages.add(message.getLevel() + " " + new SimpleFormatter().formatMessage(message));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(handler);
    TransportContext context = TransportContext.defaults().withLogger("null-channel-test");
    try (TransportChannel channel = connect("null:", context)) {
      channel.write(ByteBuffer.allocate(12345));
    }
    assertEquals(List.of("FINE null: dropped 12345 bytes"), messages);
  }

  @Test
  void read_isAtTheEndAtOnceAndAgain() throws IOException {
    try (TransportChannel channel = accept("null:")) {
      assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
      assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
    }
  }

  @Test
  void directionsAndFeatures_areNotMoreThanPromised() throws IOException {
    try (TransportChannel out = connect("null:");
        TransportChannel in = accept("null:")) {
      assertEquals(Set.of(), out.features());
      assertThrows(NonReadableChannelException.class, () -> out.read(ByteBuffer.allocate(1)));
      assertThrows(NonWritableChannelException.class, () -> in.write(ByteBuffer.allocate(1)));
      assertThrows(FeatureUnsupportedException.class, out::position);
      assertTrue(out.nioChannel().isEmpty());
    }
  }

  @Test
  void closed_refusesTransfers() throws IOException {
    TransportChannel channel = connect("null:");
    channel.close();
    assertThrows(ClosedChannelException.class, () -> channel.write(ByteBuffer.allocate(1)));
  }

  @Test
  void listener_givesOneChannel() throws IOException {
    try (TransportListener listener = listen("null:")) {
      assertEquals(TransportAddress.parse("null:"), listener.address());
      listener.accept().orElseThrow().close();
      assertTrue(listener.accept().isEmpty());
    }
  }
}
