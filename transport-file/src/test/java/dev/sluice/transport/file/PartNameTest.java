package dev.sluice.transport.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PartNameTest {
  @Test
  void beside_isInTheSameFolderAndTellsTheName() {
    Path part = PartName.beside(Path.of("/a/vm.mig"));
    assertEquals(Path.of("/a"), part.getParent());
    assertTrue(part.toString().matches("/a/\\.vm\\.mig\\.sluice-part-[0-9a-f]{8}"), part::toString);
    assertEquals(
        PartName.PATTERN.length() - "NAME".length() + "vm.mig".length(),
        part.toString().length() - "/a/".length());
  }

  @Test
  void beside_isAnotherEachTime() {
    assertNotEquals(PartName.beside(Path.of("/a")), PartName.beside(Path.of("/a")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u00e4", "\u20ac", "\ud83d\ude00"})
  void beside_longName_fitsIntoTheSystemsLimit(String letter) {
    String name = letter.repeat(255 / letter.getBytes(UTF_8).length);
    String part = PartName.beside(Path.of("/a", name)).toString();
    int byteCount = part.substring("/a/".length()).getBytes(UTF_8).length;
    assertTrue(byteCount <= 255 && byteCount > 250, "bytes: " + byteCount);
  }
}
