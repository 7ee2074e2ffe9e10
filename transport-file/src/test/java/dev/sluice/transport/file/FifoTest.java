package dev.sluice.transport.file;

import static dev.sluice.transport.file.Caller.awaitThreadIn;
import static dev.sluice.transport.file.Endpoints.accept;
import static dev.sluice.transport.file.Endpoints.assertFails;
import static dev.sluice.transport.file.Endpoints.assertTells;
import static dev.sluice.transport.file.Endpoints.connect;
import static dev.sluice.transport.file.Endpoints.descriptors;
import static dev.sluice.transport.file.Endpoints.listen;
import static dev.sluice.transport.file.Endpoints.mkfifo;
import static dev.sluice.transport.file.Endpoints.read;
import static dev.sluice.transport.file.Endpoints.write;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.Direction;
import dev.sluice.api.FeatureUnsupportedException;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.api.spi.TransportContext;
import dev.sluice.transport.file.Caller.Call;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** FIFOs, whose opening and transfers block in the system; each test must leave nothing behind. */
@Timeout(10)
final class FifoTest {
  /** More than a pipe holds (64 KiB, 1 MiB at most). */
  private static final int MORE_THAN_A_PIPE = 4 << 20;

  @TempDir private Path folder;
  private Path fifo;
  private String address;

  @BeforeEach
  void makeFifo() throws Exception {
    fifo = mkfifo(folder.resolve("fifo"));
    address = "file:" + fifo;
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    await()
        .atMost(Duration.ofSeconds(2))
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(() -> assertEquals(List.of(), transportThreads()));
    if (Files.exists(fifo)) {
      assertEquals(0, descriptors(fifo));
    }
  }

