package dev.sluice.transport.rdmasim.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SegmentTest {
  private static final int BYTE_COUNT = 600_000;

  @TempDir private Path base;
  private MeetingFolder folder;
  private SegmentName name;

  @BeforeEach
  void openFolder() throws IOException {
    folder = MeetingFolder.open(base);
    name = SegmentName.of(Nonce.fresh(), SegmentName.Side.CONNECTING);
  }

  @Test
  void bothMaps_shareTheBytes_andOutliveTheName() throws IOException {
    try (Segment own = Segment.create(folder, name, BYTE_COUNT);
        Segment peers = Segment.open(folder, name, BYTE_COUNT)) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(folder.file(name.toString()))));
      assertEquals(0, own.memory().get(ValueLayout.JAVA_BYTE, BYTE_COUNT - 1));
      peers.unlink();
      own.unlink();
      assertEquals(List.of(), folder.fileNames());
      own.memory().set(ValueLayout.JAVA_BYTE, BYTE_COUNT - 1, (byte) 7);
      assertEquals(7, peers.memory().get(ValueLayout.JAVA_BYTE, BYTE_COUNT - 1));
    }
  }

  @Test
  void create_givesTheFileItsPagesAtOnce() throws IOException {
    Path shm = MeetingFolder.DEFAULT_BASE;
    Assumptions.assumeTrue(Files.isDirectory(shm));
    Path own = Files.createTempDirectory(shm, "sluice-test-");
    try {
      MeetingFolder inMemory = MeetingFolder.open(own);
      try (Segment segment = Segment.create(inMemory, name, BYTE_COUNT)) {
        Process stat =
            new ProcessBuilder("stat", "-c", "%b", inMemory.file(name.toString()).toString())
                .start();
        long blockCount = Long.parseLong(stat.inputReader().readLine());
        assertTrue(blockCount * 512 >= segment.byteCount(), blockCount + " blocks");
      }
      Files.delete(inMemory.path());
    } finally {
      Files.delete(own);
    }
  }

  @Test
  void create_holdsALockUntilTheNameIsGone() throws IOException {
    try (Segment own = Segment.create(folder, name, 8)) {
      Path path = folder.file(name.toString());
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        assertThrows(OverlappingFileLockException.class, channel::tryLock);
        own.unlink();
        channel.tryLock().close();
      }
    }
  }

  @Test
  void create_ofAnExistingName_fails() throws IOException {
    Files.createFile(folder.file(name.toString()));
    Shm.fails(Kind.UNREACHABLE, () -> Segment.create(folder, name, 8));
  }

  @Test
  void create_inAnInterruptedThread_leavesNothing() throws Exception {
    FutureTask<Class<?>> task =
        new FutureTask<>(
            () -> {
              Thread.currentThread().interrupt();
              return assertThrows(
                      ClosedByInterruptException.class,
                      () -> Segment.create(folder, name, BYTE_COUNT))
                  .getClass();
            });
    Thread.ofPlatform().start(task);
    task.get();
    assertEquals(List.of(), folder.fileNames());
  }

  @Test
  void requireRoom_tellsWhatIsNeededAndAvailable() throws IOException {
    Segment.requireRoom(base, 10, 10);
    TransportException failure = Shm.fails(Kind.LIMIT, () -> Segment.requireRoom(base, 11, 10));
    String text = Shm.text(failure);
    assertTrue(text.contains("no room for 11 bytes of shared memory in " + base), text);
    assertTrue(text.contains("only 10 bytes are available"), text);
    assertTrue(text.contains("window=") && text.contains("dir="), text);
  }

  @Test
  void create_beyondAllRoom_isALimit() throws IOException {
    Shm.fails(Kind.LIMIT, () -> Segment.create(folder, name, Long.MAX_VALUE / 2));
    assertEquals(List.of(), folder.fileNames());
  }

  @Test
  void create_inASmallFileSystem_isALimitWithAndWithoutTheCheck() throws Exception {
    Path small = Files.createDirectory(base.resolve("small"));
    int mounted =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString())
            .start()
            .waitFor();
    Assumptions.assumeTrue(mounted == 0, "mounting a small tmpfs needs root");
    try {
      MeetingFolder tight = MeetingFolder.open(small);
      Shm.fails(Kind.LIMIT, () -> Segment.create(tight, name, 2 << 20));
      Path path = tight.file("full");
      try (FileChannel channel =
          FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        TransportException failure =
            Shm.fails(Kind.LIMIT, () -> Segment.fillWithZeros(channel, path, 2 << 20));
        assertTrue(Shm.text(failure).contains("bytes |"), Shm.text(failure));
      }
      Files.delete(path);
      Segment.create(tight, name, 512 << 10).close();
      assertEquals(List.of(), tight.fileNames());
    } finally {
      assertEquals(0, new ProcessBuilder("umount", small.toString()).start().waitFor());
    }
  }

  @Test
  void open_ofAnotherSize_mode_orKind_isAViolation() throws IOException {
    try (Segment _ = Segment.create(folder, name, BYTE_COUNT)) {
      Path path = folder.file(name.toString());
      assertThrows(ProtocolViolation.class, () -> Segment.open(folder, name, BYTE_COUNT + 1));
      assertEquals(BYTE_COUNT, Files.size(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
      assertThrows(ProtocolViolation.class, () -> Segment.open(folder, name, BYTE_COUNT));
      Files.delete(path);
      Shm.fails(Kind.IO, () -> Segment.open(folder, name, BYTE_COUNT));
      Path foreign = Files.write(base.resolve("foreign"), new byte[BYTE_COUNT]);
      Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("rw-------"));
      Files.createSymbolicLink(path, foreign);
      assertThrows(ProtocolViolation.class, () -> Segment.open(folder, name, BYTE_COUNT));
    }
  }

  @Test
  void close_unmaps_removesTheName_andMayBeRepeated() throws IOException {
    Segment own = Segment.create(folder, name, BYTE_COUNT);
    own.close();
    own.close();
    assertEquals(List.of(), folder.fileNames());
    assertThrows(IllegalStateException.class, () -> own.memory().get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void close_whileAnIoOperationUsesTheMemory_isReported() throws Exception {
    Path path = base.resolve("s");
    Segment own = Segment.create(folder, name, 8 << 20);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      try (SocketChannel one = SocketChannel.open(UnixDomainSocketAddress.of(path));
          SocketChannel other = server.accept()) {
        FutureTask<Integer> write = new FutureTask<>(() -> one.write(own.memory().asByteBuffer()));
        Thread writer = Thread.ofPlatform().start(write);
        ByteBuffer first = ByteBuffer.allocate(1);
        other.read(first);
        assertFalse(write.isDone());
        Shm.fails(Kind.IO, own::close);
        writer.interrupt();
        writer.join();
      }
    }
    Awaitility.await().until(() -> closes(own));
  }

  private static boolean closes(Segment segment) throws IOException {
    segment.close();
    return true;
  }
}
