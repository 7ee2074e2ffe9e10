package dev.sluice.cli.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.cli.console.CommandException;
import dev.sluice.cli.console.ExitCode;
import dev.sluice.cli.console.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
final class RateFileTest {
  @TempDir Path folder;

  private final List<OptionalLong> changes = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("rate"), text);
  }

  private void look(RateFile file) {
    file.look(changes::add, failure -> warnings.add(failure.message()));
  }

  @Test
  void rate_isReadAtOnce_withItsUnit() throws Exception {
    assertEquals(OptionalLong.of(100 << 20), new RateFile(write("100MiB\n")).rate());
  }

  @Test
  void emptyFile_isNoLimit() throws Exception {
    assertEquals(OptionalLong.empty(), new RateFile(write("\n")).rate());
  }

  @Test
  void change_isTold_once() throws Exception {
    RateFile file = new RateFile(write("1MiB"));
    look(file);
    write("2MiB");
    look(file);
    look(file);
    write("");
    look(file);

    assertEquals(List.of(OptionalLong.of(2 << 20), OptionalLong.empty()), changes);
    assertEquals(List.of(), warnings);
  }

  @Test
  void malformedChange_isToldOnce_andTheRateStays() throws Exception {
    RateFile file = new RateFile(write("1MiB"));
    write("fast");
    look(file);
    look(file);

    assertEquals(List.of(), changes);
    assertEquals(1, warnings.size(), warnings::toString);
    assertTrue(warnings.getFirst().contains("fast"), warnings::toString);
    write("1MiB");
    look(file);
    assertEquals(List.of(), changes);
  }

  @Test
  void fileThatIsGone_isTold_andReadAgainWhenItComesBack() throws Exception {
    RateFile file = new RateFile(write("1MiB"));
    Files.delete(folder.resolve("rate"));
    look(file);
    write("3");
    look(file);

    assertEquals(1, warnings.size(), warnings::toString);
    assertEquals(List.of(OptionalLong.of(3)), changes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fast", "0", "-1", "1MiB and more"})
  void malformedFile_isAUsageError(String text) throws Exception {
    Path file = write(text);

    assertUsage(assertThrows(CommandException.class, () -> new RateFile(file)).failure());
  }

  @Test
  void missingOrLargeFile_isAUsageError() throws Exception {
    Path missing = folder.resolve("missing");
    assertUsage(assertThrows(CommandException.class, () -> new RateFile(missing)).failure());
    Path large = write("1".repeat(100));
    assertUsage(assertThrows(CommandException.class, () -> new RateFile(large)).failure());
  }

  private void assertUsage(Failure failure) {
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(failure.message().contains(folder.toString()), failure.message());
  }

  @Test
  void whatCannotBeRead_isExplainedWithoutNamesOfJava() {
    assertSays("there is no such file", folder.resolve("absent"));
    assertSays("it is a folder", folder);
  }

  private static void assertSays(String why, Path file) {
    String message =
        assertThrows(CommandException.class, () -> new RateFile(file)).failure().message();
    assertTrue(message.contains(why), message);
  }
}