  private static List<String> transportThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("sluice-"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"PLATFORM, PLATFORM", "PLATFORM, VIRTUAL", "VIRTUAL, PLATFORM", "VIRTUAL, VIRTUAL"})
  void stream_arrivesWhole_andTheEndIsSeen(Caller writer, Caller reader) throws Exception {
    String text = "0123456789".repeat(100_000);
    Call<String> received =
        reader.start(
            () -> {
              try (TransportChannel channel = accept(address)) {
                return read(channel);
              }
            });
    Call<?> sent =
        writer.start(
            () -> {
              try (TransportChannel channel = connect(address)) {
                write(channel, text);
              }
              return null;
            });
    sent.result();
    assertEquals(text, received.result());
  }

  @Test
  void channels_haveOneDirectionAndNoFeatures() throws Exception {
    try (Pair pair = Pair.open(address)) {
      assertEquals(Set.of(), pair.out.features());
      assertEquals(Set.of(), pair.in.features());
      ByteBuffer one = ByteBuffer.allocate(1);
      assertThrows(NonReadableChannelException.class, () -> pair.out.read(one));
      assertThrows(NonWritableChannelException.class, () -> pair.in.write(one));
      assertThrows(FeatureUnsupportedException.class, pair.in::position);
      assertThrows(FeatureUnsupportedException.class, () -> pair.in.readAt(one, 0));
      assertThrows(FeatureUnsupportedException.class, () -> pair.in.shutdown(Direction.READ));
      assertThrows(FeatureUnsupportedException.class, () -> pair.out.shutdown(Direction.WRITE));
      assertInstanceOf(FileChannel.class, pair.in.nioChannel().orElseThrow());
      assertInstanceOf(FileChannel.class, pair.out.nioChannel().orElseThrow());
    }
  }

  /** The two ends of a FIFO. */
  private record Pair(TransportChannel out, TransportChannel in) implements AutoCloseable {
    static Pair open(String address) throws Exception {
      Call<TransportChannel> out = Caller.PLATFORM.start(() -> connect(address));
      TransportChannel in = accept(address);
      return new Pair(out.result(), in);
    }

    @Override
    public void close() {
      out.abort();
      in.abort();
    }
  }

  @Test
  void symbolicLink_isFollowed() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), fifo);
    try (Pair pair = Pair.open("file:" + link)) {
      write(pair.out, "x");
      assertEquals(1, pair.in.read(ByteBuffer.allocate(9)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void end_staysTheEnd_evenIfAnotherWriterComes(Caller caller) throws Exception {
    try (Pair pair = Pair.open(address)) {
      pair.out.close();
      assertEquals(-1, pair.in.read(ByteBuffer.allocate(1)));
      try (FileChannel another = FileChannel.open(fifo, WRITE)) {
        another.write(ByteBuffer.allocate(1));
        Call<Integer> again = caller.start(() -> pair.in.read(ByteBuffer.allocate(1)));
        assertEquals(-1, again.result());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void connect_nobodyReads_isUnreachable_afterTheTimeout(Caller caller) {
    TransportContext context =
        TransportContext.defaults().withConnectTimeout(Duration.ofMillis(150));
    Call<TransportChannel> call = caller.start(() -> connect(address, context));
    TransportException failure = call.failure(TransportException.class);
    assertEquals(Kind.UNREACHABLE, failure.kind());
    assertEquals("no reader opened FIFO " + fifo + " within 150 ms", failure.getMessage());
    assertTrue(failure.hint().isPresent());
  }

  @ParameterizedTest
  @EnumSource
  void connect_interrupted_givesUp(Caller caller) {
    Call<TransportChannel> call = caller.start(() -> connect(address));
    awaitThreadIn("open");
    call.thread().interrupt();
    call.failure(ClosedByInterruptException.class);
  }

  @Test
  void connect_fifoRemovedMeanwhile_stillTimesOut() throws Exception {
    Path otherName = Files.createLink(folder.resolve("link"), fifo);
    TransportContext context =
        TransportContext.defaults().withConnectTimeout(Duration.ofMillis(300));
    Call<TransportChannel> call = Caller.PLATFORM.start(() -> connect(address, context));
    awaitThreadIn("open");
    Files.delete(fifo);
    assertEquals(Kind.UNREACHABLE, call.failure(TransportException.class).kind());
    // Only the test can still reach the FIFO, and with it the thread.
    FileChannel.open(otherName, READ, WRITE).close();
  }

  @ParameterizedTest
  @EnumSource
  void accept_waitsForAWriter(Caller caller) throws Exception {
    try (TransportListener listener = listen(address)) {
      Call<Optional<TransportChannel>> accepting = caller.start(listener::accept);
      awaitThreadIn("open");
      assertFalse(accepting.task().isDone());
      try (TransportChannel out = connect(address);
          TransportChannel in = accepting.result().orElseThrow()) {
        write(out, "x");
        assertEquals(1, in.read(ByteBuffer.allocate(9)));
      }
      assertTrue(listener.accept().isEmpty());
    }
  }

  @ParameterizedTest
  @EnumSource
  void accept_listenerClosed_isEmpty(Caller caller) throws Exception {
    TransportListener listener = listen(address);
    Call<Optional<TransportChannel>> accepting = caller.start(listener::accept);
    awaitThreadIn("open");
    listener.close();
    assertTrue(accepting.within(Caller.PROMPTLY).isEmpty());
    assertTrue(listener.accept().isEmpty());
  }

  @Test
  void accept_afterClose_isEmptyAtOnce() throws Exception {
    TransportListener listener = listen(address);
    listener.close();
    assertTrue(listener.accept().isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void accept_interrupted_closesTheListener(Caller caller) throws Exception {
    TransportListener listener = listen(address);
    Call<Optional<TransportChannel>> accepting = caller.start(listener::accept);
    awaitThreadIn("open");
    accepting.thread().interrupt();
    accepting.failure(ClosedByInterruptException.class);
    assertTrue(listener.accept().isEmpty());
  }

  @Test
  void listener_closedAfterAccept_leavesTheChannelOpen() throws Exception {
    Call<TransportChannel> connecting = Caller.PLATFORM.start(() -> connect(address));
    TransportListener listener = listen(address);
    TransportChannel in = listener.accept().orElseThrow();
    listener.close();
    try (TransportChannel out = connecting.result()) {
      write(out, "x");
      assertEquals(1, in.read(ByteBuffer.allocate(9)));
    }
    in.close();
  }

  @Test
  void accept_fifoRemovedBefore_isToldAsAFailure() throws Exception {
    try (TransportListener listener = listen(address)) {
      Files.delete(fifo);
      TransportException failure = assertFails(Kind.IO, listener::accept);
      assertTells(failure, fifo.toString());
    }
  }

  /** How someone else ends a blocked transfer. */
  enum Ending {
    ABORT,
    CLOSE,
    INTERRUPT;

    void end(TransportChannel channel, Call<?> blocked) throws IOException {
      switch (this) {
        case ABORT -> channel.abort();
        case CLOSE -> channel.close();
        case INTERRUPT -> blocked.thread().interrupt();
      }
    }

    Class<? extends AsynchronousCloseException> failure() {
      return this == INTERRUPT
          ? ClosedByInterruptException.class
          : AsynchronousCloseException.class;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PLATFORM, ABORT", "PLATFORM, CLOSE", "PLATFORM, INTERRUPT",
    "VIRTUAL, ABORT", "VIRTUAL, CLOSE", "VIRTUAL, INTERRUPT"
  })
  void blockedRead_isEnded(Caller caller, Ending ending) throws Exception {
    try (Pair pair = Pair.open(address)) {
      Call<?> blocked = caller.start(() -> pair.in.read(ByteBuffer.allocate(1)));
      awaitThreadIn("read");
      ending.end(pair.in, blocked);
      blocked.failure(ending.failure());
      assertThrows(ClosedChannelException.class, () -> pair.in.read(ByteBuffer.allocate(1)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PLATFORM, ABORT", "PLATFORM, CLOSE", "PLATFORM, INTERRUPT",
    "VIRTUAL, ABORT", "VIRTUAL, CLOSE", "VIRTUAL, INTERRUPT"
  })
  void blockedWrite_isEnded(Caller caller, Ending ending) throws Exception {
    try (Pair pair = Pair.open(address)) {
      ByteBuffer tooMuch = ByteBuffer.allocateDirect(MORE_THAN_A_PIPE);
      Call<?> blocked =
          caller.start(
              () -> {
                while (true) {
                  pair.out.write(tooMuch.duplicate());
                }
              });
      awaitThreadIn("write");
      try {
        ending.end(pair.out, blocked);
      } catch (AsynchronousCloseException lost) {
        // What the pipe took before may not reach the reader: close says so, the others need not.
        assertEquals(Ending.CLOSE, ending);
      }
      // Bytes the pipe took before count as a short write; then the next one is refused.
      ClosedChannelException failure =
          assertThrows(ClosedChannelException.class, () -> blocked.within(Caller.PROMPTLY));
      assertEquals(ending == Ending.INTERRUPT, failure instanceof ClosedByInterruptException);
      assertThrows(ClosedChannelException.class, () -> write(pair.out, "x"));
    }
  }

  @Test
  void abort_duringAKernelCopyIntoTheFifo_returnsPromptly() throws Exception {
    Path source = folder.resolve("source");
    try (RandomAccessFile sparse = new RandomAccessFile(source.toFile(), "rw")) {
      sparse.setLength(MORE_THAN_A_PIPE);
    }
    FileChannel from = FileChannel.open(source, READ);
    try (Pair pair = Pair.open(address)) {
      FileChannel to = (FileChannel) pair.out.nioChannel().orElseThrow();
      Call<?> copying =
          Caller.PLATFORM.start(
              () -> {
                while (true) {
                  from.transferTo(0, MORE_THAN_A_PIPE, to);
                }
              });
      awaitThreadIn("transferTo");
      Call<?> aborting =
          Caller.PLATFORM.start(
              () -> {
                pair.out.abort();
                return null;
              });
      aborting.within(Caller.PROMPTLY);
      // Only the end of the source gets the copying thread out of the system call.
      from.close();
      assertThrows(ClosedChannelException.class, () -> copying.within(Caller.PROMPTLY));
    }
  }

  @Test
  void blockedVirtualReaders_leaveTheCarriersToOthers() throws Exception {
    try (Pair first = Pair.open(address)) {
      List<TransportChannel> readers = new ArrayList<>(List.of(first.in));
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
        readers.add(accept(address));
      }
      List<Call<Integer>> blocked = new ArrayList<>();
      for (TransportChannel reader : readers) {
        blocked.add(Caller.VIRTUAL.start(() -> reader.read(ByteBuffer.allocate(1))));
      }
      await()
          .pollInterval(Duration.ofMillis(5))
          .until(() -> Caller.threadsIn("read") == readers.size());
      assertEquals("ran", Caller.VIRTUAL.start(() -> "ran").within(Caller.PROMPTLY));
      for (int i = 0; i < readers.size(); i++) {
        readers.get(i).abort();
        blocked.get(i).failure(AsynchronousCloseException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void write_readerWentAway_isAReset_tellingHowFar_andCloseFailsToo(Caller caller)
      throws Exception {
    try (Pair pair = Pair.open(address)) {
      caller.start(() -> pair.out.write(ByteBuffer.allocate(5))).result();
      pair.in.close();
      Call<Integer> writing = caller.start(() -> pair.out.write(ByteBuffer.allocate(1)));
      TransportException failure = assertFails(Kind.RESET, writing::result);
      assertTells(failure, "writing FIFO " + fifo + " failed after 5 bytes");
      assertFails(Kind.RESET, pair.out::close);
    }
  }

  @Test
  void close_deliversWhatWasWritten() throws Exception {
    try (Pair pair = Pair.open(address)) {
      write(pair.out, "all of it");
      pair.out.close();
      assertEquals("all of it", read(pair.in));
    }
  }

  @ParameterizedTest
  @CsvSource({"offset=1, offset", "mode=0640, mode"})
  void optionForFilesOnly_isAnAddressFailure(String option, String key) {
    TransportException failure = assertFails(Kind.ADDRESS, () -> connect(address + "," + option));
    assertTells(failure, "option " + key);
    assertTells(failure, fifo + " is a FIFO");
  }

  @Test
  void offset_isRefusedWhenListening() {
    assertFails(Kind.ADDRESS, () -> listen(address + ",offset=1"));
  }
}
