package dev.sluice.transport.file;

import static dev.sluice.transport.file.Endpoints.accept;
import static dev.sluice.transport.file.Endpoints.assertFails;
import static dev.sluice.transport.file.Endpoints.assertTells;
import static dev.sluice.transport.file.Endpoints.connect;
import static dev.sluice.transport.file.Endpoints.descriptors;
import static dev.sluice.transport.file.Endpoints.listen;
import static dev.sluice.transport.file.Endpoints.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.TransportListener;
import dev.sluice.transport.file.Caller.Call;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Incoming regular files, and the targets that are no file for either side. */
@Timeout(10)
final class IncomingFileTest {
  @TempDir private Path folder;
  private Path source;

  @BeforeEach
  void writeSource() throws IOException {
    source = Files.writeString(folder.resolve("vm.mig"), "0123456789");
  }

  @ParameterizedTest
  @EnumSource
  void read_givesTheFileAndThenTheEnd(Caller caller) throws Exception {
    try (TransportChannel channel = accept("file:" + source)) {
      Call<String> call = caller.start(() -> read(channel));
      assertEquals("0123456789", call.result());
      assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
    }
    assertEquals(0, descriptors(source));
  }

  @Test
  void read_scattersIntoSeveralBuffers() throws IOException {
    try (TransportChannel channel = accept("file:" + source)) {
      ByteBuffer[] targets = {ByteBuffer.allocate(4), ByteBuffer.allocateDirect(4)};
      assertEquals(8, channel.read(targets));
      assertEquals('4', targets[1].get(0));
    }
  }

  @Test
  void listener_givesOneChannel_andItsAddressParsesBack() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    Path relative = here.relativize(source);
    TransportListener listener = listen("file:" + relative + ",offset=0x2");
    assertEquals(
        TransportAddress.parse("file:" + here.resolve(relative) + ",offset=0x2"),
        listener.address());
    try (TransportChannel channel = listener.accept().orElseThrow()) {
      assertTrue(listener.accept().isEmpty());
      listener.close();
      assertEquals("23456789", read(channel));
    }
  }

  @Test
  void listener_closed_acceptsNothing_andLeavesNothingOpen() throws IOException {
    TransportListener listener = listen("file:" + source);
    assertEquals(1, descriptors(source));
    listener.close();
    assertTrue(listener.accept().isEmpty());
    assertEquals(0, descriptors(source));
  }

  @Test
  void offset_isTheFirstPosition() throws IOException {
    try (TransportChannel channel = accept("file:" + source + ",offset=3")) {
      assertEquals(3, channel.position());
      assertEquals("3456789", read(channel));
      assertEquals(10, channel.position());
    }
  }

  @Test
  void offset_atTheEnd_readsNothing() throws IOException {
    try (TransportChannel channel = accept("file:" + source + ",offset=10")) {
      assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
    }
  }

  @Test
  void offset_pastTheEnd_failsAtListen_tellingSizeAndOffset() throws IOException {
    TransportException failure =
        assertFails(Kind.IO, () -> listen("file:" + source + ",offset=11"));
    assertTells(failure, source.toString(), "10 bytes", "offset=11");
    assertEquals(0, descriptors(source));
  }

  @Test
  void offset_beyond2GiB_works() throws IOException {
    long offset = (3L << 30) + 5;
    try (RandomAccessFile sparse = new RandomAccessFile(source.toFile(), "rw")) {
      sparse.seek(offset);
      sparse.writeBytes("far");
    }
    try (TransportChannel channel = accept("file:" + source + ",offset=" + offset)) {
      assertEquals(offset, channel.position());
      ByteBuffer one = ByteBuffer.allocate(1);
      assertEquals(1, channel.readAt(one, offset + 2));
      assertEquals('r', one.get(0));
      assertEquals("far", read(channel));
      assertEquals(offset + 3, channel.size());
    }
  }

  @Test
  void missing_failsAtListen() {
    assertTells(
        assertFails(Kind.UNREACHABLE, () -> listen("file:" + folder.resolve("absent"))),
        folder.resolve("absent").toString());
    assertFails(Kind.UNREACHABLE, () -> listen("file:" + folder.resolve("no/such/folder")));
  }

  @Test
  void removed_afterListen_isReadAllTheSame() throws IOException {
    try (TransportListener listener = listen("file:" + source)) {
      Files.delete(source);
      try (TransportChannel channel = listener.accept().orElseThrow()) {
        assertEquals("0123456789", read(channel));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"source", "symbolic", "hard"})
  void whileItIsRead_itCannotBeWrittenInPlace_underAnyName(String name) throws IOException {
    Path other = folder.resolve(name);
    switch (name) {
      case "symbolic" -> Files.createSymbolicLink(other, source);
      case "hard" -> Files.createLink(other, source);
      default -> other = source;
    }
    try (TransportListener listener = listen("file:" + source)) {
      String inPlace = "file:" + other + ",in-place=on";
      assertTells(assertFails(Kind.UNREACHABLE, () -> connect(inPlace)), "being read");
      assertEquals("0123456789", Files.readString(source));
      try (TransportChannel channel = listener.accept().orElseThrow()) {
        assertEquals("0123456789", read(channel));
      }
      connect(inPlace).close();
    }
  }

  @Test
  void folder_isRefusedByBothSides() {
    for (String address : new String[] {"file:" + folder, "file:" + folder + "/", "file:."}) {
      assertTells(assertFails(Kind.IO, () -> listen(address)), "folder");
      assertTells(assertFails(Kind.IO, () -> connect(address)), "folder");
    }
  }

  @Test
  void socket_isRefusedByBothSides_namingTheTransportForIt() throws IOException {
    Path path = folder.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      for (TransportException failure :
          new TransportException[] {
            assertFails(Kind.IO, () -> listen("file:" + path)),
            assertFails(Kind.IO, () -> connect("file:" + path))
          }) {
        assertTells(failure, path.toString(), "socket");
        assertEquals("connect to it with unix:" + path, failure.hint().orElseThrow());
      }
    }
  }

  @Test
  void missingFolder_isToldWhenConnecting() throws IOException {
    Path target = folder.resolve("absent/vm.mig");
    TransportException failure = assertFails(Kind.IO, () -> connect("file:" + target));
    assertTells(failure, target.toString(), "there is no " + target.getParent());
    assertTrue(failure.hint().orElseThrow().contains("create the folder"));
  }

  @Test
  void fileAsAFolder_isToldWhenConnecting() {
    Path target = source.resolve("x");
    assertTells(assertFails(Kind.IO, () -> connect("file:" + target)), target.toString());
  }

  @Test
  void trailingSlash_meansAFolder() throws IOException {
    assertFails(Kind.IO, () -> connect("file:" + folder.resolve("absent") + "/"));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @ParameterizedTest
  @EnumSource
  void interruptedListen_isNotTakenForAFailureOfTheFile(Caller caller) throws IOException {
    Call<TransportListener> call =
        caller.start(
            () -> {
              Thread.currentThread().interrupt();
              return listen("file:" + source);
            });
    call.failure(ClosedByInterruptException.class);
    assertEquals(0, descriptors(source));
  }

  @Test
  void closed_refusesReads() throws IOException {
    TransportChannel channel = accept("file:" + source);
    channel.close();
    assertThrows(IOException.class, () -> channel.read(ByteBuffer.allocate(1)));
    assertEquals(0, descriptors(source));
  }
}
