package dev.sluice.transport.file;

import static dev.sluice.transport.file.Endpoints.assertFails;
import static dev.sluice.transport.file.Endpoints.connect;
import static dev.sluice.transport.file.Endpoints.listen;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.Option.Side;
import dev.sluice.api.spi.Scheme;
import dev.sluice.api.spi.TransportProvider;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileTransportTest {
  @Test
  void serviceLoader_findsTheProvider() {
    assertTrue(
        ServiceLoader.load(TransportProvider.class, getClass().getClassLoader()).stream()
            .anyMatch(provider -> provider.type() == FileTransport.class));
  }

  @Test
  void spiVersion_isTheOneItWasCompiledFor() {
    assertEquals(TransportProvider.SPI_VERSION, new FileTransport().spiVersion());
  }

  @Test
  void schemes_areFileStdioAndNull_allUsableAndDocumented() {
    List<Scheme> schemes = new FileTransport().schemes();
    assertEquals(List.of("file", "stdio", "null"), schemes.stream().map(Scheme::name).toList());
    for (Scheme scheme : schemes) {
      assertFalse(scheme.doc().isEmpty(), scheme.name());
      assertTrue(scheme.unavailability().isEmpty(), scheme.name());
      scheme.options().forEach(option -> assertFalse(option.doc().isEmpty(), option.key()));
    }
  }

  @Test
  void fileOptions_sayForWhichSideTheyAre() {
    Map<String, Side> sides =
        FileScheme.SCHEME.options().stream()
            .collect(
                Collectors.toMap(
                    Option::key, Function.<Option<?>>identity().andThen(Option::side)));
    assertEquals(
        Map.of(
            "offset", Side.BOTH,
            "in-place", Side.CONNECT,
            "fsync", Side.CONNECT,
            "mode", Side.CONNECT),
        sides);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stdio:x", "null:x", "file:", "file:,offset=1", "tcp:h:1"})
  void wrongTarget_isAnAddressFailure_onBothSides(String address) {
    assertFails(Kind.ADDRESS, () -> connect(address));
    assertFails(Kind.ADDRESS, () -> listen(address));
  }

  @Test
  void nulCharacter_isAnAddressFailure() {
    assertFails(Kind.ADDRESS, () -> connect("file:a\0b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mode=9", "mode=08", "mode=10000", "mode=", "offset=-1", "offset=x"})
  void wrongOption_isAnAddressFailure(String option) {
    assertFails(Kind.ADDRESS, () -> connect("file:/nowhere/x," + option));
  }
}
