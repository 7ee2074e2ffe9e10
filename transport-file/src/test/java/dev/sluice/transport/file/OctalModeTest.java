package dev.sluice.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OctalModeTest {
  @ParameterizedTest
  @CsvSource({
    "0600,rw-------",
    "640,rw-r-----",
    "0777,rwxrwxrwx",
    "000,---------",
    "421,r---w---x"
  })
  void parse_readsWhatChmodReads(String text, String permissions) {
    assertEquals(permissions, PosixFilePermissions.toString(OctalMode.parse(text)));
  }
}
