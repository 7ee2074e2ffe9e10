package dev.sluice.tck.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.tck.Bytes;
import dev.sluice.tck.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryFileTest {
  private final MemoryFile file = new MemoryFile("0123456789".getBytes(StandardCharsets.UTF_8));

  @Test
  void open_features_areSeekableAndWhatTheDirectionBrings() {
    assertEquals(Set.of(ChannelFeature.SEEKABLE), file.open(Direction.READ).features());
    assertEquals(Set.of(ChannelFeature.SEEKABLE), file.open(Direction.WRITE).features());
    assertEquals(
        Set.of(ChannelFeature.SEEKABLE, ChannelFeature.DUPLEX),
        file.open(Direction.BOTH).features());
  }

  @Test
  void read_movesThePosition_toTheEnd() throws IOException {
    TransportChannel channel = file.open(Direction.READ);
    assertEquals("0123", Bytes.read(channel, 4));
    assertEquals(4, channel.position());
    ByteBuffer[] targets = {ByteBuffer.allocate(2), ByteBuffer.allocate(0), ByteBuffer.allocate(9)};
    assertEquals(6, channel.read(targets));
    assertEquals("45", Bytes.text(targets[0]));
    assertEquals("6789", Bytes.text(targets[2]));
    assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
    assertEquals(10, channel.position());
  }

  @Test
  void write_growsAndOverwrites() throws IOException {
    TransportChannel channel = file.open(Direction.WRITE);
    channel.position(8);
    assertEquals(5, channel.write(new ByteBuffer[] {Bytes.of("ab"), Bytes.of("cde")}));
    assertEquals(13, channel.size());
    assertEquals("01234567abcde", content());
  }

  @Test
  void write_pastTheEnd_leavesZeros() throws IOException {
    TransportChannel channel = file.open(Direction.WRITE);
    channel.position(12);
    assertEquals(10, channel.size());
    channel.write(Bytes.of("x"));
    assertEquals("0123456789\0\0x", content());
  }

  @Test
  void positional_leavesThePositionAlone() throws IOException {
    TransportChannel channel = file.open(Direction.BOTH);
    channel.position(5);
    ByteBuffer target = ByteBuffer.allocate(3);
    assertEquals(3, channel.readAt(target, 7));
    assertEquals("789", Bytes.text(target));
    assertEquals(2, channel.writeAt(Bytes.of("ab"), 0));
    assertEquals(5, channel.position());
    assertEquals("ab23456789", content());
  }

  @Test
  void readAt_atOrPastTheEnd_isTheEnd() throws IOException {
    TransportChannel channel = file.open(Direction.READ);
    assertEquals(-1, channel.readAt(ByteBuffer.allocate(1), 10));
    assertEquals(-1, channel.readAt(ByteBuffer.allocate(1), Long.MAX_VALUE));
    assertEquals(0, channel.readAt(ByteBuffer.allocate(0), 10));
  }

  @Test
  void position_pastTheEnd_readsTheEnd() throws IOException {
    TransportChannel channel = file.open(Direction.READ);
    channel.position(Long.MAX_VALUE);
    assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
    assertEquals(Long.MAX_VALUE, channel.position());
  }

  @Test
  void position_negative_isRefused() throws IOException {
    TransportChannel channel = file.open(Direction.BOTH);
    assertThrows(IllegalArgumentException.class, () -> channel.position(-1));
    assertThrows(IllegalArgumentException.class, () -> channel.readAt(ByteBuffer.allocate(1), -1));
    assertThrows(IllegalArgumentException.class, () -> channel.writeAt(Bytes.of("x"), -1));
    assertEquals(0, channel.position());
  }

  @Test
  void writeAt_whereNoArrayReaches_fails() {
    TransportChannel channel = file.open(Direction.WRITE);
    assertThrows(TransportException.class, () -> channel.writeAt(Bytes.of("x"), 1L << 40));
    assertEquals("0123456789", content());
  }

  @Test
  void direction_absent_isRefusedForPositionalCallsToo() {
    TransportChannel reader = file.open(Direction.READ);
    TransportChannel writer = file.open(Direction.WRITE);
    assertThrows(NonWritableChannelException.class, () -> reader.write(Bytes.of("x")));
    assertThrows(NonWritableChannelException.class, () -> reader.writeAt(Bytes.of("x"), 0));
    assertThrows(NonReadableChannelException.class, () -> writer.read(ByteBuffer.allocate(1)));
    assertThrows(NonReadableChannelException.class, () -> writer.readAt(ByteBuffer.allocate(1), 0));
  }

  @Test
  void close_everyCallAfter_throws() throws IOException {
    TransportChannel channel = file.open(Direction.BOTH);
    channel.close();
    assertThrows(ClosedChannelException.class, channel::position);
    assertThrows(ClosedChannelException.class, () -> channel.position(1));
    assertThrows(ClosedChannelException.class, channel::size);
    assertThrows(ClosedChannelException.class, () -> channel.readAt(ByteBuffer.allocate(1), 0));
    assertThrows(ClosedChannelException.class, () -> channel.writeAt(Bytes.of("x"), 0));
  }

  @Test
  void open_twoChannels_shareBytesNotPositions() throws IOException {
    TransportChannel writer = file.open(Direction.WRITE);
    TransportChannel reader = file.open(Direction.READ);
    writer.write(Bytes.of("ab"));
    assertEquals("ab2", Bytes.read(reader, 3));
    assertEquals(2, writer.position());
  }

  @Test
  void randomCalls_doWhatFileChannelDoes(@TempDir Path folder) throws IOException {
    long seed = Seed.print(getClass());
    var random = new Random(seed);
    var memory = new MemoryFile();
    Path path = folder.resolve("expected");
    try (TransportChannel actual = memory.open(Direction.BOTH);
        FileChannel expected =
            FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      for (int i = 0; i < 3000; i++) {
        long position = random.nextInt(2000);
        byte[] bytes = new byte[1 + random.nextInt(100)];
        random.nextBytes(bytes);
        ByteBuffer one = ByteBuffer.wrap(bytes.clone());
        ByteBuffer two = ByteBuffer.wrap(bytes.clone());
        switch (random.nextInt(5)) {
          case 0 -> assertEquals(expected.read(one), actual.read(two));
          case 1 -> assertEquals(expected.write(one), actual.write(two));
          case 2 -> assertEquals(expected.read(one, position), actual.readAt(two, position));
          case 3 -> assertEquals(expected.write(one, position), actual.writeAt(two, position));
          default -> {
            expected.position(position);
            actual.position(position);
          }
        }
        assertEquals(one, two);
        assertArrayEquals(one.array(), two.array());
        assertEquals(expected.position(), actual.position());
        assertEquals(expected.size(), actual.size());
      }
    }
    assertArrayEquals(Files.readAllBytes(path), memory.content());
  }

  private String content() {
    return new String(file.content(), StandardCharsets.UTF_8);
  }
}
