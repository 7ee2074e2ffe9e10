package dev.sluice.transport.file;

import static dev.sluice.transport.file.Endpoints.assertFails;
import static dev.sluice.transport.file.Endpoints.assertTells;
import static dev.sluice.transport.file.Endpoints.connect;
import static dev.sluice.transport.file.Endpoints.parts;
import static dev.sluice.transport.file.Endpoints.run;
import static dev.sluice.transport.file.Endpoints.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file system of 64 KiB, which only root may mount; {@code fullDevice_isTold} of {@link
 * DeviceTest} and {@link FileEndTest} cover the same failures without it.
 */
@Timeout(10)
final class FullDiskTest {
  private static final int DISK_BYTES = 64 << 10;

  @TempDir private Path folder;
  private boolean mounted;

  @BeforeEach
  void mount() throws IOException, InterruptedException {
    Process mount =
        new ProcessBuilder(
                "mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "tmpfs", folder.toString())
            .inheritIO()
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    mounted = mount.waitFor() == 0;
    if (!mounted) {
      System.err.println("FullDiskTest: mount is not permitted here; only /dev/full was tried");
    }
    Assumptions.assumeTrue(mounted, "mount is not permitted here; only /dev/full was tried");
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    if (mounted) {
      run("umount", folder.toString());
    }
  }

  @Test
  void write_toldWithPathBytesAndSpace_oldFileStays_temporaryIsRemoved() throws IOException {
    Path target = Files.writeString(folder.resolve("vm.mig"), "old");
    TransportChannel channel = connect("file:" + target);
    TransportException failure = assertFails(Kind.IO, () -> fill(channel));
    long written = DISK_BYTES - Files.getFileStore(folder).getBlockSize();
    assertTells(failure, "writing file " + target + " failed after " + written + " bytes: ");
    assertEquals(
        "the file system of " + target + " has 0 B left: free space, or choose another",
        failure.hint().orElseThrow());
    assertFails(Kind.IO, channel::close);
    assertEquals(List.of(), parts(folder));
    assertEquals("old", Files.readString(target));
  }

  @Test
  void abort_afterAFailedWrite_removesTheTemporary() throws IOException {
    TransportChannel channel = connect("file:" + folder.resolve("vm.mig"));
    assertFails(Kind.IO, () -> fill(channel));
    channel.abort();
    assertEquals(List.of(), parts(folder));
    assertFalse(Files.exists(folder.resolve("vm.mig")));
  }

  @Test
  void symbolicLink_hintLooksAtTheFileSystemBehindIt(@TempDir Path elsewhere) throws IOException {
    Path link = Files.createSymbolicLink(elsewhere.resolve("link"), folder.resolve("vm.mig"));
    TransportChannel channel = connect("file:" + link);
    TransportException failure = assertFails(Kind.IO, () -> fill(channel));
    assertEquals(
        "the file system of " + link + " has 0 B left: free space, or choose another",
        failure.hint().orElseThrow());
    channel.abort();
  }

  @Test
  void inPlace_keepsWhatFitted() throws IOException {
    Path target = folder.resolve("vm.mig");
    TransportChannel channel = connect("file:" + target + ",in-place=on");
    assertFails(Kind.IO, () -> fill(channel));
    assertFails(Kind.IO, channel::close);
    assertEquals(DISK_BYTES, Files.size(target));
  }

  private static void fill(TransportChannel channel) throws IOException {
    while (true) {
      channel.write(ByteBuffer.allocate(10_000));
    }
  }

  @Test
  void readOnlyFileSystem_isToldWhenConnecting() throws Exception {
    send("file:" + folder.resolve("old"), "old");
    run("mount", "-o", "remount,ro", folder.toString());
    for (String name : new String[] {"new", "old"}) {
      Path target = folder.resolve(name);
      assertTells(assertFails(Kind.IO, () -> connect("file:" + target)), target.toString());
      assertFails(Kind.IO, () -> connect("file:" + target + ",in-place=on"));
    }
  }
}
