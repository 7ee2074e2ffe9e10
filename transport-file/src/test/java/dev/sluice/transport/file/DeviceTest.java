package dev.sluice.transport.file;

import static dev.sluice.transport.file.Endpoints.accept;
import static dev.sluice.transport.file.Endpoints.assertFails;
import static dev.sluice.transport.file.Endpoints.assertTells;
import static dev.sluice.transport.file.Endpoints.connect;
import static dev.sluice.transport.file.Endpoints.listen;
import static dev.sluice.transport.file.Endpoints.read;
import static dev.sluice.transport.file.Endpoints.send;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.transport.file.Caller.Call;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(10)
final class DeviceTest {
  @Test
  void devNull_takesEverythingAndIsAtItsEnd() throws IOException {
    send("file:/dev/null", "gone");
    try (TransportChannel in = accept("file:/dev/null")) {
      assertEquals(Set.of(), in.features());
      assertEquals("", read(in));
    }
    assertEquals(FileKind.CHARACTER_DEVICE, FileKind.of(Path.of("/dev/null")));
  }

  @ParameterizedTest
  @EnumSource
  void device_isReadByBothSortsOfThreads(Caller caller) throws Exception {
    try (TransportChannel in = accept("file:/dev/zero")) {
      Call<Integer> call = caller.start(() -> in.read(ByteBuffer.allocate(100)));
      assertEquals(100, call.result());
    }
  }

  @ParameterizedTest
  @EnumSource
  void fullDevice_isTold(Caller caller) throws IOException {
    TransportChannel out = connect("file:/dev/full");
    TransportException failure =
        caller.start(() -> out.write(ByteBuffer.allocate(1))).failure(TransportException.class);
    assertEquals(Kind.IO, failure.kind());
    assertTells(failure, "writing device /dev/full failed after 0 bytes: ");
    assertFails(Kind.IO, out::close);
  }

  @Test
  void devicePermissions_areNotChanged() throws IOException {
    Object before = Files.getAttribute(Path.of("/dev/null"), "unix:mode");
    assertFails(Kind.ADDRESS, () -> connect("file:/dev/null,mode=0600"));
    assertEquals(before, Files.getAttribute(Path.of("/dev/null"), "unix:mode"));
  }

  @Test
  void offset_isRefusedWhereThereAreNoPositions() {
    assertFails(Kind.ADDRESS, () -> connect("file:/dev/null,offset=1"));
    assertFails(Kind.ADDRESS, () -> listen("file:/dev/null,offset=1"));
  }
}
