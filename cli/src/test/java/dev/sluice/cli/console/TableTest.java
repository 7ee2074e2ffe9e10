package dev.sluice.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void columns_areAsWideAsTheirWidestCell() {
    Table table = new Table("A", "BB", "C");
    table.row("long", "x", "last");

    assertEquals("A     BB  C\nlong  x   last\n", table.text());
  }

  @Test
  void lastColumn_isWrappedAtSpaces() {
    Table table = new Table("KEY", "MEANING");
    table.row("k", "word ".repeat(40).strip());

    assertTrue(table.text().lines().allMatch(line -> line.length() <= 100), table.text());
    assertEquals(4, table.text().lines().count(), table.text());
    assertTrue(table.text().lines().skip(2).allMatch(line -> line.startsWith("     word")));
  }

  @Test
  void wordLongerThanTheLine_staysWhole() {
    String word = "x".repeat(150);

    assertEquals("  a\n  " + word + "\n", Table.wrapped("  ", "a " + word));
  }

  @Test
  void rowsAtTheirEnd_haveNoTrailingSpaces() {
    Table table = new Table("A", "B");
    table.row("x", "");

    assertEquals("A  B\nx\n", table.text());
  }

  @Test
  void lineBreak_staysOne() {
    assertEquals("  a b\n  c\n", Table.wrapped("  ", "a b\nc"));
  }
}
