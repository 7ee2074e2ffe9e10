package dev.sluice.transport.file;

import static dev.sluice.transport.file.Endpoints.assertFails;
import static dev.sluice.transport.file.Endpoints.assertTells;
import static dev.sluice.transport.file.Endpoints.parts;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.sluice.api.Direction;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.file.Caller.Call;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end of a replaced file on a disk that is slow or fails, which only a scripted file shows. */
@Timeout(10)
final class FileEndTest {
  @TempDir private Path folder;
  private Path target;
  private ScriptedFile file;
  private TransportChannel channel;

  @BeforeEach
  void open() throws IOException {
    target = Files.writeString(folder.resolve("vm.mig"), "old");
    Replacement replacement = Replacement.of(target, Optional.empty(), true);
    open(true, replacement, replacement);
  }

  private void open(boolean fsync, Replacement replacement, Publication publication)
      throws IOException {
    file = new ScriptedFile(replacement.file(), target);
    channel =
        new RegularFileChannel(
            FileTarget.of(TransportAddress.of("file", target.toString())),
            Direction.WRITE,
            file,
            new FileEnd(file, fsync, publication),
            0);
  }

  @Test
  void close_syncsTheOpenFile_closesIt_andThenRenames() throws IOException {
    Endpoints.write(channel, "new");
    channel.close();
    assertEquals(List.of("write", "force true, old", "close, old"), file.log());
    assertEquals("new", Files.readString(target));
  }

  @Test
  void close_withoutFsync_doesNotSync() throws IOException {
    channel.abort();
    Replacement replacement = Replacement.of(target, Optional.empty(), false);
    open(false, replacement, replacement);
    channel.close();
    assertEquals(List.of("close, old"), file.log());
    assertEquals("", Files.readString(target));
  }

  @Test
  void close_syncFails_isToldAndUndone() throws IOException {
    Endpoints.write(channel, "new");
    file.failForce(new IOException("No space left on device"));
    TransportException failure = assertFails(Kind.IO, channel::close);
    assertEquals(
        "completing file " + target + " failed after 3 bytes: No space left on device",
        failure.getMessage());
    assertUndone();
  }

  @Test
  void close_closeFails_isToldAndUndone() throws IOException {
    Endpoints.write(channel, "new");
    file.failClose(new IOException("Disk quota exceeded"));
    TransportException failure = assertFails(Kind.IO, channel::close);
    assertEquals(
        "completing file " + target + " failed after 3 bytes: Disk quota exceeded",
        failure.getMessage());
    assertUndone();
  }

  @Test
  void close_afterAFailedWrite_neverPublishes() throws IOException {
    Endpoints.write(channel, "new");
    file.failWrite(new IOException("No space left on device"));
    TransportException write = assertFails(Kind.IO, () -> channel.write(ByteBuffer.allocate(1)));
    assertEquals(
        "writing file " + target + " failed after 3 bytes: No space left on device",
        write.getMessage());
    TransportException close = assertFails(Kind.IO, channel::close);
    assertTells(close, "not complete", "failed after 3 bytes: No space left on device");
    assertUndone();
  }

  @Test
  void tryWithResources_afterAFailedWrite_throwsTheFailureOfTheWrite() throws IOException {
    file.failWrite(new IOException("No space left on device"));
    TransportException failure =
        assertFails(
            Kind.IO,
            () -> {
              try (TransportChannel closing = channel) {
                closing.write(ByteBuffer.allocate(1));
              }
            });
    assertTells(failure, "writing file");
    assertEquals(1, failure.getSuppressed().length);
    assertUndone();
  }

