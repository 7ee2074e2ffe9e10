package dev.sluice.transport.file;

import static dev.sluice.transport.file.Endpoints.accept;
import static dev.sluice.transport.file.Endpoints.connect;
import static dev.sluice.transport.file.Endpoints.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportChannel;
import dev.sluice.transport.file.Caller.Call;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Positions, of both directions. */
@Timeout(10)
final class SeekableFileTest {
  @TempDir private Path folder;
  private Path target;

  @BeforeEach
  void nameTarget() throws IOException {
    target = Files.writeString(folder.resolve("vm.mig"), "0123456789");
  }

  @Test
  void features_areSeekableAndNothingElse() throws IOException {
    try (TransportChannel out = connect("file:" + target);
        TransportChannel in = accept("file:" + target)) {
      assertEquals(Set.of(ChannelFeature.SEEKABLE), out.features());
      assertEquals(Set.of(ChannelFeature.SEEKABLE), in.features());
      assertThrows(FeatureUnsupportedException.class, () -> out.shutdown(Direction.WRITE));
      out.abort();
    }
  }

  @Test
  void writeAt_leavesThePositionAlone() throws IOException {
    try (TransportChannel out = connect("file:" + target)) {
      write(out, "ab");
      assertEquals(2, out.writeAt(ByteBuffer.wrap(new byte[] {'x', 'y'}), 4));
      assertEquals(2, out.position());
      assertEquals(6, out.size());
      write(out, "cd");
    }
    assertEquals("abcdxy", Files.readString(target));
  }

  @Test
  void position_pastTheEnd_leavesAGapOfZerosWhenWritten() throws IOException {
    try (TransportChannel out = connect("file:" + target)) {
      out.position(3);
      write(out, "a");
    }
    assertArrayEquals(new byte[] {0, 0, 0, 'a'}, Files.readAllBytes(target));
  }

  @Test
  void readAt_leavesThePositionAlone() throws IOException {
    try (TransportChannel in = accept("file:" + target + ",offset=2")) {
      ByteBuffer three = ByteBuffer.allocate(3);
      assertEquals(3, in.readAt(three, 7));
      assertArrayEquals(new byte[] {'7', '8', '9'}, three.array());
      assertEquals(2, in.position());
      assertEquals(10, in.size());
      assertEquals(-1, in.readAt(ByteBuffer.allocate(1), 10));
      assertEquals(-1, in.readAt(ByteBuffer.allocate(1), Long.MAX_VALUE));
      assertEquals(0, in.readAt(ByteBuffer.allocate(0), 0));
      in.position(9);
      assertEquals("9", Endpoints.read(in));
      in.position(100);
      assertEquals("", Endpoints.read(in));
    }
  }

  @Test
  void otherDirection_isRefused() throws IOException {
    try (TransportChannel out = connect("file:" + target);
        TransportChannel in = accept("file:" + target)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      assertThrows(NonReadableChannelException.class, () -> out.readAt(one, 0));
      assertThrows(NonReadableChannelException.class, () -> out.read(one));
      assertThrows(NonWritableChannelException.class, () -> in.writeAt(one, 0));
      assertThrows(NonWritableChannelException.class, () -> in.write(one));
      out.abort();
    }
  }

  @Test
  void negativePosition_isRefused_andHarmless() throws IOException {
    try (TransportChannel out = connect("file:" + target);
        TransportChannel in = accept("file:" + target)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      assertThrows(IllegalArgumentException.class, () -> out.writeAt(one, -1));
      assertThrows(IllegalArgumentException.class, () -> in.readAt(one, -1));
      assertThrows(IllegalArgumentException.class, () -> in.position(-1));
      assertEquals("0123456789", Endpoints.read(in));
      out.abort();
    }
  }

  @Test
  void closed_hasNoPositions() throws IOException {
    TransportChannel in = accept("file:" + target);
    in.close();
    assertThrows(ClosedChannelException.class, in::position);
    assertThrows(ClosedChannelException.class, in::size);
    assertThrows(ClosedChannelException.class, () -> in.position(0));
    assertThrows(ClosedChannelException.class, () -> in.readAt(ByteBuffer.allocate(1), 0));
  }

  @ParameterizedTest
  @EnumSource
  void interrupted_evenPositionAborts(Caller caller) throws IOException {
    TransportChannel in = accept("file:" + target);
    Call<Long> call =
        caller.start(
            () -> {
              Thread.currentThread().interrupt();
              return in.position();
            });
    call.failure(ClosedByInterruptException.class);
    assertThrows(ClosedChannelException.class, in::size);
  }

  @Test
  void nioChannel_carriesTheSameBytes() throws IOException {
    Path copy = folder.resolve("copy");
    try (TransportChannel in = accept("file:" + target + ",offset=1");
        TransportChannel out = connect("file:" + copy)) {
      FileChannel from = (FileChannel) in.nioChannel().orElseThrow();
      FileChannel to = (FileChannel) out.nioChannel().orElseThrow();
      write(out, "x");
      assertEquals(9, from.transferTo(from.position(), 100, to));
      assertEquals(10, out.position());
    }
    assertEquals("x123456789", Files.readString(copy));
  }
}
