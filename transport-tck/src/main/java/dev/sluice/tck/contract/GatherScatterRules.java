package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportChannel;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Group 4: many buffers in one transfer. */
public abstract class GatherScatterRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected GatherScatterRules(TransportFixture fixture) {
    super(fixture);
  }

  private static ByteBuffer[] cut(ByteBuffer whole, int pieceCount, SplittableRandom random) {
    ByteBuffer[] pieces = new ByteBuffer[pieceCount];
    int position = whole.position();
    for (int i = 0; i < pieceCount; i++) {
      int rest = whole.limit() - position;
      int size = i == pieceCount - 1 ? rest : random.nextInt(Math.min(rest, 200) + 1);
      pieces[i] = whole.slice(position, size);
      position += size;
    }
    return pieces;
  }

  private static void requireInOrder(ByteBuffer[] pieces) {
    boolean unfinished = false;
    for (ByteBuffer piece : pieces) {
      assertTrue(!unfinished || piece.position() == 0, "a buffer was used before its turn");
      unfinished |= piece.hasRemaining();
    }
  }

  private static void writeAll(TransportChannel writer, ByteBuffer[] pieces) throws IOException {
    long left = Arrays.stream(pieces).mapToLong(ByteBuffer::remaining).sum();
    while (left > 0) {
      long count = writer.write(pieces);
      assertTrue(count > 0, () -> "a gathering write gave " + count);
      left -= count;
      requireInOrder(pieces);
      assertEquals(left, Arrays.stream(pieces).mapToLong(ByteBuffer::remaining).sum());
    }
  }

  private static void readAll(TransportChannel reader, ByteBuffer[] pieces) throws IOException {
    long left = Arrays.stream(pieces).mapToLong(ByteBuffer::remaining).sum();
    while (left > 0) {
      long count = reader.read(pieces);
      assertTrue(count > 0, () -> "a scattering read gave " + count);
      left -= count;
      requireInOrder(pieces);
      assertEquals(left, Arrays.stream(pieces).mapToLong(ByteBuffer::remaining).sum());
    }
  }

  @ParameterizedTest
  @EnumSource(Room.class)
  void ch4_1_buffers_areOneStreamInTheirOrder(Room room) throws Exception {
    Pattern pattern = pattern();
    int byteCount = 40_000;
    stream(
        writer -> {
          ByteBuffer whole = room.of(byteCount);
          pattern.fill(whole, 0);
          writeAll(writer, cut(whole.flip(), 300, run().random()));
        },
        reader -> {
          ByteBuffer whole = room.of(byteCount);
          readAll(reader, cut(whole, 170, run().random()));
          pattern.verify(whole, 0);
        });
  }

  @Test
  void ch4_2_offsetAndLength_chooseTheBuffers() throws Exception {
    Pattern pattern = pattern();
    stream(
        writer -> {
          ByteBuffer[] sources = {
            ByteBuffer.allocate(5),
            pattern.buffer(0, 10),
            pattern.buffer(10, 10),
            ByteBuffer.allocate(5)
          };
          while (sources[2].hasRemaining()) {
            assertTrue(writer.write(sources, 1, 2) > 0);
          }
          assertEquals(5, sources[0].remaining());
          assertEquals(5, sources[3].remaining());
        },
        reader -> {
          ByteBuffer[] targets = {
            ByteBuffer.allocate(5),
            ByteBuffer.allocate(10),
            ByteBuffer.allocate(10),
            ByteBuffer.allocate(5)
          };
          while (targets[2].hasRemaining()) {
            assertTrue(reader.read(targets, 1, 2) > 0);
          }
          assertEquals(5, targets[0].remaining());
          assertEquals(5, targets[3].remaining());
          pattern.verify(targets[1].flip(), 0);
          pattern.verify(targets[2].flip(), 10);
          assertEquals(-1, Streams.readByte(reader));
        });
  }

  @Test
  void ch4_2_rangeOutsideTheArray_isRefused_andMovesNothing() throws Exception {
    ByteBuffer[] two = {ByteBuffer.allocate(1), ByteBuffer.allocate(1)};
    stream(
        writer -> {
          assertThrows(IndexOutOfBoundsException.class, () -> writer.write(two, 1, 2));
          assertThrows(IndexOutOfBoundsException.class, () -> writer.write(two, -1, 1));
          assertThrows(IndexOutOfBoundsException.class, () -> writer.write(two, 0, -1));
          Streams.writeByte(writer, 3);
        },
        reader -> {
          assertThrows(IndexOutOfBoundsException.class, () -> reader.read(two, 1, 2));
          assertThrows(IndexOutOfBoundsException.class, () -> reader.read(two, 3, 0));
          assertEquals(3, Streams.readByte(reader));
          assertEquals(-1, Streams.readByte(reader));
        });
  }

  @Test
  void ch4_3_emptyBuffers_mayStandAnywhere() throws Exception {
    Pattern pattern = pattern();
    stream(
        writer ->
            writeAll(
                writer,
                new ByteBuffer[] {
                  ByteBuffer.allocate(0),
                  pattern.buffer(0, 7),
                  ByteBuffer.allocateDirect(0),
                  ByteBuffer.allocate(0),
                  pattern.buffer(7, 9),
                  ByteBuffer.allocate(0)
                }),
        reader -> {
          ByteBuffer whole = ByteBuffer.allocate(16);
          readAll(
              reader,
              new ByteBuffer[] {
                whole.slice(0, 0), whole.slice(0, 3), whole.slice(3, 0), whole.slice(3, 13)
              });
          pattern.verify(whole, 0);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 65, 1024, 5000})
  void ch4_4_anyNumberOfBuffers_isLegal(int count) throws Exception {
    Pattern pattern = pattern();
    int byteCount = 20 * count;
    stream(
        writer -> writeAll(writer, cut(pattern.buffer(0, byteCount), count, run().random())),
        reader -> {
          ByteBuffer whole = ByteBuffer.allocateDirect(byteCount);
          readAll(reader, cut(whole, count, run().random()));
          pattern.verify(whole, 0);
        });
  }

  @Test
  void ch4_5_readOnlyBufferInTheRange_refusesTheWholeRead() throws Exception {
    Pattern pattern = pattern();
    stream(
        writer -> Streams.send(writer, pattern, 0, 10),
        reader -> {
          ByteBuffer[] targets = {
            ByteBuffer.allocate(5), ByteBuffer.allocate(5).asReadOnlyBuffer()
          };
          assertThrows(IllegalArgumentException.class, () -> reader.read(targets));
          assertEquals(5, targets[0].remaining());
          Streams.receive(reader, pattern, 0, 10);
        });
  }
}
