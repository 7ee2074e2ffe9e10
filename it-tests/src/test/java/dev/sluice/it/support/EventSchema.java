package dev.sluice.it.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The published schema of the lines of JSON; every line of every run has to keep to it. */
public final class EventSchema {
  private static final Path FILE = Project.root().resolve("docs/events.schema.json");
  private static final Schema SCHEMA = read();

  private EventSchema() {}

  private static Schema read() {
    try {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(Files.readString(FILE), InputFormat.JSON);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * Returns what is wrong with a line; empty: nothing.
   *
   * @param line of JSON
   */
  public static List<Error> violations(String line) {
    return SCHEMA.validate(line, InputFormat.JSON);
  }

  /**
   * Checks every line of a run that had to write events; of other runs, none, and none of what
   * another program has made of them.
   *
   * @param words of the command line
   * @param out its standard output
   */
  static void check(List<String> words, String out) {
    boolean areEvents =
        words.contains("--json")
            && (words.contains("copy") || words.contains("relay"))
            && words.stream().noneMatch(word -> word.contains("\"$@\" | "));
    if (areEvents) {
      out.lines()
          .forEach(line -> assertEquals(List.of(), violations(line), () -> line + " of " + words));
    }
  }
}
