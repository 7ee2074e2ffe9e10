package dev.sluice.cli.console;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows in columns that are as wide as what is in them; the last one takes the rest of the line and
 * is wrapped, at spaces only: addresses stay whole.
 */
public final class Table {
  /** As wide as the help texts. */
  private static final int LINE_WIDTH = 100;

  private static final int LEAST_WRAPPED_WIDTH = 20;
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();

  /**
   * Starts a table.
   *
   * @param head the first row, such as the names of the columns
   */
  public Table(String... head) {
    rows.add(head);
  }

  /**
   * Adds a row.
   *
   * @param cells one for each column
   */
  public void row(String... cells) {
    rows.add(cells);
  }

  /** Returns the table, each line ended. */
  public String text() {
    int last = rows.getFirst().length - 1;
    int[] widths = IntStream.range(0, last).map(this::width).toArray();
    StringBuilder text = new StringBuilder();
    for (String[] cells : rows) {
      StringBuilder start = new StringBuilder();
      for (int column = 0; column < last; column++) {
        start
            .append(cells[column])
            .repeat(' ', widths[column] - cells[column].length())
            .append(GAP);
      }
      text.append(wrapped(start.toString(), cells[last]));
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
  }

  /**
   * Returns text in lines of the width of a table, each one ended.
   *
   * @param start what the first line starts with; the others are indented as far
   * @param text what to wrap; a line break in it stays one
   */
  public static String wrapped(String start, String text) {
    int width = Math.max(LEAST_WRAPPED_WIDTH, LINE_WIDTH - start.length());
    List<StringBuilder> lines = new ArrayList<>();
    for (String paragraph : text.split("\n", -1)) {
      lines.add(new StringBuilder());
      for (String word : paragraph.split(" +", -1)) {
        StringBuilder line = lines.getLast();
        if (line.isEmpty()) {
          line.append(word);
        } else if (line.length() + 1 + word.length() <= width) {
          line.append(' ').append(word);
        } else {
          lines.add(new StringBuilder(word));
        }
      }
    }
    String indent = "\n" + " ".repeat(start.length());
    return (start + lines.stream().collect(joining(indent))).stripTrailing() + "\n";
  }
}
