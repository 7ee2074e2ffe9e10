package dev.sluice.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionTest {
  private static final Option<Boolean> FSYNC = Option.flag("fsync", true, "Whether to sync.");
  private static final Option<Long> OFFSET = Option.byteCount("offset", "4KiB", "Where to start.");
  private static final Option<Integer> BACKLOG = Option.number("backlog", 1, 128, 16, "How many.");
  private static final Option<Duration> LINGER = Option.duration("linger", "30s", "How long.");

  private static final Option<Set<PosixFilePermission>> MODE =
      Option.octalMode("mode", "0600", "Who may.");

  private static TransportAddress with(String option) throws TransportException {
    return TransportAddress.parse("file:x" + option);
  }

  @Test
  void in_notGiven_isTheDefault() throws TransportException {
    assertEquals(true, FSYNC.in(with("")));
    assertEquals(4096, OFFSET.in(with("")));
    assertEquals(16, BACKLOG.in(with("")));
    assertEquals(Duration.ofSeconds(30), LINGER.in(with("")));
    assertEquals(Optional.empty(), LINGER.given(with("")));
    assertEquals("rw-------", PosixFilePermissions.toString(MODE.in(with(""))));
  }

  @Test
  void in_given_isTheValue() throws TransportException {
    assertEquals(false, FSYNC.in(with(",fsync=off")));
    assertEquals(true, FSYNC.in(with(",fsync")));
    assertEquals(0x1000000, OFFSET.in(with(",offset=0x1000000")));
    assertEquals(1, BACKLOG.in(with(",backlog=1")));
    assertEquals(128, BACKLOG.in(with(",backlog=128")));
    assertEquals(Optional.of(Duration.ofMillis(5)), LINGER.given(with(",linger=5ms")));
  }

  @ParameterizedTest
  @CsvSource({
    "0600, rw-------",
    "640, rw-r-----",
    "0777, rwxrwxrwx",
    "000, ---------",
    "421, r---w---x",
    "0154, --xr-xr--",
  })
  void octalMode_readsWhatChmodReads(String mode, String permissions) throws TransportException {
    assertEquals(permissions, PosixFilePermissions.toString(MODE.in(with(",mode=" + mode))));
  }

  @ParameterizedTest
  @CsvSource({
    "fsync, yes, 'neither on nor off'",
    "fsync, '', 'neither on nor off'",
    "fsync, ON, 'neither on nor off'",
    "backlog, 0, 'not in 1..128'",
    "backlog, 129, 'not in 1..128'",
    "backlog, 1.5, 'not a whole number'",
    "backlog, 99999999999, 'not a whole number'",
    "offset, -1, 'not a byte count'",
    "linger, 5, 'not a duration'",
    "mode, 0888, 'not an octal mode'",
    "mode, 7, 'not an octal mode'",
    "mode, 64, 'not an octal mode'",
    "mode, 04755, 'not an octal mode'",
    "mode, 1755, 'not an octal mode'",
    "mode, rw-, 'not an octal mode'",
    "mode, '', 'not an octal mode'",
  })
  void ch14_7_wrongType_givesKindAddressWithOptionValueAndReason(
      String key, String value, String reason) throws TransportException {
    TransportAddress address = with("," + key + "=" + value);
    var failure =
        assertThrows(
            TransportException.class,
            () -> {
              for (Option<?> option : new Option<?>[] {FSYNC, OFFSET, BACKLOG, LINGER, MODE}) {
                var _ = option.in(address);
              }
            });
    assertEquals(Kind.ADDRESS, failure.kind());
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains("option " + key), message);
    assertTrue(message.contains("'" + value + "'"), message);
    assertTrue(message.contains(reason), message);
    assertTrue(failure.hint().orElseThrow().contains("the default is "), failure.hint().get());
    assertInstanceOf(IllegalArgumentException.class, failure.getCause());
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, 500",
    "1ms, 1",
    "10s, 10000",
    "1.5s, 1500",
    "2m, 120000",
    "1h30m, 5400000",
    "1H30M5S, 5405000",
  })
  void parseDuration_everySpelling(String text, long millis) {
    assertEquals(Duration.ofMillis(millis), Option.parseDuration(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0s",
        "0ms",
        "-1s",
        "-5ms",
        "5",
        "ms",
        "s",
        "1d",
        "1s1h",
        "1h500ms",
        " 1s",
        "1 s",
        "PT1S",
        "99999999999999999999s",
        "99999999999999999999ms",
        "9223372036854775807h"
      })
  void parseDuration_anythingElse_isRefusedWithTheText(String text) {
    var failure = assertThrows(IllegalArgumentException.class, () -> Option.parseDuration(text));
    assertTrue(
        String.valueOf(failure.getMessage()).contains("'" + text + "'"), failure.getMessage());
  }

  @Test
  void describesItself() {
    assertEquals("backlog", BACKLOG.key());
    assertEquals("1..128", BACKLOG.type());
    assertEquals("16", BACKLOG.defaultText());
    assertEquals("How many.", BACKLOG.doc());
    assertEquals("backlog=16", BACKLOG.toString());
    assertEquals("on|off", FSYNC.type());
    assertEquals("on", FSYNC.defaultText());
    assertEquals("4KiB", OFFSET.defaultText());
    assertEquals("octal mode", MODE.type());
    assertEquals("0600", MODE.defaultText());
  }

  @Test
  void sides_areBothUnlessSaid() {
    assertEquals(Option.Side.BOTH, FSYNC.side());
    assertEquals(Option.Side.CONNECT, FSYNC.whenConnecting().side());
    assertEquals(Option.Side.LISTEN, FSYNC.whenListening().side());
    assertEquals(Option.Side.BOTH, FSYNC.side());
  }

  @Test
  void of_ownType_readsItWithTheParser() throws TransportException {
    Option<Integer> bits =
        Option.of("bits", "octal number", "600", text -> Integer.parseInt(text, 8), "Which bits.");
    assertEquals(0600, bits.in(with("")));
    assertEquals(0644, bits.in(with(",bits=644")));
    var failure = assertThrows(TransportException.class, () -> bits.in(with(",bits=9")));
    assertTrue(failure.hint().orElseThrow().contains("octal number"));
  }

  @Test
  void of_badKeyOrDefault_isRefusedAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> Option.flag("Key", true, ""));
    assertThrows(IllegalArgumentException.class, () -> Option.flag("", true, ""));
    assertThrows(IllegalArgumentException.class, () -> Option.flag("a=b", true, ""));
    assertThrows(IllegalArgumentException.class, () -> Option.number("k", 1, 5, 6, ""));
    assertThrows(IllegalArgumentException.class, () -> Option.duration("k", "soon", ""));
    assertThrows(IllegalArgumentException.class, () -> Option.octalMode("k", "rw", ""));
  }
}
