package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.tck.memory.MemoryChannels;
import dev.sluice.tck.memory.MemoryFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What half-channels count, each for itself. */
@Timeout(30)
final class CountersTest {
  private static final EngineOptions OPTIONS = new EngineOptions(512, 8, Long.MAX_VALUE);

  /** QEMU learns the size of a field from the difference. */
  @Test
  void transferred_countsQueuedBytesExactly() throws IOException {
    ChannelOutput out = ChannelOutput.over(new TakingChannel(), OPTIONS);
    MemorySegment memory = Arena.ofAuto().allocate(1000);
    assertEquals(0, out.transferred());
    out.writeByte(1);
    assertEquals(1, out.transferred());
    out.writeLong(1);
    assertEquals(9, out.transferred());
    out.writeBorrowed(memory, 0, 1000, AfterFlush.KEEP);
    assertEquals(1009, out.transferred());
    out.writeCountedString("abc");
    assertEquals(1013, out.transferred());
    assertEquals(0, out.flushed());
    out.flush();
    assertEquals(1013, out.transferred());
    assertEquals(1013, out.flushed());
    out.write(new byte[2000]);
    assertEquals(3013, out.transferred());
  }

  @Test
  void askingDoesNotFlush() throws IOException {
    var channel = new TakingChannel();
    ChannelOutput out = ChannelOutput.over(channel, OPTIONS);
    out.writeLong(1);
    assertEquals(8, out.transferred());
    assertEquals(0, out.flushed());
    assertEquals(0, channel.byteCount());
  }

  @Test
  void positionalBytes_count() throws IOException {
    var file = new MemoryFile(new byte[100]);
    ChannelOutput out = ChannelOutput.over(file.open(Direction.WRITE), OPTIONS);
    out.writeInt(1);
    out.writeAt(ByteBuffer.allocate(10), 50);
    assertEquals(14, out.transferred());
    assertEquals(14, out.flushed());
    ChannelInput in = ChannelInput.over(file.open(Direction.READ), OPTIONS);
    in.readInt();
    in.readAt(ByteBuffer.allocate(10), 50);
    assertEquals(14, in.transferred());
  }

  @Test
  void aReader_countsWhatWasRead_notWhatWasBuffered() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    Bytes.writeAll(pair.outgoing(), new byte[3000]);
    ChannelInput in = ChannelInput.over(pair.incoming(), OPTIONS);
    in.peek(0, 300);
    assertEquals(0, in.transferred());
    in.readLong();
    assertEquals(8, in.transferred());
    in.readInPlace(100);
    assertEquals(108, in.transferred());
    in.readFully(ByteBuffer.allocateDirect(1000));
    assertEquals(1108, in.transferred());
    in.transferTo(new TakingChannel(), 500);
    assertEquals(1608, in.transferred());
  }

  @Test
  void afterAFailure_flushedTellsWhatWasAccepted() {
    var channel = new TakingChannel().failingAfter(700).atMostPerCall(300);
    ChannelOutput out = ChannelOutput.over(channel, OPTIONS);
    assertThrows(
        IOException.class,
        () -> {
          out.write(new byte[5000]);
          out.flush();
        });
    assertEquals(700, channel.byteCount());
    assertTrue(out.flushed() <= 700, "bytes that were not accepted count as flushed");
  }

  @Test
  void flushed_neverGoesDown_forAnotherThreadThatLooks() {
    MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 100);
    ChannelOutput out = ChannelOutput.over(pair.outgoing(), Style.SMALL);
    Background<Long> reader = Background.run(() -> (long) Bytes.readAll(pair.incoming()).length);
    Background<Void> watcher =
        Background.run(
            () -> {
              long last = 0;
              while (last < 200_000) {
                long now = out.flushed();
                assertTrue(now >= last, "flushed() went down");
                last = now;
                Thread.onSpinWait();
              }
              return null;
            });
    Background<Void> writer =
        Background.run(
            () -> {
              for (int i = 0; i < 25_000; i++) {
                out.writeLong(i);
              }
              out.finish();
              return null;
            });
    writer.result();
    watcher.result();
    assertEquals(200_000, reader.result());
  }

  @Test
  void twoChannels_knowNothingOfEachOther() throws IOException {
    MemoryChannels.Pair one = MemoryChannels.pair();
    MemoryChannels.Pair other = MemoryChannels.pair();
    ChannelOutput out = ChannelOutput.over(one.outgoing());
    ChannelOutput otherOut = ChannelOutput.over(other.outgoing());
    out.writeLong(1);
    out.flush();
    assertEquals(0, otherOut.transferred());
    assertEquals(0, otherOut.flushed());
    out.shutdown(new IOException("only this one"));
    otherOut.writeLong(2);
    otherOut.finish();
    ChannelInput otherIn = ChannelInput.over(other.incoming());
    assertEquals(2, otherIn.readLong());
    assertEquals(8, otherIn.transferred());
    assertTrue(otherOut.firstError().isEmpty());
    otherOut.close();
  }

  @Test
  void theTwoHalvesOfAChannel_countForThemselves() throws IOException {
    MemoryChannels.Pair pair = MemoryChannels.pair();
    ChannelOutput out = ChannelOutput.over(pair.outgoing());
    ChannelInput in = out.returnPath();
    Bytes.writeAll(pair.incoming(), new byte[3]);
    in.readShort();
    out.writeInt(1);
    assertEquals(4, out.transferred());
    assertEquals(2, in.transferred());
  }
}