  @ParameterizedTest
  @EnumSource
  void abort_duringASlowSync_returnsAtOnce_andEndsTheClose(Caller caller) throws Exception {
    file.blockForce();
    Call<?> close = startClose(caller);
    file.awaitForce();
    long start = System.nanoTime();
    channel.abort();
    assertTrue(System.nanoTime() - start < Caller.PROMPTLY.toNanos());
    close.failure(AsynchronousCloseException.class);
    assertEquals("old", Files.readString(target));
    assertEquals(List.of(), parts(folder));
    assertTrue(file.isOpen(), "closing would have waited for the sync");
    file.unblock();
    await().until(() -> !file.isOpen());
    assertUndone();
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_duringASlowSync_endsTheClose(Caller caller) throws Exception {
    file.blockForce();
    Call<?> close = startClose(caller);
    file.awaitForce();
    close.thread().interrupt();
    close.failure(ClosedByInterruptException.class);
    assertEquals(List.of(), parts(folder));
    file.unblock();
    await().until(() -> !file.isOpen());
    assertUndone();
  }

  @ParameterizedTest
  @EnumSource
  void close_duringAWrite_isAnAbort(Caller caller) throws Exception {
    file.blockWrite();
    Call<?> write = caller.start(() -> channel.write(ByteBuffer.allocate(1)));
    file.awaitWrite();
    channel.close();
    write.failure(AsynchronousCloseException.class);
    assertUndone();
    assertThrows(ClosedChannelException.class, () -> channel.write(ByteBuffer.allocate(1)));
  }

  @Test
  void discard_afterPublish_comesTooLate() throws IOException {
    Replacement replacement = Replacement.of(target, Optional.empty(), true);
    replacement.file().close();
    assertFalse(replacement.isPublished());
    replacement.publish();
    replacement.discard();
    assertTrue(replacement.isPublished());
    assertEquals("", Files.readString(target));
    assertEquals(Optional.empty(), replacement.remains());
  }

  @Test
  void publish_afterDiscard_isRefused() throws IOException {
    Replacement replacement = Replacement.of(target, Optional.empty(), true);
    replacement.file().close();
    replacement.discard();
    assertThrows(AsynchronousCloseException.class, replacement::publish);
    assertFalse(replacement.isPublished());
    channel.abort();
    assertUndone();
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_whileTheFolderIsSynced_comesTooLate(Caller caller) throws Exception {
    SlowFolder slow = openOnASlowFolder();
    Call<Boolean> close =
        caller.start(
            () -> {
              channel.close();
              return Thread.currentThread().isInterrupted();
            });
    slow.renamed.await();
    close.thread().interrupt();
    slow.discarded.await();
    slow.synced.countDown();
    assertTrue(close.within(Caller.PROMPTLY), "the interrupt status is lost");
    assertEquals("new", Files.readString(target));
    assertFalse(channel.isOpen());
  }

  @ParameterizedTest
  @EnumSource
  void abort_whileTheFolderIsSynced_comesTooLate(Caller caller) throws Exception {
    SlowFolder slow = openOnASlowFolder();
    Call<?> close = startClose(caller);
    slow.renamed.await();
    channel.abort();
    slow.synced.countDown();
    close.within(Caller.PROMPTLY);
    assertEquals("new", Files.readString(target));
  }

  private SlowFolder openOnASlowFolder() throws IOException {
    channel.abort();
    Replacement replacement = Replacement.of(target, Optional.empty(), false);
    SlowFolder slow = new SlowFolder(replacement);
    open(true, replacement, slow);
    Endpoints.write(channel, "new");
    return slow;
  }

  /** Syncs the folder for as long as a test likes. */
  private static final class SlowFolder implements Publication {
    private final Replacement replacement;
    private final CountDownLatch renamed = new CountDownLatch(1);
    private final CountDownLatch discarded = new CountDownLatch(1);
    private final CountDownLatch synced = new CountDownLatch(1);

    SlowFolder(Replacement replacement) {
      this.replacement = replacement;
    }

    @Override
    public void publish() throws IOException {
      replacement.publish();
      renamed.countDown();
      Uninterruptibles.awaitUninterruptibly(synced);
    }

    @Override
    public void discard() throws IOException {
      replacement.discard();
      discarded.countDown();
    }

    @Override
    public boolean isPublished() {
      return replacement.isPublished();
    }

    @Override
    public Optional<String> remains() {
      return replacement.remains();
    }
  }

  private Call<?> startClose(Caller caller) {
    return caller.start(
        () -> {
          channel.close();
          return null;
        });
  }

  private void assertUndone() throws IOException {
    assertEquals("old", Files.readString(target));
    assertEquals(List.of(), parts(folder));
  }
}
