package dev.sluice.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemeTest {
  private static final Option<Boolean> FLAG = Option.flag("flag", true, "A flag.");

  @Test
  void ch15_3_build_hasWhatWasSaid() {
    Scheme scheme =
        Scheme.named("acme.pipe")
            .target("NAME")
            .doc("A pipe.")
            .mayHave(ChannelFeature.DUPLEX, ChannelFeature.RESET)
            .mayHave(ChannelFeature.SHUTDOWN)
            .options(FLAG)
            .unavailable("needs Linux")
            .build();
    assertEquals("acme.pipe", scheme.name());
    assertEquals("NAME", scheme.targetForm());
    assertEquals("A pipe.", scheme.doc());
    assertEquals(
        Set.of(ChannelFeature.DUPLEX, ChannelFeature.RESET, ChannelFeature.SHUTDOWN),
        scheme.features());
    assertEquals(List.of(FLAG), scheme.options());
    assertEquals(Optional.of("needs Linux"), scheme.unavailability());
  }

  @Test
  void build_sayingNothing_isEmptyAndAvailable() {
    Scheme scheme = Scheme.named("null").build();
    assertEquals("", scheme.targetForm());
    assertEquals(Set.of(), scheme.features());
    assertEquals(List.of(), scheme.options());
    assertEquals(Optional.empty(), scheme.unavailability());
  }

  @Test
  void build_builderUsedOn_doesNotChangeTheScheme() {
    Scheme.Builder builder = Scheme.named("a");
    Scheme scheme = builder.build();
    builder.mayHave(ChannelFeature.RESET).options(FLAG).doc("later");
    assertEquals(Set.of(), scheme.features());
    assertEquals(List.of(), scheme.options());
    assertEquals("", scheme.doc());
    assertThrows(
        UnsupportedOperationException.class, () -> scheme.features().add(ChannelFeature.RESET));
  }

  @Test
  void loopback_folder_isPutIntoTheTarget() {
    Scheme scheme = Scheme.named("unix").loopback("unix:{dir}/demo.sock,mode=600").build();
    assertEquals(
        Optional.of("unix:/tmp/a,,b/demo.sock,mode=600"),
        scheme.loopback(Path.of("/tmp/a,b")).map(TransportAddress::toString));
    assertEquals(Optional.empty(), Scheme.named("stdio").build().loopback(Path.of("/tmp")));
  }

  @Test
  void loopback_folder_isPutIntoTheOptions() {
    Scheme scheme = Scheme.named("shm").loopback("shm:x,mode=600,dir={dir}/{dir}").build();
    assertEquals(
        Optional.of("shm:x,mode=600,dir=/a,,b//a,,b"),
        scheme.loopback(Path.of("/a,b")).map(TransportAddress::toString));
    assertEquals(
        Optional.of("shm:x,mode=600,dir=/c//c"),
        scheme.loopback(Path.of("/c")).map(TransportAddress::toString),
        "the template was changed");
  }

  @Test
  void loopback_notAnAddressOfThisScheme_isRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> Scheme.named("tcp").loopback("unix:/x").build());
    assertThrows(IllegalArgumentException.class, () -> Scheme.named("tcp").loopback("tcp"));
  }

  @Test
  void dropsBytes_onlyWhereSaid() {
    assertTrue(Scheme.named("null").dropsBytes().build().dropsBytes());
    assertFalse(Scheme.named("null").build().dropsBytes());
  }

  @Test
  void build_optionTwice_isRefused() {
    Scheme.Builder builder =
        Scheme.named("a").options(FLAG, Option.number("flag", 0, 9, 1, "Another."));
    assertThrows(IllegalArgumentException.class, builder::build);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "A",
        "1a",
        ".a",
        "a:b",
        "a,b",
        "a b",
        "a\n",
        "abcdefghijklmnopqrstuvwxyz012345"
      })
  void ch14_1_named_noScheme_isRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> Scheme.named(name));
  }
}
