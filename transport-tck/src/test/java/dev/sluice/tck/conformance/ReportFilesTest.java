package dev.sluice.tck.conformance;

import static dev.sluice.tck.conformance.Reports.failed;
import static dev.sluice.tck.conformance.Reports.passed;
import static dev.sluice.tck.conformance.Reports.skipped;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The report in JSON, read by a parser that is not ours, and in Markdown. */
@Timeout(10)
class ReportFilesTest {
  @TempDir private Path folder;

  private JsonNode json(Report report) throws IOException {
    ReportFiles.write(report, Optional.of(folder.toString()));
    return new ObjectMapper().readTree(folder.resolve("FooTest.json").toFile());
  }

  private List<String> markdown(Report report) throws IOException {
    ReportFiles.write(report, Optional.of(folder.toString()));
    return Files.readAllLines(folder.resolve("FooTest.md"));
  }

  @Test
  void json_hasAll() throws IOException {
    JsonNode report =
        json(Reports.of(passed("CH-1.1"), failed("CH-1.1", "why"), skipped("CH-2.1", "as")));
    assertEquals("FooTest", report.get("transport").textValue());
    assertEquals(Reports.SEED, report.get("seed").longValue());
    assertEquals(3, report.get("rules").size());
    JsonNode first = report.at("/rules/0");
    assertEquals("CH-1.1", first.get("id").textValue());
    assertEquals("1 First", first.get("group").textValue());
    assertEquals("failed", first.get("verdict").textValue());
    assertEquals("test of CH-1.1", first.at("/tests/0/name").textValue());
    assertEquals("passed", first.at("/tests/0/verdict").textValue());
    assertEquals("", first.at("/tests/0/detail").textValue());
    assertEquals("why", first.at("/tests/1/detail").textValue());
    assertEquals("not-tested", report.at("/rules/1/verdict").textValue());
    assertEquals("it is dark.", report.at("/rules/1/notTested").textValue());
    assertEquals(0, report.at("/rules/1/tests").size());
    assertEquals("not-applicable", report.at("/rules/2/tests/0/verdict").textValue());
  }

  /** Messages hold whatever a transport puts there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a \"quoted\" \\ back\\slash",
        "line\nline\r\nline\ttab",
        "\u0000\u0001\u001f\u007f\u0085\u2028",
        "\u00fc \ud83d\ude00 </script>",
        "]}, {\"rules\": ["
      })
  void json_keepsEveryText(String text) throws IOException {
    JsonNode report = json(Reports.of(failed("CH-1.1", text)));
    assertEquals(text, report.at("/rules/0/tests/0/detail").textValue());
  }

  @Test
  void halfACharacter_costsNoReport() throws IOException {
    JsonNode report = json(Reports.of(failed("CH-1.1", "half \ud83d of it")));
    String detail = report.at("/rules/0/tests/0/detail").textValue();
    assertTrue(detail.startsWith("half ") && detail.endsWith(" of it"), detail);
  }

  @Test
  void markdown_hasATableForEachGroup_andTheFailuresInFull() throws IOException {
    assertEquals(
        List.of(
            "# Conformance of FooTest",
            "",
            "Rules: 0 passed, 1 FAILED, 1 not applicable, 0 not run, 1 not tested."
                + " Seed "
                + Reports.SEED
                + ".",
            "Passing shows no violation; it does not prove that there is none.",
            "",
            "## 1 First",
            "",
            "| rule | verdict | |",
            "|---|---|---|",
            "| CH-1.1 | FAILED | MUST: a \\| b. |",
            "| CH-1.2 | not tested | it is dark. |",
            "",
            "## 2 Second",
            "",
            "| rule | verdict | |",
            "|---|---|---|",
            "| CH-2.1 | not applicable | one line, \\| another |",
            "",
            "## Failures",
            "",
            "### test of CH-1.1",
            "",
            "    first",
            "    ```",
            "    | last"),
        markdown(
            Reports.of(
                failed("CH-1.1", "first\n```\n| last"),
                skipped("CH-2.1", "one line,\n| another"))));
  }

  @Test
  void markdown_withoutFailures_hasNoSuchHeading() throws IOException {
    List<String> lines = markdown(Reports.of(passed("CH-1.1"), passed("CH-1.1")));
    assertTrue(lines.contains("| CH-1.1 | passed | 2 tests |"), lines::toString);
    assertTrue(lines.contains("| CH-2.1 | not run |  |"), lines::toString);
    assertTrue(lines.stream().noneMatch("## Failures"::equals), lines::toString);
  }

  @Test
  void folder_thatCannotBeMade_isTold() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    UncheckedIOException failure =
        assertThrows(
            UncheckedIOException.class,
            () -> ReportFiles.write(Reports.of(), Optional.of(file.resolve("in").toString())));
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains(file.toString()), message);
    assertTrue(message.contains("sluice.tck.report"), message);
  }
}
