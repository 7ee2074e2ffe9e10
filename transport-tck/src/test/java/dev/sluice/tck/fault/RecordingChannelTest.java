package dev.sluice.tck.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.tck.Background;
import dev.sluice.tck.Bytes;
import dev.sluice.tck.fault.RecordingChannel.Entry;
import dev.sluice.tck.fault.RecordingChannel.Outcome;
import dev.sluice.tck.memory.MemoryChannels;
import dev.sluice.tck.memory.MemoryFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RecordingChannelTest {
  private final MemoryChannels.Pair pair = MemoryChannels.pair(Set.of(), 10);
  private final RecordingChannel channel = new RecordingChannel(pair.outgoing());

  private static List<String> lines(RecordingChannel channel) {
    return channel.log().stream().map(Entry::toString).toList();
  }

  @Test
  void log_hasOperationsSizesAndResults() throws IOException {
    pair.outgoing().configureBlocking(false);
    pair.incoming().write(Bytes.of("back"));
    channel.write(Bytes.of("abc"));
    channel.write(new ByteBuffer[] {Bytes.of("0123"), Bytes.of("456789")});
    channel.read(ByteBuffer.allocate(20));
    channel.awaitReadable(Duration.ZERO);
    channel.shutdown(Direction.WRITE);
    channel.close();
    channel.abort();

    assertEquals(
        List.of(
            "WRITE() 3 -> 3",
            "WRITE(buffers=2) 10 -> 7",
            "READ() 20 -> 4",
            "AWAIT_READABLE(PT0S) 0 -> 0",
            "SHUTDOWN(WRITE) 0 -> 0",
            "CLOSE() 0 -> 0",
            "ABORT() 0 -> 0"),
        lines(channel));
  }

  @Test
  void log_positionalCalls_haveTheirPosition() throws IOException {
    var seekable = new RecordingChannel(new MemoryFile(new byte[8]).open(Direction.BOTH));
    seekable.readAt(ByteBuffer.allocate(4), 6);
    seekable.writeAt(Bytes.of("ab"), 100);
    seekable.position(5);
    seekable.position();
    seekable.size();
    assertEquals(
        List.of(
            "READ_AT(position=6) 4 -> 2",
            "WRITE_AT(position=100) 2 -> 2",
            "SEEK(position=5) 0 -> 0",
            "POSITION() 0 -> 5",
            "SIZE() 0 -> 102"),
        lines(seekable));
  }

  @Test
  void log_failedCall_hasTheException() throws IOException {
    channel.close();
    var failure = assertThrows(ClosedChannelException.class, () -> channel.write(Bytes.of("x")));
    assertEquals(
        List.of(new Entry(Operation.WRITE, "", 1, new Outcome.Threw(failure))),
        channel.log(Operation.WRITE));
  }

  @Test
  void isInside_whileACallBlocks() throws Exception {
    var reader = Background.run(() -> channel.read(ByteBuffer.allocate(5))).awaitBlocked();
    assertTrue(channel.isInside(Operation.READ));
    assertFalse(channel.isInside(Operation.WRITE));
    assertInstanceOf(Outcome.InProgress.class, channel.log().getFirst().outcome());

    pair.incoming().write(Bytes.of("xy"));

    assertEquals(2, reader.result());
    assertFalse(channel.isInside(Operation.READ));
    assertEquals(List.of("READ() 5 -> 2"), lines(channel));
  }

  @Test
  void log_manyThreads_losesNothing() throws Exception {
    var seekable = new RecordingChannel(new MemoryFile(new byte[8]).open(Direction.READ));
    List<Background<Boolean>> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Background.run(
              () -> {
                for (int call = 0; call < 200; call++) {
                  seekable.size();
                }
                return true;
              }));
    }
    for (Background<Boolean> thread : threads) {
      assertTrue(thread.result());
    }
    assertEquals(1600, seekable.log(Operation.SIZE).size());
    assertTrue(
        seekable.log().stream().allMatch(entry -> entry.outcome().equals(new Outcome.Returned(8))));
  }
}
