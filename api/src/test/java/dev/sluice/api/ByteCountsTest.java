package dev.sluice.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteCountsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "0x1000, 4096",
    "0XfF, 255",
    "0x7fffffffffffffff, 9223372036854775807",
    "9223372036854775807, 9223372036854775807",
    "12B, 12",
    "12 B, 12",
    "4k, 4096",
    "4K, 4096",
    "4KiB, 4096",
    "1.5GiB, 1610612736",
    "0.5KiB, 512",
    "2M, 2097152",
    "2MiB, 2097152",
    "1G, 1073741824",
    "3T, 3298534883328",
    "3TiB, 3298534883328",
    "2kB, 2000",
    "2MB, 2000000",
    "1.5GB, 1500000000",
    "1TB, 1000000000000",
    "8388607TiB, 9223370937343148032",
    "007, 7",
  })
  void parse_everySpelling(String text, long byteCount) {
    assertEquals(byteCount, ByteCounts.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-1",
        "+1",
        "1e3",
        "0x",
        "0xg",
        "0x1K",
        "4KB",
        "4kib",
        "4 K iB",
        "4  K",
        " 4",
        "4 K ",
        "1.",
        ".5K",
        "1,5K",
        "1.5",
        "0.3K",
        "9223372036854775808",
        "0x8000000000000000",
        "0x10000000000000000",
        "8388608TiB",
        "9999999999999999999999T",
        "\u0664",
        "4\u0000",
        "K",
      })
  void parse_anythingElse_isRefusedWithTheText(String text) {
    var failure = assertThrows(IllegalArgumentException.class, () -> ByteCounts.parse(text));
    assertTrue(
        String.valueOf(failure.getMessage()).contains("'" + text + "'"), failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "1048576, 1.0 MiB",
    "1610612736, 1.5 GiB",
    "3298534883328, 3.0 TiB",
    "9223372036854775807, 8388608.0 TiB",
  })
  void format_usesBinaryUnitsWithOneDecimal(long byteCount, String text) {
    assertEquals(text, ByteCounts.format(byteCount));
  }

  @Test
  void format_parsesBackToNearlyTheSame() {
    long seed = Seed.print(getClass());
    var random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      long byteCount = random.nextLong(1L << 50) >>> random.nextInt(50);
      String text = ByteCounts.format(byteCount);
      double back = Double.parseDouble(text.substring(0, text.indexOf(' ')));
      long unit = ByteCounts.parse("1" + text.substring(text.indexOf(' ') + 1));
      assertEquals((double) byteCount, back * unit, unit * 0.051, text);
    }
  }
}
